// Transpositions move toward the results through operators that do not mind the order of
// dimensions, so that they meet: two that undo each other vanish by canonicalisation. Part of
// nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "passes/Graph/NodeLocation.h"
#include "passes/Graph/Simplify.h"

using namespace mlir;

namespace nnc {
namespace {

using Dims = SmallVector<int64_t>;

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

size_t at(int64_t dim) { return static_cast<size_t>(dim); }

Dims invert(ArrayRef<int64_t> perm) {
  Dims inverse(perm.size());
  for (auto [i, d] : llvm::enumerate(perm))
    inverse[at(d)] = static_cast<int64_t>(i);
  return inverse;
}

/// Numbers of each dimension of a transposed value, in the order before the transposition.
Dims before(ArrayRef<int64_t> numbers, ArrayRef<int64_t> perm) {
  Dims result(perm.size());
  for (auto [i, d] : llvm::enumerate(perm))
    result[at(d)] = numbers[i];
  return result;
}

/// What the transposition of exactly this permutation transposes, else null.
Value untransposed(Value value, ArrayRef<int64_t> perm) {
  auto transpose = value.getDefiningOp<nn::TransposeOp>();
  return transpose && transpose.getPerm() == perm && !hasLayout(transpose) ? transpose.getInput()
                                                                           : Value();
}

/// Constants are transposed at compile time; larger ones only if nobody else needs them as they
/// are.
bool isMovableConstant(Value value) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  return constant && (constant.getValue().isSplat() || value.hasOneUse() ||
                      typeOf(value).getNumElements() <= 1024);
}

/// Whether a value can be had in the order before the transposition without one more of them:
/// transposed so, constant, or elementwise of such values. `depth` bounds the search.
bool carries(Value value, ArrayRef<int64_t> perm, unsigned depth) {
  if (isMovableConstant(value) || untransposed(value, perm))
    return true;
  Operation *op = value.getDefiningOp();
  return op && depth > 0 && isElementwise(op) &&
         llvm::all_of(op->getOperands(),
                      [&](Value operand) { return carries(operand, perm, depth - 1); });
}

constexpr unsigned kDepth = 6;

/// Whether all readers of a transposition will do without it, so that sinking it makes no second
/// one.
bool vanishes(nn::TransposeOp transpose) {
  return llvm::all_of(transpose->getUsers(), [&](Operation *user) {
    return isa<nn::TransposeOp>(user) || transpose->hasOneUse() ||
           (isElementwise(user) && llvm::all_of(user->getOperands(), [&](Value operand) {
              return carries(operand, transpose.getPerm(), kDepth);
            }));
  });
}

/// An operand of an elementwise operator in the order before the transposition. Constants get all
/// dimensions; those that are broadcast have size 1.
Value orderedBefore(Value value, ArrayRef<int64_t> perm, PatternRewriter &rewriter) {
  if (Value input = untransposed(value, perm))
    return input;
  RankedTensorType type = typeOf(value);
  Dims shape(perm.size() - at(type.getRank()), 1);
  llvm::append_range(shape, type.getShape());
  Location loc = value.getLoc();
  if (type.getNumElements() == 1)
    return value;
  auto full = RankedTensorType::get(shape, type.getElementType());
  Value reshaped = rewriter.createOrFold<nn::ReshapeOp>(loc, full, value);
  auto moved = RankedTensorType::get(before(shape, perm), type.getElementType());
  return nn::TransposeOp::create(rewriter, loc, moved, reshaped, invert(perm));
}

/// The permutation of the operands of an elementwise operator, if all are transposed so or
/// constant.
std::optional<Dims> commonPermutation(Operation *op) {
  auto first = firstOperandFrom<nn::TransposeOp>(op);
  if (!first || typeOf(first).getRank() != typeOf(op->getResult(0)).getRank())
    return std::nullopt;
  for (Value operand : op->getOperands()) {
    auto transpose = operand.getDefiningOp<nn::TransposeOp>();
    bool moves = transpose && untransposed(operand, first.getPerm()) && vanishes(transpose);
    if (!moves && !isMovableConstant(operand))
      return std::nullopt;
  }
  return Dims(first.getPerm());
}

/// f(transpose(x), transpose(y), c) → transpose(f(x, y, c')).
struct SinkThroughElementwise : RewritePattern {
  explicit SinkThroughElementwise(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isElementwise(op) || hasLayout(op))
      return rewriter.notifyMatchFailure(op, "not elementwise");
    std::optional<Dims> perm = commonPermutation(op);
    if (!perm)
      return rewriter.notifyMatchFailure(op, "operands are not transposed alike");
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(orderedBefore(operand, *perm, rewriter));
    Dims shape = before(typeOf(op->getResult(0)).getShape(), *perm);
    Operation *moved = cloneElementwise(op, operands, shape, rewriter);
    rewriter.replaceOpWithNewOp<nn::TransposeOp>(op, op->getResult(0).getType(),
                                                 moved->getResult(0), *perm);
    return success();
  }
};

