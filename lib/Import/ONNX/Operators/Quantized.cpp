// Scales and zero points of nodes, and building between real numbers and integers that stand for
// them. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Quantized.h"

#include <cmath>

using namespace mlir;

namespace nnc::onnx {

namespace {

/// Known scales and zero points: one, or one for each index of an axis.
struct Known {
  SmallVector<double> scales;
  SmallVector<int64_t> zeroPoints;
};

} // namespace

static LogicalResult checkScales(Node &node, ArrayRef<double> scales) {
  for (auto [i, scale] : llvm::enumerate(scales)) {
    // A scale is one of f32; a smaller one has no reciprocal there.
    auto value = static_cast<float>(scale);
    if (std::isfinite(value) && std::isnormal(value) && value > 0)
      continue;
    InFlightDiagnostic error = node.error();
    error << "the scale";
    if (scales.size() > 1)
      error << " of index " << i;
    return error << " is " << scale << ", expected a positive, finite number";
  }
  return success();
}

static LogicalResult checkZeroPoints(Node &node, ArrayRef<int64_t> zeros, Type storage,
                                     size_t scales) {
  if (zeros.size() != scales)
    return node.error() << "there are " << zeros.size() << " zero points for " << scales
                        << " scales, expected as many";
  auto [low, high] = nn::integerRange(storage);
  for (int64_t zero : zeros)
    if (zero < low || zero > high)
      return node.error() << "the zero point is " << zero << ", expected a number from " << low
                          << " to " << high << " for " << nameOfElementType(storage);
  return success();
}

/// Reads scale and zero point where both are known.
static std::optional<Known> readKnown(Node &node, Type storage, const QuantizationInputs &inputs) {
  Value zero = inputs.zero ? node.input(*inputs.zero) : Value();
  if (!Node::constantOf(node.input(inputs.scale)) || (zero && !Node::constantOf(zero)))
    return std::nullopt;
  Known known;
  known.scales = node.constantFloats(inputs.scale, "the scale");
  if (node.hasFailed() || failed(checkScales(node, known.scales)))
    return std::nullopt;
  if (zero)
    known.zeroPoints = node.constantIntegers(*inputs.zero, "the zero point");
  else
    known.zeroPoints.assign(known.scales.size(), 0);
  if (node.hasFailed() ||
      failed(checkZeroPoints(node, known.zeroPoints, storage, known.scales.size())))
    return std::nullopt;
  return known;
}

quant::QuantizedType quantizedType(Node &node, Type storage, Node::Shape shape,
                                   const QuantizationInputs &inputs) {
  std::optional<Known> known = readKnown(node, storage, inputs);
  if (!known)
    return {};
  unsigned width = storage.getIntOrFloatBitWidth();
  unsigned flags = storage.isUnsignedInteger() ? 0 : quant::QuantizationFlags::Signed;
  auto [low, high] = nn::integerRange(storage);
  Type integer = IntegerType::get(node.context(), width), real = node.builder().getF32Type();
  if (known->scales.size() == 1)
    return quant::UniformQuantizedType::get(flags, integer, real, known->scales.front(),
                                            known->zeroPoints.front(), low, high);
  int64_t axis = node.axis(inputs.axis, static_cast<int64_t>(shape.size()));
  if (node.hasFailed())
    return {};
  if (static_cast<int64_t>(known->scales.size()) != shape[static_cast<size_t>(axis)]) {
    node.error() << "there are " << known->scales.size() << " scales for axis " << axis << " with "
                 << shape[static_cast<size_t>(axis)] << " elements, expected as many";
    return {};
  }
  return quant::UniformQuantizedPerAxisType::get(flags, integer, real, known->scales,
                                                 known->zeroPoints, static_cast<int32_t>(axis), low,
                                                 high);
}

/// A scale or zero point of several elements in a shape that broadcasts to the tensor.
static Value alongAxis(Node &node, Value parameter, int64_t rank, int64_t axis) {
  if (node.hasFailed() || Node::rankOf(parameter) != 1)
    return parameter;
  int64_t count = Node::shapeOf(parameter)[0];
  if (count == 1)
    return node.reshape(parameter, {});
  Node::Shape shape(static_cast<size_t>(rank), 1);
  axis = node.axis(axis, rank);
  if (!node.hasFailed())
    shape[static_cast<size_t>(axis)] = count;
  return node.reshape(parameter, shape);
}

/// Scale and zero point as values, for those that are known at run time only.
static std::pair<Value, Value> computedParameters(Node &node, Value x,
                                                  const QuantizationInputs &inputs) {
  int64_t rank = Node::rankOf(x);
  Value scale = node.cast(node.input(inputs.scale), node.builder().getF32Type());
  scale = alongAxis(node, scale, rank, inputs.axis);
  Value zero = inputs.zero ? node.input(*inputs.zero) : Value();
  if (zero)
    zero = alongAxis(node, zero, rank, inputs.axis);
  return {scale, zero};
}

Value dequantize(Node &node, Value x, const QuantizationInputs &inputs) {
  if (node.hasFailed())
    return {};
  Type real = node.builder().getF32Type(), wide = node.builder().getI32Type();
  Type storage = Node::elementOf(x);
  Node::Shape shape(Node::shapeOf(x));
  if (quant::QuantizedType type = quantizedType(node, storage, shape, inputs)) {
    Value q = node.makeTyped<nn::StorageCastOp>(RankedTensorType::get(shape, type), x);
    return node.makeTyped<nn::DequantizeOp>(RankedTensorType::get(shape, real), q);
  }
  auto [scale, zero] = computedParameters(node, x, inputs);
  if (zero)
    x = node.sub(node.cast(x, wide), node.cast(zero, wide));
  return node.hasFailed() ? Value() : node.mul(node.cast(x, real), scale);
}

Value quantize(Node &node, Value x, Type storage, const QuantizationInputs &inputs) {
  if (node.hasFailed())
    return {};
  Node::Shape shape(Node::shapeOf(x));
  if (quant::QuantizedType type = quantizedType(node, storage, shape, inputs)) {
    Value q = node.makeTyped<nn::QuantizeOp>(RankedTensorType::get(shape, type), x);
    return node.makeTyped<nn::StorageCastOp>(RankedTensorType::get(shape, storage), q);
  }
  auto [scale, zero] = computedParameters(node, x, inputs);
  Value q = node.unary(nn::UnaryKind::round, node.div(x, scale));
  if (zero)
    q = node.add(q, node.cast(zero, node.builder().getF32Type()));
  return node.hasFailed() ? Value() : node.cast(q, storage, /*saturate=*/true);
}

} // namespace nnc::onnx
