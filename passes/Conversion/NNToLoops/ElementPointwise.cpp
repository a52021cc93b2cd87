// Elements of elementwise operators, constants and iota.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/RT/RT.h"
#include "passes/Conversion/NNToLoops/ConstantTables.h"
#include "passes/Conversion/NNToLoops/LayerEmitter.h"
#include "passes/Conversion/NNToLoops/Layout.h"
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc {

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
static Type elementType(Value value) { return tensorType(value).getElementType(); }
static bool isUnsigned(Value tensor) { return scalar::isUnsignedElement(elementType(tensor)); }

Value LayerEmitter::compute(Value tensor, IndexRef index) {
  return TypeSwitch<Operation *, Value>(tensor.getDefiningOp())
      .Case([&](rt::TensorOp op) {
        return load({op.getBuffer(), cast<RankedTensorType>(op.getType())}, index);
      })
      .Case([&](nn::UnaryOp op) { return unary(op, index); })
      .Case([&](nn::BinaryOp op) { return binary(op, index); })
      .Case([&](nn::CompareOp op) { return compare(op, index); })
      .Case([&](nn::SelectOp op) { return select(op, index); })
      .Case([&](nn::CastOp op) { return cast(op, index); })
      .Case([&](nn::ClampOp op) { return clamp(op, index); })
      .Case([&](nn::RequantizeOp op) { return requantize(op, index); })
      .Case([&](nn::BatchNormOp op) { return batchNorm(op, index); })
      .Case([&](nn::IotaOp op) { return iota(op, index); })
      .Case([&](nn::ConstantOp op) { return constant(op, index); })
      .Case([&](nn::BroadcastOp op) { return broadcast(op, index); })
      .Case([&](nn::TransposeOp op) { return transpose(op, index); })
      .Case([&](nn::ReshapeOp op) { return reshape(op, index); })
      .Case([&](nn::SliceOp op) { return slice(op, index); })
      .Case([&](nn::PadOp op) { return pad(op, index); })
      .Case([&](nn::ConcatOp op) { return concat(op, index); })
      .Case([&](nn::GatherOp op) { return gather(op, index); })
      .Case([&](nn::GatherElementsOp op) { return gatherElements(op, index); })
      .Case([&](nn::GatherNDOp op) { return gatherND(op, index); })
      .Case([&](nn::ResizeOp op) { return resize(op, index); });
}

Value LayerEmitter::broadcastElement(Value operand, IndexRef index) {
  ArrayRef<int64_t> shape = tensorType(operand).getShape();
  Index own;
  for (auto [size, place] : llvm::zip_equal(shape, index.take_back(shape.size())))
    own.push_back(size == 1 ? IndexExpr(0) : place);
  return element(operand, own);
}

Value LayerEmitter::broadcast(nn::BroadcastOp op, IndexRef index) {
  return broadcastElement(op.getInput(), index);
}

Value LayerEmitter::unary(nn::UnaryOp op, IndexRef index) {
  return scalar::buildUnary(builder, op.getLoc(), op.getKind(), element(op.getInput(), index),
                            scalar::parametersOf(op), isUnsigned(op.getInput()));
}

Value LayerEmitter::binary(nn::BinaryOp op, IndexRef index) {
  Value lhs = broadcastElement(op.getLhs(), index), rhs = broadcastElement(op.getRhs(), index);
  return scalar::buildBinary(builder, op.getLoc(), op.getKind(), lhs, rhs, isUnsigned(op.getLhs()));
}

Value LayerEmitter::compare(nn::CompareOp op, IndexRef index) {
  Value lhs = broadcastElement(op.getLhs(), index), rhs = broadcastElement(op.getRhs(), index);
  return scalar::buildCompare(builder, op.getLoc(), op.getPredicate(), lhs, rhs,
                              isUnsigned(op.getLhs()));
}

Value LayerEmitter::select(nn::SelectOp op, IndexRef index) {
  Value condition = broadcastElement(op.getCondition(), index);
  Value onTrue = broadcastElement(op.getOnTrue(), index);
  Value onFalse = broadcastElement(op.getOnFalse(), index);
  return arith::SelectOp::create(builder, op.getLoc(), condition, onTrue, onFalse);
}

Value LayerEmitter::cast(nn::CastOp op, IndexRef index) {
  return scalar::buildCast(builder, op.getLoc(), element(op.getInput(), index),
                           elementType(op.getInput()), elementType(op.getResult()),
                           op.getSaturate());
}

Value LayerEmitter::clamp(nn::ClampOp op, IndexRef index) {
  auto bound = [](std::optional<APFloat> value) {
    return value ? std::optional(value->convertToDouble()) : std::nullopt;
  };
  return scalar::buildClamp(builder, op.getLoc(), element(op.getInput(), index), bound(op.getLow()),
                            bound(op.getHigh()), isUnsigned(op.getInput()));
}

Value LayerEmitter::requantize(nn::RequantizeOp op, IndexRef index) {
  scalar::Requantization constants{broadcastElement(op.getMultiplier(), index),
                                   broadcastElement(op.getOffset(), index),
                                   broadcastElement(op.getRight(), index), Value()};
  if (op.getLeft())
    constants.left = broadcastElement(op.getLeft(), index);
  return scalar::buildRequantize(builder, op.getLoc(), element(op.getInput(), index), constants,
                                 {op.lowest(), op.highest()}, elementType(op.getResult()));
}

// (x − mean)·(scale/√(variance + ε)) + bias: what depends on the channel only can leave the loop.
Value LayerEmitter::batchNorm(nn::BatchNormOp op, IndexRef index) {
  scalar::Emit emit(builder, op.getLoc());
  Type accumulator = accumulatorType(elementType(op.getInput()));
  auto get = [&](Value tensor, IndexRef place) {
    return scalar::buildCast(builder, op.getLoc(), element(tensor, place), elementType(tensor),
                             accumulator);
  };
  IndexRef channel = index.slice(1, 1);
  Value epsilon = emit.constant(accumulator, op.getEpsilon().convertToDouble());
  Value deviation = emit.sqrt(emit.add(get(op.getVariance(), channel), epsilon));
  Value factor = emit.div(get(op.getScale(), channel), deviation);
  Value centred = emit.sub(get(op.getInput(), index), get(op.getMean(), channel));
  Value result = emit.add(emit.mul(centred, factor), get(op.getBias(), channel));
  return scalar::buildCast(builder, op.getLoc(), result, accumulator, elementType(op.getResult()));
}

Value LayerEmitter::iota(nn::IotaOp op, IndexRef index) {
  Location loc = op.getLoc();
  scalar::Emit emit(builder, loc);
  Type type = scalar::valueType(elementType(op.getResult()));
  double start = op.getStart().convertToDouble(), step = op.getStep().convertToDouble();
  Value place = valueOf(index[op.getAxis()], loc);
  if (isa<IntegerType>(type)) {
    Value number = arith::IndexCastOp::create(builder, loc, type, place);
    return emit.add(emit.mul(number, emit.constant(type, step)), emit.constant(type, start));
  }
  Type real = accumulatorType(type);
  Value number = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), place);
  number = arith::SIToFPOp::create(builder, loc, real, number);
  Value result = emit.add(emit.mul(number, emit.constant(real, step)), emit.constant(real, start));
  return scalar::buildCast(builder, loc, result, real, type);
}

