// Rewrites of slices, concatenations, pads and gathers to simpler ones of the same value, bit for
// bit. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace nnc::nn {

using Sizes = SmallVector<int64_t>;

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// These rewrites make new types, without layouts.
static bool hasLayout(Operation *op) {
  auto encoded = [](Type type) { return cast<RankedTensorType>(type).getEncoding() != nullptr; };
  return llvm::any_of(op->getOperandTypes(), encoded) ||
         llvm::any_of(op->getResultTypes(), encoded);
}

static RankedTensorType withSize(RankedTensorType type, int64_t dim, int64_t size) {
  Sizes shape(type.getShape());
  shape[static_cast<size_t>(dim)] = size;
  return RankedTensorType::get(shape, type.getElementType());
}

//===-- Slices -----------------------------------------------------------------------------===//

/// slice(slice(x)) → slice(x).
static LogicalResult composeSlices(SliceOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<SliceOp>();
  if (!inner || hasLayout(op) || hasLayout(inner))
    return rewriter.notifyMatchFailure(op, "input is not a slice");
  Sizes starts, steps;
  for (auto [d, size] : llvm::enumerate(typeOf(op).getShape())) {
    // The step of a single element, and the start of none, may be any number.
    starts.push_back(size == 0 ? 0
                               : inner.getStarts()[d] + op.getStarts()[d] * inner.getSteps()[d]);
    steps.push_back(size <= 1 ? 1 : op.getSteps()[d] * inner.getSteps()[d]);
  }
  rewriter.replaceOpWithNewOp<SliceOp>(op, op.getType(), inner.getInput(), starts, steps);
  return success();
}

/// The run of a concatenation's parts that holds a range of its axis.
struct Parts {
  size_t first = 0, count = 0;
  int64_t start = 0, size = 0; ///< of the run, along the axis
};

/// The parts that hold positions `low` to `high`.
static Parts partsOf(ConcatOp concat, int64_t low, int64_t high) {
  Parts parts;
  int64_t position = 0;
  for (auto [i, part] : llvm::enumerate(concat.getInputs())) {
    int64_t size = typeOf(part).getDimSize(static_cast<unsigned>(concat.getAxis()));
    if (position <= high && position + size > low) {
      if (parts.count++ == 0)
        parts.first = i, parts.start = position;
      parts.size += size;
    }
    position += size;
  }
  return parts;
}

/// slice(concat(…)) → slice of the one part, or concat of the whole parts, that it reads.
static LogicalResult sliceParts(SliceOp op, PatternRewriter &rewriter) {
  auto concat = op.getInput().getDefiningOp<ConcatOp>();
  RankedTensorType type = typeOf(op);
  if (!concat || hasLayout(op) || hasLayout(concat) || type.getNumElements() == 0)
    return rewriter.notifyMatchFailure(op, "input is not a concatenation");
  auto axis = static_cast<size_t>(concat.getAxis());
  int64_t size = type.getShape()[axis], first = op.getStarts()[axis];
  int64_t last = first + (size - 1) * (size == 1 ? 1 : op.getSteps()[axis]);
  Parts parts = partsOf(concat, std::min(first, last), std::max(first, last));
  if (parts.count == 0 || parts.count == concat.getInputs().size())
    return rewriter.notifyMatchFailure(op, "reads every part");
  Value input = concat.getInputs()[parts.first];
  if (parts.count > 1) {
    // As a view of the concatenation the parts are there already, unless it goes away.
    bool wholeParts = parts.size == size && first < last;
    if (!wholeParts || !llvm::all_of(concat->getUsers(), llvm::IsaPred<SliceOp>))
      return rewriter.notifyMatchFailure(op, "reads several parts");
    input = ConcatOp::create(rewriter, op.getLoc(),
                             withSize(typeOf(concat), concat.getAxis(), parts.size),
                             concat.getInputs().slice(parts.first, parts.count), concat.getAxis());
  }
  Sizes starts(op.getStarts());
  starts[axis] -= parts.start;
  rewriter.replaceOpWithNewOp<SliceOp>(op, type, input, starts, op.getSteps());
  return success();
}

