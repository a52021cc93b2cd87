// Decides which values lie on each other's bytes: parts inside a concatenation, slices inside their
// input; everything else gets bytes of its own. After this pass the types and marks say it all.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/NN/NodeNames.h"
#include "dialects/RT/RT.h"
#include "passes/Memory/Passes.h"
#include "passes/Memory/Pieces.h"
#include "passes/Memory/Views.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace nnc {

#define GEN_PASS_DEF_PLACEVALUESPASS
#include "passes/Memory/Passes.h.inc"

namespace {

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// A value's place inside a concatenation that nothing else contains.
struct Place {
  Value whole;                  ///< the outermost concatenation
  int64_t offset = 0;           ///< elements from its first one
  SmallVector<int64_t> strides; ///< of the value's dimensions
};

/// Whether the model returns the value, under this or another shape.
bool isReturned(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    if (isa<func::ReturnOp>(user))
      return true;
    return isa<nn::ReshapeOp, nn::TransposeOp, nn::BroadcastOp>(user) &&
           isReturned(user->getResult(0));
  });
}

/// An op that gives `value` bytes of its own, of the given type.
Value copyOf(OpBuilder &builder, Value value, RankedTensorType type, Location location) {
  StringRef name = nn::tensorName(value.getLoc());
  if (!name.empty())
    location = NameLoc::get(builder.getStringAttr(name + ":copy"), location);
  SmallVector<int64_t> identity = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
  auto copy = nn::TransposeOp::create(builder, location, type, value,
                                      builder.getDenseI64ArrayAttr(identity));
  copy->setAttr(rt::kCopyAttr, builder.getUnitAttr());
  return copy;
}

/// The location of the node that an op comes from, without the tensor's name.
Location nodeLocation(Operation *op) {
  if (auto named = dyn_cast<NameLoc>(op->getLoc()))
    if (isa<NameLoc>(named.getChildLoc()))
      return named.getChildLoc();
  return op->getLoc();
}

class Placer {
public:
  explicit Placer(func::FuncOp model) : model(model), mark(UnitAttr::get(model.getContext())) {}

  void run() {
    SmallVector<nn::ConcatOp> concats(model.getBody().front().getOps<nn::ConcatOp>());
    // Later ones first: a concatenation inside another one then finds its own place decided.
    for (nn::ConcatOp concat : llvm::reverse(concats))
      placeParts(concat);
    markPieces();
    for (auto slice : model.getBody().front().getOps<nn::SliceOp>())
      placeSlice(slice);
    keepPartsApart();
    giveResultsTheirOwnBytes();
  }

private:
  /// The values that must move together so that `value` can lie at a place, with their types there.
  using Moves = SmallVector<std::pair<Value, SmallVector<int64_t>>>;

  void placeParts(nn::ConcatOp concat);
  bool placeWhole(nn::ConcatOp concat);
  bool collectMoves(Value value, ArrayRef<int64_t> strides, Moves &moves) const;
  void keepPartsApart();
  void markPieces();
  void placeSlice(nn::SliceOp slice);
  void giveResultsTheirOwnBytes();
  Value ownerOf(Value value) const;

  func::FuncOp model;
  UnitAttr mark;
  DenseMap<Value, Place> places;
};

/// Whether `value`, and all values that share its bytes by their types, may be computed with these
/// strides inside another value. Fills in what has to be set.
bool Placer::collectMoves(Value value, ArrayRef<int64_t> strides, Moves &moves) const {
  Operation *op = value.getDefiningOp();
  if (!op || isa<nn::ConstantOp>(op) || places.contains(value) || isReturned(value))
    return false;
  moves.push_back({value, llvm::to_vector(strides)});
  RankedTensorType placed = memory::withStrides(tensorType(value), strides);
  if (auto transpose = dyn_cast<nn::TransposeOp>(op); transpose && memory::isAlias(op)) {
    // Strides of the input such that it stays an alias.
    SmallVector<int64_t> moved(strides.size());
    for (auto [to, from] : llvm::enumerate(transpose.getPerm()))
      moved[from] = strides[to];
    return collectMoves(transpose.getInput(), moved, moves);
  }
  if (isa<nn::ReshapeOp, nn::BroadcastOp>(op) && !op->hasAttr(rt::kCopyAttr)) {
    RankedTensorType input = tensorType(op->getOperand(0));
    // Where the new strides make it no alias any more, the op computes its part.
    if (memory::haveSameElementOrder(input, placed))
      return collectMoves(op->getOperand(0), nn::stridesOf(input), moves);
  }
  return true;
}

/// The concatenation of neighbours within a larger one, in their order, lies where they lie.
bool Placer::placeWhole(nn::ConcatOp concat) {
  if (places.contains(concat.getResult()) || isReturned(concat.getResult()))
    return false;
  auto first = places.find(concat.getInputs().front());
  if (first == places.end())
    return false;
  Place whole = first->second;
  if (static_cast<int64_t>(whole.strides.size()) != tensorType(concat.getResult()).getRank())
    return false;
  int64_t start = 0;
  for (Value input : concat.getInputs()) {
    auto it = places.find(input);
    if (it == places.end() || it->second.whole != whole.whole ||
        it->second.strides != whole.strides)
      return false;
    if (it->second.offset != whole.offset + start * whole.strides[concat.getAxis()])
      return false;
    start += tensorType(input).getDimSize(concat.getAxis());
  }
  concat.getResult().setType(memory::withStrides(tensorType(concat.getResult()), whole.strides));
  concat->setAttr(rt::kViewAttr, mark);
  places[concat.getResult()] = whole;
  return true;
}

