// Operators of ONNX Runtime on quantized numbers, other than products. They are imported as what
// they mean: between nn.dequantize and nn.quantize. Part of nn-compile. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Groups.h"
#include "lib/Import/ONNX/Operators/Products.h"
#include "lib/Import/ONNX/Operators/Quantized.h"

using namespace mlir;

namespace nnc::onnx {

/// Results have the element type of the first input.
static LogicalResult finishQuantized(Node &node, Value y, unsigned scale, unsigned zero) {
  return node.finish(quantize(node, y, Node::elementOf(node.input(0)), {scale, zero}));
}

static LogicalResult checkChannelsFirst(Node &node) {
  if (node.flag("channels_last", false))
    return node.error() << "attribute 'channels_last' is 1, expected 0: channels are dimension 1";
  return success();
}

template <nn::BinaryKind kind> static LogicalResult buildQLinearBinary(Node &node) {
  Value a = dequantize(node, node.input(0), {1, 2}), b = dequantize(node, node.input(3), {4, 5});
  return finishQuantized(node, node.hasFailed() ? Value() : node.binary(kind, a, b), 6, 7);
}

static LogicalResult buildQLinearSigmoid(Node &node) {
  Value x = dequantize(node, node.input(0), {1, 2});
  return finishQuantized(node, node.hasFailed() ? Value() : node.unary(nn::UnaryKind::sigmoid, x),
                         3, 4);
}

static LogicalResult buildQLinearLeakyRelu(Node &node) {
  Value x = dequantize(node, node.input(0), {1, 2});
  FloatAttr alpha = node.builder().getF64FloatAttr(node.real("alpha", 0.01));
  return finishQuantized(
      node, node.make<nn::UnaryOp>(nn::UnaryKind::leaky_relu, x, alpha, FloatAttr(), FloatAttr()),
      3, 4);
}

/// `opset` is the version of Softmax that is meant.
static LogicalResult buildQLinearSoftmax(Node &node) {
  bool flat = node.integer("opset", 13) < 13;
  int64_t axis = node.integer("axis", flat ? 1 : -1);
  Value x = dequantize(node, node.input(0), {1, 2});
  return finishQuantized(node, softmax(node, x, axis, flat, /*log=*/false), 3, 4);
}

static LogicalResult buildQLinearGlobalAveragePool(Node &node) {
  Value x = dequantize(node, node.input(0), {1, 2});
  if (failed(checkChannelsFirst(node)) || node.hasFailed())
    return failure();
  int64_t rank = Node::rankOf(x);
  auto axes = llvm::to_vector(llvm::seq<int64_t>(std::min<int64_t>(2, rank), rank));
  return finishQuantized(node, node.reduce(nn::ReduceKind::mean, x, axes), 3, 4);
}

static LogicalResult buildQLinearAveragePool(Node &node) {
  Value x = dequantize(node, node.input(0), {1, 2});
  if (failed(checkChannelsFirst(node)))
    return failure();
  return finishQuantized(node, poolWindows(node, x, nn::PoolKind::average), 3, 4);
}

/// Scale and zero point of the result, then tensor, scale and zero point of each part.
static LogicalResult buildQLinearConcat(Node &node) {
  int64_t axis = node.requiredInteger("axis");
  if ((node.numInputs() - 2) % 3 != 0)
    return node.error() << "has " << node.numInputs()
                        << " inputs, expected 2 and 3 more for each tensor";
  SmallVector<Value> parts;
  for (unsigned i = 2; i < node.numInputs(); i += 3)
    parts.push_back(node.hasInput(i) ? dequantize(node, node.input(i), {i + 1, i + 2}) : Value());
  if (!node.hasFailed() && llvm::is_contained(parts, Value()))
    return node.error() << "a tensor is missing";
  if (node.hasFailed())
    return failure();
  axis = node.axis(axis, Node::rankOf(parts.front()));
  Value y = node.make<nn::ConcatOp>(ValueRange(parts), axis);
  return node.finish(quantize(node, y, Node::elementOf(node.input(2)), {0, 1}));
}

llvm::ArrayRef<OperatorRow> quantizedOperators() {
  // Zero points may be left out between scales, which are looked at one by one.
  static const OperatorRow rows[] = {
      {"QLinearAdd", {1}, 1, 8, buildQLinearBinary<nn::BinaryKind::add>, 1, "com.microsoft"},
      {"QLinearAveragePool", {1}, 1, 5, buildQLinearAveragePool, 1, "com.microsoft"},
      {"QLinearConcat", {1}, 5, unlimited, buildQLinearConcat, 1, "com.microsoft"},
      {"QLinearGlobalAveragePool", {1}, 5, 5, buildQLinearGlobalAveragePool, 1, "com.microsoft"},
      {"QLinearLeakyRelu", {1}, 1, 5, buildQLinearLeakyRelu, 1, "com.microsoft"},
      {"QLinearMul", {1}, 1, 8, buildQLinearBinary<nn::BinaryKind::mul>, 1, "com.microsoft"},
      {"QLinearSigmoid", {1}, 1, 5, buildQLinearSigmoid, 1, "com.microsoft"},
      {"QLinearSoftmax", {1}, 5, 5, buildQLinearSoftmax, 1, "com.microsoft"},
  };
  return rows;
}

} // namespace nnc::onnx