/// concat(transpose(x), transpose(y)) → transpose(concat(x, y)).
LogicalResult sinkThroughConcat(nn::ConcatOp op, PatternRewriter &rewriter) {
  auto first = op.getInputs().front().getDefiningOp<nn::TransposeOp>();
  if (!first || hasLayout(op) || op.getInputs().size() < 2)
    return rewriter.notifyMatchFailure(op, "parts are not transposed");
  SmallVector<Value> parts;
  for (Value part : op.getInputs())
    if (Value input = untransposed(part, first.getPerm()); input && part.hasOneUse())
      parts.push_back(input);
  if (parts.size() != op.getInputs().size())
    return rewriter.notifyMatchFailure(op, "parts are not transposed alike, for this value only");
  Dims perm(first.getPerm());
  auto type =
      RankedTensorType::get(before(typeOf(op).getShape(), perm), typeOf(op).getElementType());
  Value concat = nn::ConcatOp::create(rewriter, nodeLocation(op.getLoc()), type, parts,
                                      perm[at(op.getAxis())]);
  rewriter.replaceOpWithNewOp<nn::TransposeOp>(op, op.getType(), concat, perm);
  return success();
}

/// slice(transpose(x)) → transpose(slice(x)): moves less.
LogicalResult sinkThroughSlice(nn::SliceOp op, PatternRewriter &rewriter) {
  auto transpose = op.getInput().getDefiningOp<nn::TransposeOp>();
  if (!transpose || hasLayout(op) || hasLayout(transpose) || !transpose->hasOneUse())
    return rewriter.notifyMatchFailure(op, "input is not transposed, for this value only");
  Dims perm(transpose.getPerm());
  auto type =
      RankedTensorType::get(before(typeOf(op).getShape(), perm), typeOf(op).getElementType());
  Value slice = nn::SliceOp::create(rewriter, nodeLocation(op.getLoc()), type, transpose.getInput(),
                                    before(op.getStarts(), perm), before(op.getSteps(), perm));
  rewriter.replaceOpWithNewOp<nn::TransposeOp>(op, op.getType(), slice, perm);
  return success();
}

/// reduce(transpose(x)) → transpose(reduce(x)), or reduce(x) where the rest stays in order.
LogicalResult sinkThroughReduce(nn::ReduceOp op, PatternRewriter &rewriter) {
  auto transpose = op.getInput().getDefiningOp<nn::TransposeOp>();
  if (!transpose || hasLayout(op) || hasLayout(transpose))
    return rewriter.notifyMatchFailure(op, "input is not transposed");
  ArrayRef<int64_t> perm = transpose.getPerm();
  Dims axes, shape, kept; // kept: dimensions of x that the result has, in its order
  for (int64_t axis : op.getAxes())
    axes.push_back(perm[at(axis)]);
  llvm::sort(axes);
  for (int64_t d : perm)
    if (op.getKeepDims() || !llvm::is_contained(axes, d))
      kept.push_back(d);
  Dims order(kept); // dimensions of the reduction of x
  llvm::sort(order);
  Dims newPerm;
  for (int64_t d : kept)
    newPerm.push_back(llvm::find(order, d) - order.begin());
  for (int64_t d : order)
    shape.push_back(llvm::is_contained(axes, d) ? 1
                                                : typeOf(transpose.getInput()).getShape()[at(d)]);
  auto type = RankedTensorType::get(shape, typeOf(op).getElementType());
  Value reduce = nn::ReduceOp::create(rewriter, nodeLocation(op.getLoc()), type, op.getKind(),
                                      transpose.getInput(), axes, op.getKeepDims());
  if (llvm::is_sorted(kept))
    rewriter.replaceOp(op, reduce);
  else
    rewriter.replaceOpWithNewOp<nn::TransposeOp>(op, op.getType(), reduce, newPerm);
  return success();
}

/// transpose(pad(x)) → pad(transpose(x)): moves less, and brings the pad to the window behind.
LogicalResult raiseThroughPad(nn::TransposeOp op, PatternRewriter &rewriter) {
  auto pad = op.getInput().getDefiningOp<nn::PadOp>();
  if (!pad || hasLayout(op) || hasLayout(pad) || !pad->hasOneUse())
    return rewriter.notifyMatchFailure(op, "input is not padded, for this value only");
  Dims shape, low, high;
  for (int64_t d : op.getPerm()) {
    shape.push_back(typeOf(pad.getInput()).getShape()[at(d)]);
    low.push_back(pad.getLow()[at(d)]), high.push_back(pad.getHigh()[at(d)]);
  }
  auto type = RankedTensorType::get(shape, typeOf(op).getElementType());
  Value moved = nn::TransposeOp::create(rewriter, nodeLocation(op.getLoc()), type, pad.getInput(),
                                        op.getPerm());
  rewriter.replaceOpWithNewOp<nn::PadOp>(op, op.getType(), pad.getMode(), moved, pad.getValue(),
                                         low, high);
  return success();
}

} // namespace

void addTransposePatterns(RewritePatternSet &patterns) {
  patterns.add<SinkThroughElementwise>(patterns.getContext());
  patterns.add(sinkThroughConcat).add(sinkThroughSlice).add(sinkThroughReduce).add(raiseThroughPad);
}

} // namespace nnc
