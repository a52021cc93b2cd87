// Scalar functions applied to every element.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

using namespace mlir;

namespace nnc::onnx {

template <nn::UnaryKind kind> static LogicalResult buildUnary(Node &node) {
  if (node.since() < 6)
    node.ignore("consumed_inputs"); // a hint to compute in place
  return node.finish(node.unary(kind, node.input(0)));
}

/// Before opset 7 the second operand was aligned with the first from `axis` on, and only when
/// `broadcast` was set.
static Value alignOldBroadcast(Node &node, Value a, Value b) {
  bool broadcast = node.flag("broadcast", false);
  bool aligned = node.hasAttribute("axis");
  int64_t axis = node.integer("axis", 0), rankA = Node::rankOf(a), rankB = Node::rankOf(b);
  node.ignore("consumed_inputs");
  if (node.hasFailed() || !broadcast || !aligned)
    return b;
  axis = node.axis(axis, rankA, /*inclusive=*/true);
  if (node.hasFailed() || axis + rankB > rankA)
    return b; // aligned at the end, or an error of the operator's own checks
  Node::Shape shape(Node::shapeOf(b));
  shape.append(static_cast<size_t>(rankA - axis - rankB), 1);
  return node.reshape(b, shape);
}

template <nn::BinaryKind kind> static LogicalResult buildBinary(Node &node) {
  Value a = node.input(0), b = node.input(1);
  if (node.since() < 7)
    b = alignOldBroadcast(node, a, b);
  return node.finish(node.binary(kind, a, b));
}

llvm::ArrayRef<OperatorRow> elementwiseOperators() {
  using enum nn::UnaryKind;
  using enum nn::BinaryKind;
  static const OperatorRow rows[] = {
      {"Add", {1, 6, 7, 13, 14}, 2, 2, buildBinary<add>},
      {"Div", {1, 6, 7, 13, 14}, 2, 2, buildBinary<div>},
      {"Mul", {1, 6, 7, 13, 14}, 2, 2, buildBinary<mul>},
      {"Relu", {1, 6, 13, 14}, 1, 1, buildUnary<relu>},
      {"Sigmoid", {1, 6, 13}, 1, 1, buildUnary<sigmoid>},
      {"Sub", {1, 6, 7, 13, 14}, 2, 2, buildBinary<sub>},
      {"Tanh", {1, 6, 13}, 1, 1, buildUnary<tanh>},
  };
  return rows;
}

} // namespace nnc::onnx
