// Verifiers and folds of the operators between real numbers and integers that stand for them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NNInference.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"

using namespace mlir;

namespace nnc::nn {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// (C1) and (C2): the sides agree in shape, and a type by axis fits it.
static LogicalResult verifySides(Operation *op, Type quantized) {
  auto from = typeOf(op->getOperand(0)), to = typeOf(op->getResult(0));
  if (from.getShape() != to.getShape())
    return op->emitOpError("turns ") << from << " into " << to << ", expected the same shape";
  auto byAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(quantized);
  if (!byAxis)
    return success();
  int64_t axis = byAxis.getQuantizedDimension(),
          scales = static_cast<int64_t>(byAxis.getScales().size());
  if (axis < 0 || axis >= from.getRank())
    return op->emitOpError("is quantized by axis ")
           << axis << ", but the tensor has " << from.getRank() << " dimensions";
  if (from.getDimSize(axis) != scales)
    return op->emitOpError("has ") << scales << " scales for axis " << axis << " with "
                                   << from.getDimSize(axis) << " elements, expected as many";
  return success();
}

LogicalResult QuantizeOp::verify() { return verifySides(*this, getType().getElementType()); }

LogicalResult DequantizeOp::verify() {
  return verifySides(*this, typeOf(getInput()).getElementType());
}

LogicalResult StorageCastOp::verify() {
  Type from = typeOf(getInput()).getElementType(), to = getType().getElementType();
  bool fits = isQuantized(from) != isQuantized(to) && storageType(from) == storageType(to);
  if (!fits)
    return emitOpError("turns ") << from << " into " << to
                                 << ", expected a quantized type and the integers it is stored as";
  return verifySides(*this, isQuantized(from) ? from : to);
}

/// There and back.
OpFoldResult StorageCastOp::fold(FoldAdaptor) {
  auto inner = getInput().getDefiningOp<StorageCastOp>();
  if (inner && inner.getInput().getType() == getType())
    return inner.getInput();
  return nullptr;
}

int64_t RequantizeOp::lowest() {
  return getLow() ? static_cast<int64_t>(*getLow())
                  : integerRange(getType().getElementType()).first;
}

int64_t RequantizeOp::highest() {
  return getHigh() ? static_cast<int64_t>(*getHigh())
                   : integerRange(getType().getElementType()).second;
}

LogicalResult RequantizeOp::verify() {
  ArrayRef<int64_t> shape = typeOf(getInput()).getShape();
  if (getType().getShape() != shape)
    return emitOpError("turns ") << getInput().getType() << " into " << getType()
                                 << ", expected the same shape";
  Inference infer(getLoc(), getOperationName());
  for (Value operand : getOperation()->getOperands().drop_front()) {
    FailureOr<SmallVector<int64_t>> joint = infer.broadcast(shape, typeOf(operand).getShape());
    if (failed(joint))
      return failure();
    if (ArrayRef<int64_t>(*joint) != shape)
      return emitOpError("has a constant of shape ")
             << formatShape(typeOf(operand).getShape()) << ", which does not broadcast to "
             << formatShape(shape);
  }
  auto [low, high] = integerRange(getType().getElementType());
  if (lowest() > highest() || lowest() < low || highest() > high)
    return emitOpError("limits the result to ")
           << lowest() << " … " << highest() << ", expected a range within " << low << " … "
           << high;
  return success();
}

/// Zero points are numbers of their operand's type.
static LogicalResult verifyZeroPoint(Operation *op, StringRef name, Value operand, int64_t zero) {
  Type element = typeOf(operand).getElementType();
  auto [low, high] =
      isNarrowInteger(element) ? integerRange(element) : std::pair<int64_t, int64_t>();
  if (zero < low || zero > high)
    return op->emitOpError() << name << " is " << zero << ", expected a number from " << low
                             << " to " << high << " for " << element;
  return success();
}

LogicalResult ConvOp::verify() {
  return success(succeeded(verifyZeroPoint(*this, "input_zero_point", getInput(),
                                           static_cast<int64_t>(getInputZeroPoint()))) &&
                 succeeded(verifyZeroPoint(*this, "filter_zero_point", getFilter(),
                                           static_cast<int64_t>(getFilterZeroPoint()))));
}

LogicalResult MatMulOp::verify() {
  return success(succeeded(verifyZeroPoint(*this, "lhs_zero_point", getLhs(),
                                           static_cast<int64_t>(getLhsZeroPoint()))) &&
                 succeeded(verifyZeroPoint(*this, "rhs_zero_point", getRhs(),
                                           static_cast<int64_t>(getRhsZeroPoint()))));
}

} // namespace nnc::nn
