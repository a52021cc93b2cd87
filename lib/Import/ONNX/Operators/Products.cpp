// Matrix products.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Products.h"

#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

using namespace mlir;

namespace nnc::onnx {

/// As in numpy: a vector on the left is a row, on the right a column, and its dimension
/// vanishes from the result.
Value multiplyMatrices(Node &node, Value a, Value b) {
  if (node.hasFailed())
    return {};
  bool row = Node::rankOf(a) == 1, column = Node::rankOf(b) == 1;
  if (Node::rankOf(a) == 0 || Node::rankOf(b) == 0) {
    node.error() << "an input is a scalar, expected vectors, matrices or batches of them";
    return {};
  }
  if (row)
    a = node.reshape(a, {1, Node::shapeOf(a)[0]});
  if (column)
    b = node.reshape(b, {Node::shapeOf(b)[0], 1});
  Value y = node.make<nn::MatMulOp>(a, b, false, false);
  if (node.hasFailed())
    return {};
  Node::Shape shape(Node::shapeOf(y));
  if (column)
    shape.pop_back();
  if (row)
    shape.erase(shape.end() - (column ? 1 : 2));
  return node.reshape(y, shape);
}

static LogicalResult buildMatMul(Node &node) {
  return node.finish(multiplyMatrices(node, node.input(0), node.input(1)));
}

/// y = alpha · op(A) · op(B) + beta · C
static LogicalResult buildGemm(Node &node) {
  Value a = node.input(0), b = node.input(1), c = node.input(2);
  if (Node::rankOf(a) != 2 || Node::rankOf(b) != 2)
    return node.error() << "inputs have " << Node::rankOf(a) << " and " << Node::rankOf(b)
                        << " dimensions, expected 2";
  double alpha = node.real("alpha", 1), beta = node.real("beta", 1);
  bool transposeA = node.flag("transA", false), transposeB = node.flag("transB", false);
  if (node.since() < 7)
    node.ignore("broadcast"); // says whether C is broadcast; its shape says the same
  Value y = node.make<nn::MatMulOp>(a, b, transposeA, transposeB);
  if (node.hasFailed())
    return failure();
  Node::Shape shape(Node::shapeOf(y));
  if (alpha != 1)
    y = node.mul(y, node.scalar(alpha, Node::elementOf(a)));
  if (c && beta != 0) {
    if (beta != 1)
      c = node.mul(c, node.scalar(beta, Node::elementOf(a)));
    y = node.add(y, c);
  }
  if (!node.hasFailed() && Node::shapeOf(y) != ArrayRef<int64_t>(shape))
    return node.error() << "input C has a shape that does not broadcast to that of the product";
  return node.finish(y);
}

llvm::ArrayRef<OperatorRow> productOperators() {
  static const OperatorRow rows[] = {
      {"Einsum", {12}, 1, unlimited, buildEinsum},
      {"Gemm", {1, 6, 7, 9}, 3, 3, buildGemm},
      {"Gemm", {11, 13}, 2, 3, buildGemm},
      {"MatMul", {1, 9, 13}, 2, 2, buildMatMul},
  };
  return rows;
}

} // namespace nnc::onnx
