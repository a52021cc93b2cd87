// Convolutions and matrix products of integers.
//
// Those with scales are imported as what they mean: products of real numbers between nn.dequantize
// and nn.quantize, which nnc-fold-qdq makes integer products of. Part of nn-compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Groups.h"
#include "lib/Import/ONNX/Operators/Products.h"
#include "lib/Import/ONNX/Operators/Quantized.h"
#include "lib/Reference/Tensor.h"

using namespace mlir;

namespace nnc::onnx {

//===-- With scales ------------------------------------------------------------------------===//

/// The element type of a result: that of its zero point, else of the first input.
static Type resultType(Node &node, unsigned zero) {
  return Node::elementOf(node.hasInput(zero) ? node.input(zero) : node.input(0));
}

static LogicalResult buildQLinearConv(Node &node) {
  Value x = dequantize(node, node.input(0), {1, 2});
  Value w = dequantize(node, node.input(3), {4, 5, 0});
  if (Value bias = node.input(8); bias && !node.hasFailed() && Node::rankOf(w) > 0)
    if (int64_t maps = Node::shapeOf(w)[0]; Node::shapeOf(bias) != ArrayRef<int64_t>(maps))
      return node.error() << "the bias, " << node.describeInput(8) << ", has shape "
                          << describeShape(Node::shapeOf(bias))
                          << ", expected one element for each of " << maps << " output channels";
  Value y = convolve(node, x, w, dequantizeBias(node, node.input(8), 1, 4));
  return node.finish(quantize(node, y, resultType(node, 7), {6, 7}));
}

/// Scales of a, one for each row, are along its dimension before the last, those of b along its
/// last.
static LogicalResult buildQLinearMatMul(Node &node) {
  Value a =
      dequantize(node, node.input(0), {1, 2, std::max<int64_t>(-2, -Node::rankOf(node.input(0)))});
  Value b = dequantize(node, node.input(3), {4, 5, -1});
  Value y = multiplyMatrices(node, a, b);
  return node.finish(quantize(node, y, resultType(node, 7), {6, 7}));
}

/// alpha · op(A) · op(B) + C, C of scale alpha·S_A·S_B. Without a scale of the result it is real.
static LogicalResult buildQGemm(Node &node) {
  double alpha = node.real("alpha", 1);
  bool transposeA = node.flag("transA", false), transposeB = node.flag("transB", false);
  Value a = dequantize(node, node.input(0), {1, 2});
  Value b = dequantize(node, node.input(3), {4, 5, transposeB ? 0 : 1});
  if (node.hasFailed())
    return failure();
  if (Node::rankOf(a) != 2 || Node::rankOf(b) != 2)
    return node.error() << "inputs have " << Node::rankOf(a) << " and " << Node::rankOf(b)
                        << " dimensions, expected 2";
  Value y = node.make<nn::MatMulOp>(a, b, transposeA, transposeB);
  if (alpha != 1 && !node.hasFailed())
    y = node.mul(y, node.scalar(alpha, node.builder().getF32Type()));
  if (Value c = dequantizeBias(node, node.input(6), 1, 4, alpha))
    y = node.add(y, c);
  if (!node.hasInput(7))
    return node.finish(y);
  return node.finish(quantize(node, y, resultType(node, 8), {7, 8}));
}

//===-- Exact sums -------------------------------------------------------------------------===//

/// A factor and its zero point: known ones are attributes, others are subtracted in 16 bits, or
/// behind the product.
struct Factor {
  Value value;
  int64_t zeroPoint = 0;
  Value computed = {}; ///< zero point that is still to be subtracted: one number, of `i32`
};

/// Zero points are one number, or one for each index of `axis`. One number that is not known may be
/// `left` to what comes behind the product.
static Factor readFactor(Node &node, unsigned i, unsigned zeroInput, int64_t axis,
                         bool left = false) {
  Value value = node.input(i), zero = node.input(zeroInput);
  if (!nn::isNarrowInteger(Node::elementOf(value)) ||
      Node::elementOf(value).getIntOrFloatBitWidth() != 8) {
    node.error() << node.describeInput(i) << " has element type "
                 << nameOfElementType(Node::elementOf(value)) << ", expected int8 or uint8";
    return {};
  }
  if (!zero)
    return {value};
  if (Node::typeOf(zero).getNumElements() == 1 && Node::constantOf(zero))
    return {value, node.constantInteger(zeroInput, "the zero point")};
  if (left && Node::typeOf(zero).getNumElements() == 1)
    return {value, 0, node.reshape(node.cast(zero, node.builder().getI32Type()), {})};
  Type wide = node.builder().getIntegerType(16);
  if (Node::rankOf(zero) == 1) {
    int64_t count = Node::shapeOf(zero)[0], rank = Node::rankOf(value);
    Node::Shape shape(static_cast<size_t>(rank), 1);
    if (count != 1 && rank > 0)
      shape[static_cast<size_t>(node.axis(axis, rank))] = count;
    zero = node.reshape(zero, count == 1 ? ArrayRef<int64_t>() : ArrayRef<int64_t>(shape));
  }
  if (node.hasFailed())
    return {};
  return {node.sub(node.cast(value, wide), node.cast(zero, wide))};
}

static LogicalResult buildConvInteger(Node &node) {
  Factor x = readFactor(node, 0, 2, 1), w = readFactor(node, 1, 3, 0);
  Value y = node.hasFailed() ? Value() : convolve(node, x.value, w.value, {});
  if (node.hasFailed())
    return failure();
  auto conv = y.getDefiningOp<nn::ConvOp>();
  conv.setInputZeroPoint(static_cast<uint64_t>(x.zeroPoint));
  conv.setFilterZeroPoint(static_cast<uint64_t>(w.zeroPoint));
  return node.finish(y);
}

/// Σ_k b[…, k, n] − z, for each column of a constant right operand; null for others.
static Value columnSums(Node &node, const Factor &b) {
  ElementsAttr elements = Node::constantOf(b.value);
  auto tensor =
      elements && Node::rankOf(b.value) == 2 ? reference::Tensor::fromAttr(elements) : std::nullopt;
  if (!tensor)
    return {};
  int64_t depth = tensor->dim(0), columns = tensor->dim(1);
  auto sums = reference::Tensor::zeros({columns}, ElementType::I32);
  for (int64_t n = 0; n < columns; ++n) {
    int64_t sum = 0;
    for (int64_t k = 0; k < depth; ++k)
      sum += tensor->integer(k * columns + n) - b.zeroPoint;
    sums.setInteger(n, sum);
  }
  constexpr int64_t kResourceBytes = 4096;
  return node.constant(sums.toAttr(node.context(), kResourceBytes));
}

/// Zero points of the left operand are by row, those of the right one by column. With constant
/// weights a zero point z of the left operand that only the run tells, as that of dynamic
/// quantization, is Σ (a − z)·b = Σ a·b − z·Σ b: the product is one of bytes.
static LogicalResult buildMatMulInteger(Node &node) {
  Factor b = readFactor(node, 1, 3, -1);
  Value sums = node.hasFailed() ? Value() : columnSums(node, b);
  Factor a = readFactor(node, 0, 2, -2, /*left=*/sums != nullptr);
  Value y = node.hasFailed() ? Value() : multiplyMatrices(node, a.value, b.value);
  if (node.hasFailed())
    return failure();
  // Behind the product there may be a reshape; small constant products are evaluated already.
  Type wide = node.builder().getIntegerType(16);
  Value product = y;
  if (auto reshape = product.getDefiningOp<nn::ReshapeOp>())
    product = reshape.getInput();
  auto matmul = product.getDefiningOp<nn::MatMulOp>();
  if (matmul) {
    matmul.setLhsZeroPoint(static_cast<uint64_t>(a.zeroPoint));
    matmul.setRhsZeroPoint(static_cast<uint64_t>(b.zeroPoint));
    return node.finish(a.computed ? node.sub(y, node.mul(sums, a.computed)) : y);
  }
  auto centred = [&](Factor factor) {
    return node.sub(node.cast(factor.value, wide),
                    node.scalar(static_cast<double>(factor.zeroPoint), wide));
  };
  y = multiplyMatrices(node, centred(a), centred(b));
  return node.finish(a.computed ? node.sub(y, node.mul(sums, a.computed)) : y);
}

llvm::ArrayRef<OperatorRow> quantizedProductOperators() {
  static const OperatorRow rows[] = {
      {"ConvInteger", {10}, 2, 4, buildConvInteger},
      {"MatMulInteger", {10}, 2, 4, buildMatMulInteger},
      {"QGemm", {1}, 6, 9, buildQGemm, 1, "com.microsoft"},
      {"QLinearConv", {10}, 8, 9, buildQLinearConv},
      {"QLinearMatMul", {10, 21}, 8, 8, buildQLinearMatMul},
  };
  return rows;
}

} // namespace nnc::onnx
