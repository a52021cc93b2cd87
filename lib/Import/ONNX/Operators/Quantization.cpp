// Operators between real numbers and integers that stand for them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Groups.h"
#include "lib/Import/ONNX/Operators/Quantized.h"

using namespace mlir;

namespace nnc::onnx {

/// Scale (input 1) and zero point (input 2), and the axis along which there are several.
static QuantizationInputs readInputs(Node &node) {
  QuantizationInputs inputs{1, 2, node.integer("axis", 1), node.integer("block_size", 0)};
  if (inputs.block < 0)
    node.error() << "attribute 'block_size' is " << inputs.block << ", expected none below 0";
  return inputs;
}

/// An element type, and how many bits it has where they are fewer than 8.
struct StatedType {
  Type type;
  unsigned bits = 0;
};

/// The element type that attribute 'output_dtype' states, if any.
static StatedType statedType(Node &node) {
  int64_t code = node.integer("output_dtype", 0);
  if (code == 0)
    return {{}};
  Type type =
      code > 0 && code < 1000 ? elementTypeOf(static_cast<int32_t>(code), node.context()) : Type();
  if (!type)
    node.error() << "attribute 'output_dtype' names the element type "
                 << (code < 1000 ? nameOfElementCode(static_cast<int32_t>(code)) : "unknown")
                 << ", which is not supported";
  return {type, type ? bitsOfNarrowCode(static_cast<int32_t>(code)) : 0};
}

static bool isStorage(Type type) {
  return isa<IntegerType>(type) && !type.isInteger(1) && type.getIntOrFloatBitWidth() <= 32;
}

static LogicalResult buildQuantizeLinear(Node &node) {
  QuantizationInputs inputs = readInputs(node);
  if (node.since() >= 19)
    node.ignore("saturate"); // of floats of 8 bits
  if (node.since() >= 23)
    node.integer("precision", 0); // of the quotient: it is one of f32
  auto [storage, bits] = statedType(node);
  if (node.hasFailed())
    return failure();
  if (Value zero = node.input(2)) {
    storage = Node::elementOf(zero);
    bits = node.narrowBitsOf(zero);
  }
  if (!storage)
    storage = node.builder().getIntegerType(8, /*isSigned=*/false);
  if (!isStorage(storage))
    return node.error() << "the result has element type " << nameOfElementType(storage)
                        << ", expected integers of up to 32 bits";
  Value x = node.cast(node.input(0), node.builder().getF32Type());
  inputs.bits = bits;
  return node.finish(node.withBits(quantize(node, x, storage, inputs), bits));
}

static LogicalResult buildDequantizeLinear(Node &node) {
  QuantizationInputs inputs = readInputs(node);
  Type result = statedType(node).type, storage = Node::elementOf(node.input(0));
  if (node.hasFailed())
    return failure();
  if (!isStorage(storage))
    return node.error() << "input has element type " << nameOfElementType(storage)
                        << ", expected integers of up to 32 bits";
  inputs.bits = node.narrowBitsOf(node.input(0));
  Value y = dequantize(node, node.input(0), inputs);
  return node.finish(
      node.hasFailed() ? Value() : node.cast(y, result ? result : Node::elementOf(node.input(1))));
}

/// The scale and zero point of uint8 that just hold zero and all numbers of a tensor, which are
/// outputs, too.
static LogicalResult buildDynamicQuantizeLinear(Node &node) {
  Value x = node.input(0);
  Type real = node.builder().getF32Type();
  if (!Node::elementOf(x).isF32())
    return node.error() << "input has element type " << nameOfElementType(Node::elementOf(x))
                        << ", expected float32";
  auto axes = llvm::to_vector(llvm::seq<int64_t>(0, Node::rankOf(x)));
  Value zero = node.scalar(0, real), steps = node.scalar(255, real);
  Value low =
      node.binary(nn::BinaryKind::min, node.reduce(nn::ReduceKind::min, x, axes, false), zero);
  Value high =
      node.binary(nn::BinaryKind::max, node.reduce(nn::ReduceKind::max, x, axes, false), zero);
  Value scale = node.div(node.sub(high, low), steps);
  Value shift = node.unary(nn::UnaryKind::round, node.div(node.sub(zero, low), scale));
  Type byte = node.builder().getIntegerType(8, /*isSigned=*/false);
  if (node.hasFailed())
    return failure();
  Value zeroPoint = node.cast(shift, byte, /*saturate=*/true);
  Value q =
      node.add(node.unary(nn::UnaryKind::round, node.div(x, scale)), node.cast(zeroPoint, real));
  return node.finish(
      {node.hasFailed() ? Value() : node.cast(q, byte, /*saturate=*/true), scale, zeroPoint});
}

llvm::ArrayRef<OperatorRow> quantizationOperators() {
  static const OperatorRow rows[] = {
      {"DequantizeLinear", {10, 13, 19, 21, 23, 24, 25}, 2, 3, buildDequantizeLinear},
      {"DequantizeLinear", {1}, 2, 3, buildDequantizeLinear, 1, "com.microsoft"},
      {"DynamicQuantizeLinear", {11}, 1, 1, buildDynamicQuantizeLinear, 3},
      {"QuantizeLinear", {10, 13, 19, 21, 23, 24, 25}, 2, 3, buildQuantizeLinear},
      {"QuantizeLinear", {1}, 2, 3, buildQuantizeLinear, 1, "com.microsoft"},
  };
  return rows;
}

} // namespace nnc::onnx
