// Scales and zero points of nodes, and building between real numbers and integers that stand for
// them. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Quantized.h"

#include "lib/Reference/Evaluate.h"

#include "llvm/Support/Format.h"

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

static LogicalResult checkScales(Node &node, unsigned input, ArrayRef<double> scales) {
  if (scales.empty())
    return node.error() << "the scale, " << node.describeInput(input) << ", has no elements";
  for (auto [i, scale] : llvm::enumerate(scales)) {
    // A scale is one of f32; a smaller one has no reciprocal there.
    auto value = static_cast<float>(scale);
    if (std::isfinite(value) && std::isnormal(value) && value > 0)
      continue;
    std::string number;
    llvm::raw_string_ostream(number) << llvm::format("%g", scale);
    InFlightDiagnostic error = node.error();
    error << "the scale, " << node.describeInput(input) << ", is " << number;
    if (scales.size() > 1)
      error << " at index " << i;
    return error << ", expected a positive, finite number";
  }
  return success();
}

static LogicalResult checkZeroPoints(Node &node, const QuantizationInputs &inputs,
                                     ArrayRef<int64_t> zeros, Type storage, size_t scales) {
  if (zeros.size() != scales)
    return node.error() << "the zero point, " << node.describeInput(*inputs.zero) << ", has "
                        << zeros.size() << " elements for " << scales
                        << " scales, expected as many";
  auto [low, high] = rangeOfBits(storage, inputs.bits);
  for (int64_t zero : zeros)
    if (zero < low || zero > high)
      return node.error() << "the zero point, " << node.describeInput(*inputs.zero) << ", is "
                          << zero << ", expected a number from " << low << " to " << high << " for "
                          << nameOfElementType(storage);
  return success();
}

/// There is a scale, and a zero point is a number of the tensor's type.
static LogicalResult checkInputs(Node &node, Type storage, const QuantizationInputs &inputs) {
  if (!node.hasInput(inputs.scale))
    return node.error() << "input " << inputs.scale << ", a scale, is missing";
  Value zero = inputs.zero ? node.input(*inputs.zero) : Value();
  unsigned bits = zero ? node.narrowBitsOf(zero) : 0;
  if (!zero || (Node::elementOf(zero) == storage && bits == inputs.bits))
    return success();
  return node.error() << "the zero point, " << node.describeInput(*inputs.zero)
                      << ", has element type " << nameOfElementType(Node::elementOf(zero), bits)
                      << ", but the tensor has " << nameOfElementType(storage, inputs.bits);
}

/// Reads scale and zero point where both are known.
static std::optional<Known> readKnown(Node &node, Type storage, const QuantizationInputs &inputs) {
  Value zero = inputs.zero ? node.input(*inputs.zero) : Value();
  if (!Node::constantOf(node.input(inputs.scale)) || (zero && !Node::constantOf(zero)))
    return std::nullopt;
  Known known;
  known.scales = node.constantFloats(inputs.scale, "the scale");
  if (node.hasFailed() || failed(checkScales(node, inputs.scale, known.scales)))
    return std::nullopt;
  if (zero)
    known.zeroPoints = node.constantIntegers(*inputs.zero, "the zero point");
  else
    known.zeroPoints.assign(known.scales.size(), 0);
  if (node.hasFailed() ||
      failed(checkZeroPoints(node, inputs, known.zeroPoints, storage, known.scales.size())))
    return std::nullopt;
  return known;
}

