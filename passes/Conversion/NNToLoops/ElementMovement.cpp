// Elements of operators that move data: transpose, reshape, slice, pad, concat.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/LayerEmitter.h"
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nnc {

using IPredicate = arith::CmpIPredicate;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Value LayerEmitter::transpose(nn::TransposeOp op, IndexRef index) {
  Index own(index.size());
  for (auto [d, source] : llvm::enumerate(op.getPerm()))
    own[source] = index[d];
  return element(op.getInput(), own);
}

Value LayerEmitter::slice(nn::SliceOp op, IndexRef index) {
  Index own;
  for (auto [place, start, step] : llvm::zip_equal(index, op.getStarts(), op.getSteps()))
    own.push_back(place * step + IndexExpr(start));
  return element(op.getInput(), own);
}

std::pair<IndexExpr, IndexExpr> LayerEmitter::divide(const IndexExpr &expr, int64_t divisor,
                                                     Location loc) {
  if (auto linear = expr.divide(divisor))
    return *linear;
  if (trial && !trial->split && !trial->cut)
    if (auto split = expr.splitForDivision(divisor))
      trial->split = {split->first, split->second};
  Value value = valueOf(expr, loc), by = index(divisor, loc);
  Value quotient = arith::DivUIOp::create(builder, loc, value, by);
  Value remainder = arith::RemUIOp::create(builder, loc, value, by);
  return {computed(quotient, expr.maximum() / divisor + 1), computed(remainder, divisor)};
}

Value LayerEmitter::reshape(nn::ReshapeOp op, IndexRef index) {
  auto rowMajor = [](RankedTensorType type) {
    return RankedTensorType::get(type.getShape(), type.getElementType());
  };
  RankedTensorType input = tensorType(op.getInput());
  IndexExpr rest = linearize(index, nn::stridesOf(rowMajor(tensorType(op.getResult()))));
  Index own(input.getRank());
  for (int64_t d = input.getRank() - 1; d >= 0; --d) {
    if (input.getDimSize(d) == 1)
      continue;
    std::tie(rest, own[d]) = divide(rest, input.getDimSize(d), op.getLoc());
  }
  return element(op.getInput(), own);
}

bool LayerEmitter::askForCuts(const IndexExpr &expr, ArrayRef<int64_t> bounds) {
  if (!trial || expr.getTerms().size() != 1 || !expr.getTerms().front().variable->isLoop)
    return false;
  auto [variable, factor] = expr.getTerms().front();
  if (trial->split || trial->cut)
    return true; // one wish at a time; this one comes up again
  SmallVector<int64_t> points;
  for (int64_t bound : bounds) {
    // First value of the variable on the other side of the bound.
    int64_t distance = bound - expr.getConstant();
    int64_t point = factor > 0 ? llvm::divideCeilSigned(distance, factor)
                               : llvm::divideFloorSigned(distance, factor) + 1;
    if (point > 0 && point < variable->count)
      points.push_back(point);
  }
  llvm::sort(points);
  points.erase(llvm::unique(points), points.end());
  if (points.empty())
    return false;
  trial->cut = {variable, std::move(points)};
  return true;
}

/// Bounds between which reflection (period 2(n−1)) or repetition (period n) is linear.
static SmallVector<int64_t> pieceBounds(const IndexExpr &place, int64_t piece, int64_t shift) {
  SmallVector<int64_t> bounds;
  int64_t first = llvm::divideFloorSigned(place.minimum() - shift, piece);
  int64_t last = llvm::divideFloorSigned(place.maximum() - shift, piece);
  for (int64_t k = first + 1; k <= last; ++k)
    bounds.push_back(k * piece + shift);
  return bounds;
}

LayerEmitter::Source LayerEmitter::paddedPlace(nn::PadMode mode, const IndexExpr &place,
                                               int64_t size, Location loc) {
  int64_t low = place.minimum(), high = place.maximum();
  if (low >= 0 && high < size)
    return {place, {}};
  scalar::Emit emit(builder, loc);
  auto limited = [&](Value value) {
    value = emit.create<arith::MaxSIOp>(value, index(0, loc));
    return computed(emit.create<arith::MinSIOp>(value, index(size - 1, loc)), size);
  };
  switch (mode) {
  case nn::PadMode::constant: {
    if (high < 0 || low >= size || size == 0)
      return {0, {}, /*alwaysOutside=*/true};
    askForCuts(place, {0, size});
    Value value = valueOf(place, loc);
    Value outside = emit.compare(IPredicate::uge, value, index(size, loc));
    return {limited(value), outside};
  }
  case nn::PadMode::edge:
    if (high < 0)
      return {0, {}};
    if (low >= size)
      return {size - 1, {}};
    askForCuts(place, {0, size});
    return {limited(valueOf(place, loc)), {}};
  case nn::PadMode::reflect: {
    if (size == 1)
      return {0, {}};
    int64_t piece = size - 1, period = 2 * piece;
    int64_t k = llvm::divideFloorSigned(low, piece);
    if (high <= (k + 1) * piece) // both ends of a piece belong to it
      return {k % 2 == 0 ? place - IndexExpr(k * piece) : IndexExpr((k + 1) * piece) - place, {}};
    askForCuts(place, pieceBounds(place, piece, 0));
    // Shifted by whole periods to be positive, then folded.
    int64_t shift = llvm::divideCeilSigned(-std::min<int64_t>(low, 0), period) * period;
    Value value = valueOf(place + IndexExpr(shift), loc);
    value = emit.create<arith::RemUIOp>(value, index(period, loc));
    Value folded = emit.sub(index(period, loc), value);
    return {computed(emit.create<arith::MinUIOp>(value, folded), size), {}};
  }
  case nn::PadMode::wrap: {
    int64_t k = llvm::divideFloorSigned(low, size);
    if (high < (k + 1) * size)
      return {place - IndexExpr(k * size), {}};
    askForCuts(place, pieceBounds(place, size, 0));
    int64_t shift = llvm::divideCeilSigned(-std::min<int64_t>(low, 0), size) * size;
    Value value = valueOf(place + IndexExpr(shift), loc);
    return {computed(emit.create<arith::RemUIOp>(value, index(size, loc)), size), {}};
  }
  }
  return {};
}

Value LayerEmitter::pad(nn::PadOp op, IndexRef index) {
  Location loc = op.getLoc();
  ArrayRef<int64_t> shape = tensorType(op.getInput()).getShape();
  Type type = scalar::valueType(tensorType(op.getInput()).getElementType());
  auto fill = [&]() -> Value {
    if (!op.getValue())
      return scalar::buildConstant(builder, loc, type, 0);
    return element(op.getValue(), Index(tensorType(op.getValue()).getRank(), IndexExpr(0)));
  };
  Index own;
  Value outside;
  for (auto [place, low, size] : llvm::zip_equal(index, op.getLow(), shape)) {
    Source source = paddedPlace(op.getMode(), place - IndexExpr(low), size, loc);
    if (source.alwaysOutside)
      return fill();
    own.push_back(source.place);
    if (source.outside)
      outside = outside ? Value(arith::OrIOp::create(builder, loc, outside, source.outside))
                        : source.outside;
  }
  Value inside = element(op.getInput(), own);
  return outside ? Value(arith::SelectOp::create(builder, loc, outside, fill(), inside)) : inside;
}

Value LayerEmitter::concat(nn::ConcatOp op, IndexRef index) {
  Location loc = op.getLoc();
  int64_t axis = op.getAxis(), begin = 0;
  const IndexExpr &place = index[axis];
  Index own(index.begin(), index.end());
  SmallVector<int64_t> begins, sizes;
  for (Value input : op.getInputs()) {
    begins.push_back(begin);
    sizes.push_back(tensorType(input).getDimSize(axis));
    begin += sizes.back();
  }
  for (auto [input, start, size] : llvm::zip_equal(op.getInputs(), begins, sizes))
    if (place.minimum() >= start && place.maximum() < start + size) {
      own[axis] = place - IndexExpr(start);
      return element(input, own);
    }
  askForCuts(place, begins);
  // No simple loop: read one element of each input, limited to its range, and choose.
  Value result, value = valueOf(place, loc);
  for (auto [input, start, size] : llvm::zip_equal(op.getInputs(), begins, sizes)) {
    if (size == 0 || place.maximum() < start || place.minimum() >= start + size)
      continue;
    Value shifted = arith::SubIOp::create(builder, loc, value, this->index(start, loc));
    shifted = arith::MaxSIOp::create(builder, loc, shifted, this->index(0, loc));
    shifted = arith::MinSIOp::create(builder, loc, shifted, this->index(size - 1, loc));
    own[axis] = computed(shifted, size);
    Value candidate = element(input, own);
    if (!result) {
      result = candidate;
      continue;
    }
    Value reached =
        arith::CmpIOp::create(builder, loc, IPredicate::sge, value, this->index(start, loc));
    result = arith::SelectOp::create(builder, loc, reached, candidate, result);
  }
  return result;
}

} // namespace nnc