void Placer::placeParts(nn::ConcatOp concat) {
  RankedTensorType type = tensorType(concat.getResult());
  if (type.getNumElements() == 0 || placeWhole(concat))
    return;
  auto own = places.find(concat.getResult());
  Place whole =
      own != places.end() ? own->second : Place{concat.getResult(), 0, nn::stridesOf(type)};
  SmallVector<Moves> moves(concat.getInputs().size());
  SmallPtrSet<Value, 8> seen;
  bool anyPlaced = false;
  for (auto [input, move] : llvm::zip_equal(concat.getInputs(), moves)) {
    if (!collectMoves(input, whole.strides, move) ||
        llvm::any_of(move, [&](auto &one) { return seen.contains(one.first); }))
      move.clear();
    for (auto &one : move)
      seen.insert(one.first);
    anyPlaced |= !move.empty();
  }
  // A join of inputs, constants and placed values only is one layer instead of one copy for each.
  if (!anyPlaced)
    return;

  OpBuilder builder(concat);
  int64_t start = 0;
  for (auto [index, move] : llvm::enumerate(moves)) {
    Value input = concat.getInputs()[index];
    int64_t offset = whole.offset + start * whole.strides[concat.getAxis()];
    start += tensorType(input).getDimSize(concat.getAxis());
    if (move.empty()) {
      Value copy = copyOf(builder, input, tensorType(input), nodeLocation(concat));
      concat->setOperand(static_cast<unsigned>(index), copy);
      move.push_back({copy, whole.strides});
    }
    for (auto &[value, strides] : move) {
      value.setType(memory::withStrides(tensorType(value), strides));
      places[value] = Place{whole.whole, offset, strides};
    }
  }
  places.try_emplace(concat.getResult(), whole);
  concat->setAttr(rt::kViewAttr, mark);
}

/// Strides that were set later may make an op an alias by its types although its result and its
/// input have got two places.
void Placer::keepPartsApart() {
  for (Operation &op : model.getBody().front()) {
    if (!memory::isAlias(&op))
      continue;
    auto result = places.find(op.getResult(0));
    if (result == places.end())
      continue;
    auto input = places.find(op.getOperand(0));
    if (input == places.end() || input->second.whole != result->second.whole ||
        input->second.offset != result->second.offset)
      op.setAttr(rt::kCopyAttr, mark);
  }
}

/// A product whose columns are parts of something else stores them there. What else is read of it
/// gets bytes of its own then.
void Placer::markPieces() {
  for (Operation &op : model.getBody().front()) {
    SmallVector<nn::SliceOp> slices = memory::slicesOfColumns(&op);
    if (llvm::any_of(slices, [&](nn::SliceOp slice) { return places.contains(slice.getResult()); }))
      for (nn::SliceOp slice : slices)
        slice->setAttr(rt::kPieceAttr, mark);
  }
}

/// A slice without negative steps is a view, unless it is a part of something else itself.
void Placer::placeSlice(nn::SliceOp slice) {
  Value result = slice.getResult();
  RankedTensorType type = tensorType(result);
  auto constant = slice.getInput().getDefiningOp<nn::ConstantOp>();
  if (type.getNumElements() == 0 || places.contains(result) || isReturned(result) ||
      slice->hasAttr(rt::kPieceAttr) || (constant && constant.getValue().isSplat()))
    return;
  SmallVector<int64_t> strides = nn::stridesOf(tensorType(slice.getInput()));
  for (auto [size, stride, step] : llvm::zip_equal(type.getShape(), strides, slice.getSteps())) {
    // Machine vectors lie along a stride of one; a dense copy is better than scalar code in every
    // user.
    if (size > 1 && (step < 0 || (step != 1 && stride == 1)))
      return;
    stride *= step;
  }
  result.setType(memory::withStrides(type, strides));
  slice->setAttr(rt::kViewAttr, mark);
}

/// The value whose bytes hold `value`.
Value Placer::ownerOf(Value value) const {
  while (true) {
    if (auto place = places.find(value); place != places.end())
      return place->second.whole;
    Operation *op = value.getDefiningOp();
    if (!op || !memory::isView(op))
      return value;
    value = op->getOperand(0);
  }
}

/// What the model returns is written by a layer straight into the caller's buffer: no argument, no
/// constant, nothing that lies in another value, nothing that is returned twice.
void Placer::giveResultsTheirOwnBytes() {
  Operation *end = model.getBody().front().getTerminator();
  OpBuilder builder(end);
  SmallPtrSet<Value, 8> returned;
  for (OpOperand &operand : end->getOpOperands()) {
    Value value = operand.get(), owner = ownerOf(value);
    bool isWhole = !isa<BlockArgument>(owner) && !owner.getDefiningOp<nn::ConstantOp>() &&
                   tensorType(owner).getNumElements() == tensorType(value).getNumElements();
    if (!isWhole || !returned.insert(owner).second)
      operand.set(copyOf(builder, value, tensorType(value), end->getLoc()));
  }
}

class PlaceValuesPass : public impl::PlaceValuesPassBase<PlaceValuesPass> {
public:
  using PlaceValuesPassBase::PlaceValuesPassBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(rt::kEntryAttr) && !function.isExternal())
        Placer(function).run();
  }
};

} // namespace
} // namespace nnc
