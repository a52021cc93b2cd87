// Verifiers of the canonical operators.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"

#include "llvm/ADT/TypeSwitch.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/NN/NNOps.cpp.inc"

namespace nnc::nn {

/// Element type class that an op's kind asks for.
static bool isFloat(Value value) { return isa<FloatType>(getElementTypeOrSelf(value)); }
static bool isBool(Value value) { return getElementTypeOrSelf(value).isInteger(1); }
static bool isInteger(Value value) { return isa<IntegerType>(getElementTypeOrSelf(value)); }

LogicalResult UnaryOp::verify() {
  switch (getKind()) {
  case UnaryKind::logical_not:
    if (!isBool(getInput()))
      return emitOpError("logical_not takes i1, found ") << getElementTypeOrSelf(getInput());
    return success();
  case UnaryKind::bitwise_not:
    if (!isInteger(getInput()) || isBool(getInput()))
      return emitOpError("bitwise_not takes integers, found ") << getElementTypeOrSelf(getInput());
    return success();
  case UnaryKind::abs:
  case UnaryKind::neg:
  case UnaryKind::square:
  case UnaryKind::sign:
  case UnaryKind::relu:
    if (isBool(getInput()))
      return emitOpError() << stringifyUnaryKind(getKind()) << " takes numbers, found i1";
    return success();
  default:
    if (!isFloat(getInput()))
      return emitOpError() << stringifyUnaryKind(getKind())
                           << " takes floating-point numbers, found "
                           << getElementTypeOrSelf(getInput());
    return success();
  }
}

LogicalResult ClampOp::verify() {
  for (std::optional<APFloat> bound : {getLow(), getHigh()})
    if (bound && bound->isNaN())
      return emitOpError("has a bound that is not a number");
  return success();
}

LogicalResult BinaryOp::verify() {
  Type element = getElementTypeOrSelf(getLhs());
  auto refuse = [&](StringRef expected) {
    return emitOpError() << stringifyBinaryKind(getKind()) << " takes " << expected << ", found "
                         << element;
  };
  switch (getKind()) {
  case BinaryKind::bit_and:
  case BinaryKind::bit_or:
  case BinaryKind::bit_xor:
    return isInteger(getLhs()) ? success() : refuse("integers or i1");
  case BinaryKind::shift_left:
  case BinaryKind::shift_right:
    return isInteger(getLhs()) && !isBool(getLhs()) ? success() : refuse("integers");
  default:
    return isBool(getLhs()) ? refuse("numbers") : success();
  }
}

LogicalResult CompareOp::verify() {
  bool ordered =
      getPredicate() != ComparePredicate::equal && getPredicate() != ComparePredicate::not_equal;
  if (ordered && isBool(getLhs()))
    return emitOpError() << stringifyComparePredicate(getPredicate()) << " takes numbers, found i1";
  return success();
}

LogicalResult PoolOp::verify() {
  if (getKind() != PoolKind::max && !isFloat(getInput()))
    return emitOpError() << stringifyPoolKind(getKind()) << " takes floating-point numbers, found "
                         << getElementTypeOrSelf(getInput());
  if (static_cast<int64_t>(getP()) < 1)
    return emitOpError("p is ") << static_cast<int64_t>(getP()) << ", expected at least 1";
  return success();
}

LogicalResult ReduceOp::verify() {
  bool floats = getKind() == ReduceKind::l2 || getKind() == ReduceKind::log_sum ||
                getKind() == ReduceKind::log_sum_exp;
  if (floats && !isFloat(getInput()))
    return emitOpError() << stringifyReduceKind(getKind())
                         << " takes floating-point numbers, found "
                         << getElementTypeOrSelf(getInput());
  return success();
}

/// Booleans have no sums and no order.
static LogicalResult verifyReduction(Operation *op, ScatterReduction reduction, Value input) {
  if (reduction != ScatterReduction::none && isBool(input))
    return op->emitOpError("reduction ")
           << stringifyScatterReduction(reduction) << " takes numbers, found i1";
  return success();
}

LogicalResult ScatterElementsOp::verify() {
  return verifyReduction(*this, getReduction(), getInput());
}

LogicalResult ScatterNDOp::verify() { return verifyReduction(*this, getReduction(), getInput()); }

LogicalResult CastOp::verify() {
  auto from = cast<RankedTensorType>(getInput().getType()), to = cast<RankedTensorType>(getType());
  if (from.getShape() != to.getShape())
    return emitOpError("turns ") << from << " into " << to << ", expected the same shape";
  return success();
}

LogicalResult IotaOp::verify() {
  int64_t rank = cast<RankedTensorType>(getType()).getRank(), axis = getAxis();
  if (rank == 0)
    return emitOpError("axis is ") << axis << ", but the result is a scalar";
  if (axis < 0 || axis >= rank)
    return emitOpError("axis is ") << axis << ", expected a value from 0 to " << rank - 1;
  return success();
}

LogicalResult ReshapeOp::verify() {
  auto from = cast<RankedTensorType>(getInput().getType()), to = cast<RankedTensorType>(getType());
  if (from.getElementType() != to.getElementType() || from.getNumElements() != to.getNumElements())
    return emitOpError("turns ") << from << " into " << to
                                 << ", expected as many elements of the same type";
  return success();
}

LogicalResult BroadcastOp::verify() {
  auto from = cast<RankedTensorType>(getInput().getType()), to = cast<RankedTensorType>(getType());
  bool fits = from.getElementType() == to.getElementType() && from.getRank() <= to.getRank();
  for (int64_t d = 0; fits && d < from.getRank(); ++d) {
    int64_t size = from.getDimSize(d), target = to.getDimSize(to.getRank() - from.getRank() + d);
    fits = size == 1 || size == target;
  }
  if (!fits)
    return emitOpError("cannot broadcast ") << from << " to " << to;
  return success();
}

LogicalResult SliceOp::verify() {
  auto from = cast<RankedTensorType>(getInput().getType()), to = cast<RankedTensorType>(getType());
  if (from.getElementType() != to.getElementType() || from.getRank() != to.getRank())
    return emitOpError("slices ") << from << " to " << to
                                  << ", expected the same rank and element type";
  int64_t rank = from.getRank();
  if (static_cast<int64_t>(getStarts().size()) != rank ||
      static_cast<int64_t>(getSteps().size()) != rank)
    return emitOpError("has ") << getStarts().size() << " starts and " << getSteps().size()
                               << " steps, expected " << rank << " of each";
  for (int64_t d = 0; d < rank; ++d) {
    int64_t start = getStarts()[d], step = getSteps()[d], size = from.getDimSize(d),
            count = to.getDimSize(d);
    if (step == 0)
      return emitOpError("step of dimension ") << d << " is 0";
    __int128 last = start + static_cast<__int128>(count - 1) * step;
    if (count > 0 && (start < 0 || start >= size || last < 0 || last >= size))
      return emitOpError("dimension ") << d << ": " << count << " elements from " << start
                                       << " with step " << step << " leave the input's " << size;
  }
  return success();
}

LogicalResult ResizeOp::verify() {
  auto from = cast<RankedTensorType>(getInput().getType()), to = cast<RankedTensorType>(getType());
  if (from.getElementType() != to.getElementType() || from.getRank() != to.getRank())
    return emitOpError("resizes ")
           << from << " to " << to << ", expected the same rank and element type";
  int64_t rank = from.getRank();
  if (static_cast<int64_t>(getScales().size()) != rank)
    return emitOpError("has ") << getScales().size() << " scales, expected " << rank;
  for (double scale : getScales())
    if (!std::isfinite(scale) || scale <= 0)
      return emitOpError("has a scale that is not a positive number");
  bool crops = getCoordinates() == Coordinates::tf_crop_and_resize;
  if (crops && !getRoi())
    return emitOpError("tf_crop_and_resize needs roi");
  if (getRoi() && static_cast<int64_t>(getRoi()->size()) != 2 * rank)
    return emitOpError("roi has ") << getRoi()->size() << " entries, expected " << 2 * rank;
  if (from.getNumElements() == 0 && to.getNumElements() != 0)
    return emitOpError("input is empty, so there is nothing to resample");
  return success();
}

} // namespace nnc::nn