/// A constant's elements as a dense attribute.
static DenseElementsAttr denseElements(ElementsAttr value) {
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense;
  auto resource = cast<DenseResourceElementsAttr>(value);
  auto type = RankedTensorType::get(resource.getType().getShape(), resource.getElementType());
  if (!type.getElementType().isInteger(1))
    return DenseElementsAttr::getFromRawBuffer(type, resource.getRawHandle().getBlob()->getData());
  // One byte per boolean in a blob, one bit in a dense attribute.
  SmallVector<bool> bits;
  for (char byte : resource.getRawHandle().getBlob()->getData())
    bits.push_back(byte != 0);
  return DenseElementsAttr::get(type, bits);
}

Value LayerEmitter::constant(nn::ConstantOp op, IndexRef index) {
  RankedTensorType type = tensorType(op.getResult());
  Type value = scalar::valueType(type.getElementType());
  DenseElementsAttr elements = denseElements(op.getValue());
  auto number = [&](Attribute attribute) -> Value {
    if (auto integer = dyn_cast<IntegerAttr>(attribute))
      attribute = IntegerAttr::get(value, integer.getValue());
    return arith::ConstantOp::create(builder, op.getLoc(), ::cast<TypedAttr>(attribute));
  };
  if (elements.isSplat())
    return number(elements.getSplatValue<Attribute>());
  auto rowMajor = RankedTensorType::get(type.getShape(), type.getElementType());
  IndexExpr offset = linearize(index, nn::stridesOf(rowMajor));
  if (offset.isConstant())
    return number(elements.getValues<Attribute>()[static_cast<size_t>(offset.getConstant())]);
  return load({tables.get(builder, op.getLoc(), elements), rowMajor}, index);
}

} // namespace nnc