quant::QuantizedType quantizedType(Node &node, Type storage, Node::Shape shape,
                                   const QuantizationInputs &inputs) {
  std::optional<Known> known = inputs.block == 0 ? readKnown(node, storage, inputs) : std::nullopt;
  if (!known)
    return {};
  unsigned width = storage.getIntOrFloatBitWidth();
  unsigned flags = storage.isUnsignedInteger() ? 0 : quant::QuantizationFlags::Signed;
  auto [low, high] = rangeOfBits(storage, inputs.bits);
  Type integer = IntegerType::get(node.context(), width), real = node.builder().getF32Type();
  if (known->scales.size() == 1)
    return quant::UniformQuantizedType::get(flags, integer, real, known->scales.front(),
                                            known->zeroPoints.front(), low, high);
  int64_t axis = node.axis(inputs.axis, static_cast<int64_t>(shape.size()));
  if (node.hasFailed())
    return {};
  if (static_cast<int64_t>(known->scales.size()) != shape[static_cast<size_t>(axis)]) {
    node.error() << "the scale, " << node.describeInput(inputs.scale) << ", has "
                 << known->scales.size() << " elements for axis " << axis << " with "
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

/// A scale or zero point of each block, repeated for the block's elements. The last block may be
/// shorter.
static Value repeatBlocks(Node &node, unsigned input, Value parameter, Node::Shape shape,
                          const QuantizationInputs &inputs) {
  auto axis = static_cast<size_t>(node.axis(inputs.axis, static_cast<int64_t>(shape.size())));
  if (node.hasFailed())
    return {};
  int64_t size = shape[axis], blocks = (size + inputs.block - 1) / inputs.block;
  Node::Shape expected = shape;
  expected[axis] = blocks;
  if (Node::shapeOf(parameter) != ArrayRef<int64_t>(expected)) {
    node.error() << node.describeInput(input) << " has shape "
                 << describeShape(Node::shapeOf(parameter)) << ", expected "
                 << describeShape(expected) << " for blocks of " << inputs.block;
    return {};
  }
  Node::Shape apart = expected, repeated, joined = expected;
  apart.insert(apart.begin() + static_cast<ptrdiff_t>(axis) + 1, 1);
  repeated = apart;
  repeated[axis + 1] = inputs.block;
  joined[axis] = blocks * inputs.block;
  Value y = node.reshape(node.broadcast(node.reshape(parameter, apart), repeated), joined);
  if (joined == shape)
    return y;
  Node::Shape zeros(shape.size(), 0), ones(shape.size(), 1);
  return node.makeTyped<nn::SliceOp>(RankedTensorType::get(shape, Node::elementOf(y)), y, zeros,
                                     ones);
}

/// Scale and zero point as values, for those of blocks or that are known at run time only.
static std::pair<Value, Value> computedParameters(Node &node, Value x,
                                                  const QuantizationInputs &inputs) {
  auto placed = [&](unsigned input, Value parameter) {
    return inputs.block != 0
               ? repeatBlocks(node, input, parameter, Node::Shape(Node::shapeOf(x)), inputs)
               : alongAxis(node, parameter, Node::rankOf(x), inputs.axis);
  };
  Value scale =
      placed(inputs.scale, node.cast(node.input(inputs.scale), node.builder().getF32Type()));
  Value zero = inputs.zero ? node.input(*inputs.zero) : Value();
  if (zero && !node.hasFailed())
    zero = placed(*inputs.zero, zero);
  return {scale, zero};
}

/// The elements of a value that is computed from constants only, or nothing.
static std::optional<reference::Tensor> evaluated(Value value) {
  constexpr int64_t kMostElements = int64_t(1) << 28; // of splats of any size
  Operation *op = value.getDefiningOp();
  if (!op || op->getNumResults() != 1 || Node::typeOf(value).getNumElements() > kMostElements)
    return std::nullopt;
  if (auto constant = dyn_cast<nn::ConstantOp>(op))
    return reference::Tensor::fromAttr(constant.getValue());
  SmallVector<reference::Tensor> operands;
  for (Value operand : op->getOperands()) {
    std::optional<reference::Tensor> tensor = evaluated(operand);
    if (!tensor)
      return std::nullopt;
    operands.push_back(std::move(*tensor));
  }
  llvm::Expected<reference::Tensors> results = reference::evaluate(op, operands);
  if (!results) {
    llvm::consumeError(results.takeError());
    return std::nullopt;
  }
  return results->front();
}

Value evaluateConstants(Node &node, Value value) {
  constexpr int64_t kResourceBytes = 4096;
  std::optional<reference::Tensor> tensor = node.hasFailed() ? std::nullopt : evaluated(value);
  return tensor ? node.constant(tensor->toAttr(node.context(), kResourceBytes)) : value;
}

Value dequantize(Node &node, Value x, const QuantizationInputs &inputs) {
  if (!x && !node.hasFailed())
    node.error() << "a tensor before input " << inputs.scale << " is missing";
  if (node.hasFailed() || failed(checkInputs(node, Node::elementOf(x), inputs)))
    return {};
  Type real = node.builder().getF32Type(), wide = node.builder().getI32Type();
  Type storage = Node::elementOf(x);
  Node::Shape shape(Node::shapeOf(x));
  if (quant::QuantizedType type = quantizedType(node, storage, shape, inputs)) {
    Value q = node.makeTyped<nn::StorageCastOp>(RankedTensorType::get(shape, type), x);
    return node.makeTyped<nn::DequantizeOp>(RankedTensorType::get(shape, real), q);
  }
  if (node.hasFailed())
    return {};
  auto [scale, zero] = computedParameters(node, x, inputs);
  if (zero)
    x = node.sub(node.cast(x, wide), node.cast(zero, wide));
  if (node.hasFailed())
    return {};
  Value y = node.mul(node.cast(x, real), scale);
  return inputs.block == 0 ? y : evaluateConstants(node, y);
}

/// Both scales of a bias, where they are known: one, or one for each of its elements.
static std::optional<SmallVector<double>> biasScales(Node &node, Value bias, unsigned scaleA,
                                                     unsigned scaleB, double factor) {
  if (!Node::constantOf(node.input(scaleA)) || !Node::constantOf(node.input(scaleB)) ||
      Node::typeOf(node.input(scaleB)).getNumElements() == 0)
    return std::nullopt;
  SmallVector<double> a = node.constantFloats(scaleA, "the scale"),
                      b = node.constantFloats(scaleB, "the scale");
  if (node.hasFailed() || a.size() != 1 || Node::rankOf(bias) != 1)
    return std::nullopt;
  for (double &scale : b)
    scale *= a.front() * factor;
  // The exact product may need more digits than f32 has.
  bool normal = llvm::all_of(
      b, [](double scale) { return std::isnormal(static_cast<float>(scale)) && scale > 0; });
  bool fits = b.size() == 1 || static_cast<int64_t>(b.size()) == Node::shapeOf(bias)[0];
  return normal && fits ? std::optional(b) : std::nullopt;
}

Value dequantizeBias(Node &node, Value bias, unsigned scaleA, unsigned scaleB, double factor) {
  if (node.hasFailed() || !bias)
    return {};
  Type real = node.builder().getF32Type(), integer = node.builder().getI32Type();
  if (auto scales = biasScales(node, bias, scaleA, scaleB, factor)) {
    auto [low, high] = nn::integerRange(integer);
    quant::QuantizedType type = quant::UniformQuantizedType::get(
        quant::QuantizationFlags::Signed, integer, real, scales->front(), 0, low, high);
    if (scales->size() > 1)
      type = quant::UniformQuantizedPerAxisType::get(
          quant::QuantizationFlags::Signed, integer, real, *scales,
          SmallVector<int64_t>(scales->size(), 0), 0, low, high);
    ArrayRef<int64_t> shape = Node::shapeOf(bias);
    Value q = node.makeTyped<nn::StorageCastOp>(RankedTensorType::get(shape, type), bias);
    return node.makeTyped<nn::DequantizeOp>(RankedTensorType::get(shape, real), q);
  }
  Value scale = node.mul(node.cast(node.input(scaleA), real), node.cast(node.input(scaleB), real));
  if (factor != 1)
    scale = node.mul(scale, node.scalar(factor, real));
  return node.hasFailed() ? Value() : node.mul(node.cast(bias, real), scale);
}

Value quantize(Node &node, Value x, Type storage, const QuantizationInputs &inputs) {
  if (node.hasFailed() || failed(checkInputs(node, storage, inputs)))
    return {};
  Node::Shape shape(Node::shapeOf(x));
  if (quant::QuantizedType type = quantizedType(node, storage, shape, inputs)) {
    Value q = node.makeTyped<nn::QuantizeOp>(RankedTensorType::get(shape, type), x);
    return node.makeTyped<nn::StorageCastOp>(RankedTensorType::get(shape, storage), q);
  }
  if (node.hasFailed())
    return {};
  auto [scale, zero] = computedParameters(node, x, inputs);
  Value q = node.unary(nn::UnaryKind::round, node.div(x, scale));
  if (zero)
    q = node.add(q, node.cast(zero, node.builder().getF32Type()));
  if (inputs.bits != 0 && !node.hasFailed()) {
    auto [low, high] = rangeOfBits(storage, inputs.bits);
    q = node.makeTyped<nn::ClampOp>(Node::typeOf(q), q,
                                    node.builder().getF64FloatAttr(static_cast<double>(low)),
                                    node.builder().getF64FloatAttr(static_cast<double>(high)));
  }
  return node.hasFailed() ? Value() : node.cast(q, storage, /*saturate=*/true);
}

} // namespace nnc::onnx
