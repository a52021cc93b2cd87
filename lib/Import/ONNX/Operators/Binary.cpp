// Scalar functions of several arguments, comparisons, choices and conversions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

using namespace mlir;

namespace nnc::onnx {

/// The second operand as the first operand's broadcasting needs it. Before opset 7 it was
/// aligned with the first from `axis` on, and only when `broadcast` was set.
static Value secondOperand(Node &node) {
  Value a = node.input(0), b = node.input(1);
  if (node.since() >= 7)
    return b;
  bool broadcast = node.flag("broadcast", false), aligned = node.hasAttribute("axis");
  int64_t axis = node.integer("axis", 0), rankA = Node::rankOf(a), rankB = Node::rankOf(b);
  node.ignore("consumed_inputs");
  if (node.hasFailed())
    return b;
  if (!broadcast && Node::shapeOf(a) != Node::shapeOf(b)) {
    node.error() << "inputs have different shapes, but attribute 'broadcast' is not set";
    return b;
  }
  if (!broadcast || !aligned)
    return b;
  axis = node.axis(axis, rankA, /*inclusive=*/true);
  if (node.hasFailed() || axis + rankB > rankA) {
    if (!node.hasFailed())
      node.error() << "input 1 has " << rankB << " dimensions, too many to be aligned at axis "
                   << axis;
    return b;
  }
  Node::Shape shape(Node::shapeOf(b));
  shape.append(static_cast<size_t>(rankA - axis - rankB), 1);
  return node.reshape(b, shape);
}

template <nn::BinaryKind kind> static LogicalResult buildBinary(Node &node) {
  return node.finish(node.binary(kind, node.input(0), secondOperand(node)));
}

template <nn::ComparePredicate predicate> static LogicalResult buildCompare(Node &node) {
  return node.finish(node.compare(predicate, node.input(0), secondOperand(node)));
}

/// Logical operators are the bitwise ones on booleans.
template <nn::BinaryKind kind> static LogicalResult buildLogical(Node &node) {
  Type element = Node::elementOf(node.input(0));
  if (!element.isInteger(1))
    return node.error() << "input 0 has element type " << nameOfElementType(element)
                        << ", expected bool";
  return buildBinary<kind>(node);
}

/// The exponent may have another type; the result has the base's.
static LogicalResult buildPow(Node &node) {
  Value base = node.input(0), exponent = secondOperand(node);
  if (node.hasFailed())
    return failure();
  Type type = Node::elementOf(base), other = Node::elementOf(exponent);
  bool real = isa<FloatType>(type) || isa<IntegerType>(other);
  Type common = real ? type : other;
  Value y = node.binary(nn::BinaryKind::pow, node.cast(base, common), node.cast(exponent, common));
  return node.finish(node.cast(y, type));
}

static LogicalResult buildMod(Node &node) {
  bool truncating = node.flag("fmod", false);
  Type element = Node::elementOf(node.input(0));
  if (!truncating && isa<FloatType>(element))
    return node.error()
           << "attribute 'fmod' is 0, which takes integers, but input 0 has element type "
           << nameOfElementType(element);
  return node.finish(node.binary(truncating ? nn::BinaryKind::fmod : nn::BinaryKind::mod,
                                 node.input(0), node.input(1)));
}

static LogicalResult buildBitShift(Node &node) {
  std::string direction = node.text("direction", "");
  if (direction != "LEFT" && direction != "RIGHT")
    return node.error() << "attribute 'direction' is '" << direction << "', expected LEFT or RIGHT";
  return node.finish(
      node.binary(direction == "LEFT" ? nn::BinaryKind::shift_left : nn::BinaryKind::shift_right,
                  node.input(0), node.input(1)));
}

/// The slope broadcasts to the input. Before opset 7 a vector of slopes belonged to the
/// channels, dimension 1.
static LogicalResult buildPRelu(Node &node) {
  Value x = node.input(0), slope = node.input(1);
  if (node.since() < 7) {
    node.ignore("consumed_inputs");
    if (Node::rankOf(slope) == 1 && Node::rankOf(x) > 2) {
      Node::Shape shape(static_cast<size_t>(Node::rankOf(x) - 1), 1);
      shape[0] = Node::shapeOf(slope)[0];
      slope = node.reshape(slope, shape);
    }
  }
  Value y = node.binary(nn::BinaryKind::prelu, x, slope);
  if (y && Node::shapeOf(y) != Node::shapeOf(x))
    return node.error() << "the slope does not broadcast to the shape of the input";
  return node.finish(y);
}

//===-- Any number of arguments ------------------------------------------------------------===//

static Value fold(Node &node, nn::BinaryKind kind) {
  if (node.since() < 6)
    node.ignore("consumed_inputs");
  Value result = node.input(0);
  for (unsigned i = 1; i < node.numInputs() && !node.hasFailed(); ++i) {
    if (!node.hasInput(i)) {
      node.error() << "input " << i << " is missing";
      return {};
    }
    result = node.binary(kind, result, node.input(i));
  }
  return result;
}

template <nn::BinaryKind kind> static LogicalResult buildVariadic(Node &node) {
  return node.finish(fold(node, kind));
}

static LogicalResult buildMean(Node &node) {
  Value sum = fold(node, nn::BinaryKind::add);
  if (node.hasFailed())
    return failure();
  return node.finish(node.div(sum, node.scalar(node.numInputs(), Node::elementOf(sum))));
}

//===-- Choice and conversion --------------------------------------------------------------===//

static LogicalResult buildWhere(Node &node) {
  return node.finish(node.make<nn::SelectOp>(node.input(0), node.input(1), node.input(2)));
}

/// The lowest bits of integers, as numbers of so many bits.
static Value keepLowBits(Node &node, Value x, unsigned bits) {
  Type element = Node::elementOf(x);
  auto number = [&](int64_t n) { return node.scalar(static_cast<double>(n), element); };
  Value mask = number((int64_t(1) << bits) - 1);
  if (element.isUnsignedInteger())
    return node.binary(nn::BinaryKind::bit_and, x, mask);
  Value half = number(int64_t(1) << (bits - 1));
  return node.sub(node.binary(nn::BinaryKind::bit_and, node.add(x, half), mask), half);
}

/// `bits`: of the result where fewer than the type's, else 0.
static LogicalResult castTo(Node &node, Type element, unsigned bits) {
  // These only matter for types of eight bits and fewer that are not supported.
  node.ignore("saturate");
  node.ignore("round_mode");
  Value x = node.input(0), y = node.cast(x, element);
  if (bits != 0 && node.narrowBitsOf(x) != bits && !node.hasFailed())
    y = keepLowBits(node, y, bits);
  return node.finish(node.withBits(y, bits));
}

static LogicalResult buildCast(Node &node) {
  int64_t code = 0;
  if (node.since() >= 6) {
    code = node.requiredInteger("to");
  } else { // stated by name, in capitals
    std::string name = node.text("to", "");
    code = elementCodeFromName(name);
    if (code == 0)
      return node.error() << "attribute 'to' is '" << name << "', which is not an element type";
  }
  if (node.hasFailed())
    return failure();
  Type element = code >= 0 && code <= 1000
                     ? elementTypeOf(static_cast<int32_t>(code), node.context())
                     : Type();
  if (!element)
    return node.error() << "element type " << code << " of attribute 'to' is not supported";
  return castTo(node, element, bitsOfNarrowCode(static_cast<int32_t>(code)));
}

static LogicalResult buildCastLike(Node &node) {
  Value like = node.input(1);
  return castTo(node, Node::elementOf(like), node.narrowBitsOf(like));
}

llvm::ArrayRef<OperatorRow> binaryOperators() {
  using enum nn::BinaryKind;
  using enum nn::ComparePredicate;
  static const OperatorRow rows[] = {
      {"Add", {1, 6, 7, 13, 14}, 2, 2, buildBinary<add>},
      {"And", {1, 7}, 2, 2, buildLogical<bit_and>},
      {"BitShift", {11}, 2, 2, buildBitShift},
      {"BitwiseAnd", {18}, 2, 2, buildBinary<bit_and>},
      {"BitwiseOr", {18}, 2, 2, buildBinary<bit_or>},
      {"BitwiseXor", {18}, 2, 2, buildBinary<bit_xor>},
      {"Cast", {1, 6, 9, 13, 19, 21, 23, 24, 25}, 1, 1, buildCast},
      {"CastLike", {15, 19, 21, 23, 24, 25}, 2, 2, buildCastLike},
      {"Div", {1, 6, 7, 13, 14}, 2, 2, buildBinary<div>},
      {"Equal", {1, 7, 11, 13, 19}, 2, 2, buildCompare<equal>},
      {"Greater", {1, 7, 9, 13}, 2, 2, buildCompare<greater>},
      {"GreaterOrEqual", {12, 16}, 2, 2, buildCompare<greater_equal>},
      {"Less", {1, 7, 9, 13}, 2, 2, buildCompare<less>},
      {"LessOrEqual", {12, 16}, 2, 2, buildCompare<less_equal>},
      {"Max", {1, 6, 8, 12, 13}, 1, unlimited, buildVariadic<max>},
      {"Mean", {1, 6, 8, 13}, 1, unlimited, buildMean},
      {"Min", {1, 6, 8, 12, 13}, 1, unlimited, buildVariadic<min>},
      {"Mod", {10, 13}, 2, 2, buildMod},
      {"Mul", {1, 6, 7, 13, 14}, 2, 2, buildBinary<mul>},
      {"Or", {1, 7}, 2, 2, buildLogical<bit_or>},
      {"PRelu", {1, 6, 7, 9, 16}, 2, 2, buildPRelu},
      {"Pow", {1, 7, 12, 13, 15}, 2, 2, buildPow},
      {"Sub", {1, 6, 7, 13, 14}, 2, 2, buildBinary<sub>},
      {"Sum", {1, 6, 8, 13}, 1, unlimited, buildVariadic<add>},
      {"Where", {9, 16}, 3, 3, buildWhere},
      {"Xor", {1, 7}, 2, 2, buildLogical<bit_xor>},
  };
  return rows;
}

} // namespace nnc::onnx