/// slice(pad(x)) → pad(x) by less; amounts below 0 cut.
static LogicalResult slicePadded(SliceOp op, PatternRewriter &rewriter) {
  auto pad = op.getInput().getDefiningOp<PadOp>();
  if (!pad || pad.getMode() != PadMode::constant || hasLayout(op) || hasLayout(pad))
    return rewriter.notifyMatchFailure(op, "input is not padded by a constant");
  Sizes low, high;
  bool adds = false;
  for (auto [d, size] : llvm::enumerate(typeOf(op).getShape())) {
    int64_t inner = typeOf(pad.getInput()).getShape()[d];
    if (size == 0 || (size > 1 && op.getSteps()[d] != 1))
      return rewriter.notifyMatchFailure(op, "not a run of elements");
    low.push_back(pad.getLow()[d] - op.getStarts()[d]);
    high.push_back(size - inner - low.back());
    if (inner + std::min<int64_t>(low.back(), 0) + std::min<int64_t>(high.back(), 0) <= 0)
      return rewriter.notifyMatchFailure(op, "reads no element of the input");
    adds |= low.back() > 0 || high.back() > 0;
  }
  if (adds && !pad->hasOneUse())
    return rewriter.notifyMatchFailure(op, "others read the padded input");
  rewriter.replaceOpWithNewOp<PadOp>(op, op.getType(), PadMode::constant, pad.getInput(),
                                     pad.getValue(), low, high);
  return success();
}

void SliceOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(composeSlices).add(sliceParts).add(slicePadded);
}

//===-- Concatenations ---------------------------------------------------------------------===//

/// concat(concat(a, b), c) → concat(a, b, c), and parts without elements dropped.
static LogicalResult flattenParts(ConcatOp op, PatternRewriter &rewriter) {
  if (hasLayout(op))
    return rewriter.notifyMatchFailure(op, "has a layout");
  SmallVector<Value> parts;
  for (Value input : op.getInputs()) {
    auto inner = input.getDefiningOp<ConcatOp>();
    if (inner && inner.getAxis() == op.getAxis() && inner->hasOneUse() && !hasLayout(inner))
      llvm::append_range(parts, inner.getInputs());
    else if (typeOf(input).getDimSize(static_cast<unsigned>(op.getAxis())) != 0)
      parts.push_back(input);
  }
  if (parts.empty() || llvm::equal(parts, op.getInputs()))
    return rewriter.notifyMatchFailure(op, "nothing to flatten or to drop");
  rewriter.replaceOpWithNewOp<ConcatOp>(op, op.getType(), parts, op.getAxis());
  return success();
}

/// Two slices one behind the other along an axis, as one; null where they are not.
static SliceOp joinSlices(Value a, Value b, size_t axis, PatternRewriter &rewriter) {
  auto first = a.getDefiningOp<SliceOp>(), second = b.getDefiningOp<SliceOp>();
  if (!first || !second || first.getInput() != second.getInput() || hasLayout(first) ||
      hasLayout(second))
    return nullptr;
  Sizes steps;
  for (size_t d = 0; d < first.getStarts().size(); ++d) {
    int64_t size = typeOf(a).getShape()[d], other = typeOf(b).getShape()[d];
    int64_t distance = second.getStarts()[d] - first.getStarts()[d];
    if (size == 0 || other == 0)
      return nullptr;
    // The step of a single element may be any number.
    int64_t step = size > 1 ? first.getSteps()[d] : other > 1 ? second.getSteps()[d] : 1;
    if (d == axis && size == 1 && other == 1)
      step = distance;
    bool sameSteps =
        (size == 1 || first.getSteps()[d] == step) && (other == 1 || second.getSteps()[d] == step);
    if (!sameSteps || step == 0 || distance != (d == axis ? size * step : 0))
      return nullptr;
    steps.push_back(step);
  }
  int64_t total = typeOf(a).getShape()[axis] + typeOf(b).getShape()[axis];
  return SliceOp::create(rewriter, rewriter.getFusedLoc({first.getLoc(), second.getLoc()}),
                         withSize(typeOf(a), static_cast<int64_t>(axis), total), first.getInput(),
                         first.getStarts(), steps);
}

/// concat(x[0:2], x[2:5]) → x[0:5].
static LogicalResult joinParts(ConcatOp op, PatternRewriter &rewriter) {
  if (hasLayout(op))
    return rewriter.notifyMatchFailure(op, "has a layout");
  SmallVector<Value> parts;
  for (Value input : op.getInputs()) {
    SliceOp joined = parts.empty() ? SliceOp()
                                   : joinSlices(parts.back(), input,
                                                static_cast<size_t>(op.getAxis()), rewriter);
    if (joined)
      parts.back() = joined;
    else
      parts.push_back(input);
  }
  if (parts.size() == op.getInputs().size())
    return rewriter.notifyMatchFailure(op, "no neighbours are slices of one value");
  rewriter.replaceOpWithNewOp<ConcatOp>(op, op.getType(), parts, op.getAxis());
  return success();
}

void ConcatOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(flattenParts).add(joinParts);
}

//===-- Pads and gathers -------------------------------------------------------------------===//

/// What only cuts → slice.
static LogicalResult cutBySlice(PadOp op, PatternRewriter &rewriter) {
  auto cuts = [](int64_t amount) { return amount <= 0; };
  if (!llvm::all_of(op.getLow(), cuts) || !llvm::all_of(op.getHigh(), cuts) || hasLayout(op) ||
      typeOf(op).getNumElements() == 0)
    return rewriter.notifyMatchFailure(op, "adds elements");
  Sizes starts, steps(op.getLow().size(), 1);
  for (int64_t amount : op.getLow())
    starts.push_back(-amount);
  rewriter.replaceOpWithNewOp<SliceOp>(op, op.getType(), op.getInput(), starts, steps);
  return success();
}

/// pad(pad(x)) → pad(x), of one value; no value is 0.
static LogicalResult composePads(PadOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<PadOp>();
  if (!inner || op.getMode() != PadMode::constant || inner.getMode() != PadMode::constant ||
      op.getValue() != inner.getValue() || hasLayout(op) || hasLayout(inner))
    return rewriter.notifyMatchFailure(op, "input is not padded by the same constant");
  auto adds = [](int64_t amount) { return amount >= 0; };
  Sizes low(op.getLow()), high(op.getHigh());
  if (!llvm::all_of(low, adds) || !llvm::all_of(high, adds) ||
      !llvm::all_of(inner.getLow(), adds) || !llvm::all_of(inner.getHigh(), adds))
    return rewriter.notifyMatchFailure(op, "one of them cuts");
  for (size_t d = 0; d < low.size(); ++d)
    low[d] += inner.getLow()[d], high[d] += inner.getHigh()[d];
  rewriter.replaceOpWithNewOp<PadOp>(op, op.getType(), PadMode::constant, inner.getInput(),
                                     op.getValue(), low, high);
  return success();
}

void PadOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(cutBySlice).add(composePads);
}

/// The first index and the distance of the others where constant indices into `size` elements
/// progress evenly; nothing else.
static std::optional<std::pair<int64_t, int64_t>> progression(Value indices, int64_t size) {
  auto constant = indices.getDefiningOp<ConstantOp>();
  auto dense = constant ? dyn_cast<DenseIntElementsAttr>(constant.getValue()) : nullptr;
  if (!dense || dense.empty())
    return std::nullopt;
  Sizes values;
  for (const APInt &value : dense.getValues<APInt>()) {
    int64_t index = value.getSExtValue();
    values.push_back(std::clamp<int64_t>(index < 0 ? index + size : index, 0, size - 1));
  }
  int64_t step = values.size() > 1 ? values[1] - values[0] : 1;
  for (size_t i = 1; i < values.size(); ++i)
    if (values[i] - values[i - 1] != step || step == 0)
      return std::nullopt;
  return std::pair(values[0], step);
}

/// gather by indices that progress evenly → slice, reshaped where the indices are no list.
static LogicalResult gatherBySlice(GatherOp op, PatternRewriter &rewriter) {
  RankedTensorType input = typeOf(op.getInput());
  auto axis = static_cast<size_t>(op.getAxis());
  std::optional<std::pair<int64_t, int64_t>> found =
      input.getNumElements() == 0 ? std::nullopt
                                  : progression(op.getIndices(), input.getShape()[axis]);
  if (!found || hasLayout(op))
    return rewriter.notifyMatchFailure(op, "indices do not progress evenly");
  Sizes starts(static_cast<size_t>(input.getRank()), 0), steps(starts.size(), 1);
  starts[axis] = found->first, steps[axis] = found->second;
  RankedTensorType type = withSize(input, op.getAxis(), typeOf(op.getIndices()).getNumElements());
  Value slice = SliceOp::create(rewriter, op.getLoc(), type, op.getInput(), starts, steps);
  if (type == op.getType())
    rewriter.replaceOp(op, slice);
  else
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), slice);
  return success();
}

void GatherOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(gatherBySlice);
}

} // namespace nnc::nn
