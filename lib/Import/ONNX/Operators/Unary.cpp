// Scalar functions of one argument.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

#include <cmath>

using namespace mlir;

namespace nnc::onnx {

template <nn::UnaryKind kind> static LogicalResult buildUnary(Node &node) {
  if (node.since() < 6)
    node.ignore("consumed_inputs"); // a hint to compute in place
  return node.finish(node.unary(kind, node.input(0)));
}

/// A function with parameters alpha, beta and gamma as far as they are stated.
static LogicalResult buildParametric(Node &node, nn::UnaryKind kind, double alpha,
                                     std::optional<double> beta = std::nullopt,
                                     std::optional<double> gamma = std::nullopt) {
  if (node.since() < 6)
    node.ignore("consumed_inputs");
  OpBuilder &b = node.builder();
  FloatAttr betaAttr = beta ? b.getF64FloatAttr(*beta) : FloatAttr();
  FloatAttr gammaAttr = gamma ? b.getF64FloatAttr(*gamma) : FloatAttr();
  return node.finish(
      node.make<nn::UnaryOp>(kind, node.input(0), b.getF64FloatAttr(alpha), betaAttr, gammaAttr));
}

static LogicalResult buildLeakyRelu(Node &node) {
  return buildParametric(node, nn::UnaryKind::leaky_relu, node.real("alpha", 0.01));
}
static LogicalResult buildElu(Node &node) {
  return buildParametric(node, nn::UnaryKind::elu, node.real("alpha", 1));
}
static LogicalResult buildCelu(Node &node) {
  return buildParametric(node, nn::UnaryKind::celu, node.real("alpha", 1));
}
static LogicalResult buildThresholdedRelu(Node &node) {
  return buildParametric(node, nn::UnaryKind::thresholded_relu, node.real("alpha", 1));
}
static LogicalResult buildSwish(Node &node) {
  return buildParametric(node, nn::UnaryKind::swish, node.real("alpha", 1));
}
static LogicalResult buildHardSigmoid(Node &node) {
  double alpha = node.real("alpha", 0.2), beta = node.real("beta", 0.5);
  return buildParametric(node, nn::UnaryKind::hard_sigmoid, alpha, beta);
}
static LogicalResult buildSelu(Node &node) {
  bool old = node.since() < 6; // its defaults had fewer digits
  double alpha = node.real("alpha", old ? 1.6732 : 1.67326319217681884765625);
  double gamma = node.real("gamma", old ? 1.0507 : 1.05070102214813232421875);
  return buildParametric(node, nn::UnaryKind::selu, alpha, std::nullopt, gamma);
}
static LogicalResult buildShrink(Node &node) {
  double bias = node.real("bias", 0), lambda = node.real("lambd", 0.5);
  Type element = Node::elementOf(node.input(0));
  if (isa<FloatType>(element))
    return buildParametric(node, nn::UnaryKind::shrink, lambda, bias);
  return node.error() << "input has element type " << nameOfElementType(element)
                      << ", only floating-point numbers are supported";
}
static LogicalResult buildGelu(Node &node) {
  std::string form = node.text("approximate", "none");
  if (form != "none" && form != "tanh")
    return node.error() << "attribute 'approximate' is '" << form << "', expected none or tanh";
  return node.finish(
      node.unary(form == "tanh" ? nn::UnaryKind::gelu_tanh : nn::UnaryKind::gelu, node.input(0)));
}

static LogicalResult buildIsInf(Node &node) {
  bool negative = node.flag("detect_negative", true), positive = node.flag("detect_positive", true);
  if (!negative && !positive) {
    auto type = RankedTensorType::get(Node::shapeOf(node.input(0)), node.builder().getI1Type());
    return node.finish(node.constant(cast<ElementsAttr>(DenseElementsAttr::get(type, false))));
  }
  using enum nn::UnaryKind;
  return node.finish(node.unary(negative && positive ? is_inf
                                : positive           ? is_pos_inf
                                                     : is_neg_inf,
                                node.input(0)));
}

//===-- Clip -------------------------------------------------------------------------------===//

/// A bound that `nn.clamp` can state: one constant number that a double holds exactly.
static std::optional<double> exactBound(Value bound) {
  ElementsAttr constant = Node::constantOf(bound);
  if (!constant || constant.getNumElements() != 1)
    return std::nullopt;
  if (auto reals = readFloats(constant))
    return std::isnan(reals->front()) ? std::nullopt : std::optional(reals->front());
  auto integers = readIntegers(constant);
  if (!integers || std::abs(integers->front()) > (int64_t{1} << 53))
    return std::nullopt;
  return static_cast<double>(integers->front());
}

static LogicalResult clampTo(Node &node, std::optional<double> low, std::optional<double> high) {
  OpBuilder &b = node.builder();
  return node.finish(node.make<nn::ClampOp>(node.input(0), low ? b.getF64FloatAttr(*low) : nullptr,
                                            high ? b.getF64FloatAttr(*high) : nullptr));
}

/// Since opset 11 the bounds are optional inputs; before they were attributes.
static LogicalResult buildClip(Node &node) {
  std::optional<double> low, high;
  if (node.since() < 11) {
    node.ignore("consumed_inputs");
    if (node.hasAttribute("min"))
      low = node.real("min", 0);
    if (node.hasAttribute("max"))
      high = node.real("max", 0);
    return clampTo(node, low, high);
  }
  Value x = node.input(0), min = node.input(1), max = node.input(2);
  for (Value bound : {min, max})
    if (bound && countElements(Node::shapeOf(bound)) != 1)
      return node.error() << "a bound has more than one element";
  low = exactBound(min), high = exactBound(max);
  if ((!min || low) && (!max || high))
    return clampTo(node, low, high);
  if (min)
    x = node.binary(nn::BinaryKind::max, x, node.reshape(min, {}));
  if (max)
    x = node.binary(nn::BinaryKind::min, x, node.reshape(max, {}));
  return node.finish(x);
}

llvm::ArrayRef<OperatorRow> unaryOperators() {
  using enum nn::UnaryKind;
  static const OperatorRow rows[] = {
      {"Abs", {1, 6, 13}, 1, 1, buildUnary<abs>},
      {"Acos", {7, 22}, 1, 1, buildUnary<acos>},
      {"Acosh", {9, 22}, 1, 1, buildUnary<acosh>},
      {"Asin", {7, 22}, 1, 1, buildUnary<asin>},
      {"Asinh", {9, 22}, 1, 1, buildUnary<asinh>},
      {"Atan", {7, 22}, 1, 1, buildUnary<atan>},
      {"Atanh", {9, 22}, 1, 1, buildUnary<atanh>},
      {"BitwiseNot", {18}, 1, 1, buildUnary<bitwise_not>},
      {"Ceil", {1, 6, 13}, 1, 1, buildUnary<ceil>},
      {"Celu", {12}, 1, 1, buildCelu},
      {"Clip", {1, 6}, 1, 1, buildClip},
      {"Clip", {11, 12, 13}, 1, 3, buildClip},
      {"Cos", {7, 22}, 1, 1, buildUnary<cos>},
      {"Cosh", {9, 22}, 1, 1, buildUnary<cosh>},
      {"Elu", {1, 6, 22}, 1, 1, buildElu},
      {"Erf", {9, 13}, 1, 1, buildUnary<erf>},
      {"Exp", {1, 6, 13}, 1, 1, buildUnary<exp>},
      {"Floor", {1, 6, 13}, 1, 1, buildUnary<floor>},
      {"Gelu", {20}, 1, 1, buildGelu},
      {"HardSigmoid", {1, 6, 22}, 1, 1, buildHardSigmoid},
      {"HardSwish", {14, 22}, 1, 1, buildUnary<hard_swish>},
      {"IsInf", {10, 20}, 1, 1, buildIsInf},
      {"IsNaN", {9, 13, 20}, 1, 1, buildUnary<is_nan>},
      {"LeakyRelu", {1, 6, 16}, 1, 1, buildLeakyRelu},
      {"Log", {1, 6, 13}, 1, 1, buildUnary<log>},
      {"Mish", {18, 22}, 1, 1, buildUnary<mish>},
      {"Neg", {1, 6, 13}, 1, 1, buildUnary<neg>},
      {"Not", {1}, 1, 1, buildUnary<logical_not>},
      {"Reciprocal", {1, 6, 13}, 1, 1, buildUnary<reciprocal>},
      {"Relu", {1, 6, 13, 14}, 1, 1, buildUnary<relu>},
      {"Round", {11, 22}, 1, 1, buildUnary<round>},
      {"Selu", {1, 6, 22}, 1, 1, buildSelu},
      {"Shrink", {9}, 1, 1, buildShrink},
      {"Sigmoid", {1, 6, 13}, 1, 1, buildUnary<sigmoid>},
      {"Sign", {9, 13}, 1, 1, buildUnary<sign>},
      {"Sin", {7, 22}, 1, 1, buildUnary<sin>},
      {"Sinh", {9, 22}, 1, 1, buildUnary<sinh>},
      {"Softplus", {1, 22}, 1, 1, buildUnary<softplus>},
      {"Softsign", {1, 22}, 1, 1, buildUnary<softsign>},
      {"Sqrt", {1, 6, 13}, 1, 1, buildUnary<sqrt>},
      {"Swish", {24}, 1, 1, buildSwish},
      {"Tan", {7, 22}, 1, 1, buildUnary<tan>},
      {"Tanh", {1, 6, 13}, 1, 1, buildUnary<tanh>},
      {"ThresholdedRelu", {10, 22}, 1, 1, buildThresholdedRelu},
  };
  return rows;
}

} // namespace nnc::onnx
