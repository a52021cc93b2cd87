// Formulas of RNN, GRU and LSTM, and the attributes that vary them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/RecurrentCell.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace nnc::onnx {

//===-- Attributes -------------------------------------------------------------------------===//

namespace {
/// What is known of a function: its kind in nn (none for compositions), how many parameters it
/// takes from the lists, their defaults.
struct KnownFunction {
  StringLiteral name;
  std::optional<nn::UnaryKind> kind;
  unsigned parameters;
  double alpha, beta;
};
} // namespace

static constexpr KnownFunction knownFunctions[] = {
    {"affine", std::nullopt, 2, 1, 0},
    {"elu", nn::UnaryKind::elu, 1, 1, 0},
    {"hardsigmoid", nn::UnaryKind::hard_sigmoid, 2, 0.2, 0.5},
    {"leakyrelu", nn::UnaryKind::leaky_relu, 1, 0.01, 0},
    {"relu", nn::UnaryKind::relu, 0, 0, 0},
    {"scaledtanh", std::nullopt, 2, 1, 1},
    {"sigmoid", nn::UnaryKind::sigmoid, 0, 0, 0},
    {"softplus", nn::UnaryKind::softplus, 0, 0, 0},
    {"softsign", nn::UnaryKind::softsign, 0, 0, 0},
    {"tanh", nn::UnaryKind::tanh, 0, 0, 0},
    {"thresholdedrelu", nn::UnaryKind::thresholded_relu, 1, 1, 0},
};

static const KnownFunction *findFunction(StringRef name) {
  const auto *found =
      llvm::find_if(knownFunctions, [&](const KnownFunction &f) { return f.name == name; });
  return found == std::end(knownFunctions) ? nullptr : found;
}

static SmallVector<std::string> defaultFunctions(CellKind kind) {
  if (kind == CellKind::LSTM)
    return {"Sigmoid", "Tanh", "Tanh"};
  if (kind == CellKind::GRU)
    return {"Sigmoid", "Tanh"};
  return {"Tanh"};
}

LogicalResult readCell(Node &node, CellKind kind, int64_t directions,
                       SmallVectorImpl<CellFunctions> &functions, CellOptions &options) {
  SmallVector<std::string> defaults = defaultFunctions(kind), names = node.texts("activations");
  SmallVector<double> alphas = node.reals("activation_alpha"),
                      betas = node.reals("activation_beta");
  size_t perDirection = defaults.size();
  if (names.empty())
    for (int64_t d = 0; d < directions; ++d)
      llvm::append_range(names, defaults);
  // The default of RNN names two, one for each direction.
  if (names.size() < perDirection * static_cast<size_t>(directions))
    return node.error() << "attribute 'activations' has " << names.size() << " entries, expected "
                        << perDirection * static_cast<size_t>(directions);
  size_t alpha = 0, beta = 0;
  for (size_t i = 0; i < perDirection * static_cast<size_t>(directions); ++i) {
    const KnownFunction *known = findFunction(StringRef(names[i]).lower());
    if (!known)
      return node.error() << "attribute 'activations' has the entry '" << names[i]
                          << "', which is no function of recurrent layers";
    CellFunction function{known->name.str(), known->alpha, known->beta};
    if (known->parameters > 0 && alpha < alphas.size())
      function.alpha = alphas[alpha++];
    if (known->parameters > 1 && beta < betas.size())
      function.beta = betas[beta++];
    if (i % perDirection == 0)
      functions.emplace_back();
    functions.back().push_back(function);
  }
  if (node.hasAttribute("clip"))
    if (double clip = node.real("clip", 0); clip != 0)
      options.clip = clip;
  if (kind == CellKind::GRU)
    options.linearBeforeReset = node.flag("linear_before_reset", false);
  if (kind == CellKind::LSTM)
    options.inputForget = node.flag("input_forget", false);
  return failure(node.hasFailed());
}

//===-- Formulas ---------------------------------------------------------------------------===//

Value sliceAlong(Node &node, Value x, int64_t axis, int64_t start, int64_t count, bool drop) {
  if (!x)
    return {};
  Node::Shape shape(Node::shapeOf(x)), starts(shape.size(), 0), steps(shape.size(), 1);
  bool whole = start == 0 && count == shape[axis];
  shape[axis] = count;
  starts[axis] = start;
  auto type = RankedTensorType::get(shape, Node::elementOf(x));
  Value part = whole ? x : node.makeTyped<nn::SliceOp>(type, x, starts, steps);
  if (!drop || !part)
    return part;
  shape.erase(shape.begin() + axis);
  return node.reshape(part, shape);
}

Cell::Cell(Node &node, CellKind kind, const CellFunctions &functions, const CellOptions &options,
           const CellWeights &weights)
    : node(node), kind(kind), functions(functions), options(options), weights(weights),
      hidden(weights.recurrent ? Node::shapeOf(weights.recurrent)[1] : 0) {}

Value Cell::gate(Value sums, int64_t number, int64_t count) {
  if (!sums)
    return {};
  return sliceAlong(node, sums, Node::rankOf(sums) - 1, number * hidden, count * hidden);
}

Value Cell::inputProducts(Value x) {
  if (node.hasFailed())
    return {};
  int64_t steps = Node::shapeOf(x)[0], batch = Node::shapeOf(x)[1], rows = gatesOf(kind) * hidden;
  Value sums = product(node.reshape(x, {steps * batch, Node::shapeOf(x)[2]}), weights.input);
  if (weights.bias) {
    Value input = sliceAlong(node, weights.bias, 0, 0, rows);
    Value recurrent = sliceAlong(node, weights.bias, 0, rows, rows);
    if (options.linearBeforeReset) {
      resetBias = gate(recurrent, 2);
      Value zeros = node.broadcast(node.scalar(0, Node::elementOf(x)), {hidden});
      SmallVector<Value> parts = {gate(recurrent, 0, 2), zeros};
      recurrent = node.make<nn::ConcatOp>(ValueRange(parts), int64_t{0});
    }
    sums = node.add(sums, node.add(input, recurrent));
  }
  return node.reshape(sums, {steps, batch, rows});
}

Value Cell::activate(size_t number, Value sum, bool clipped) {
  if (node.hasFailed())
    return {};
  const CellFunction &function = functions[number];
  OpBuilder &b = node.builder();
  if (clipped && options.clip)
    sum = node.make<nn::ClampOp>(sum, b.getF64FloatAttr(-*options.clip),
                                 b.getF64FloatAttr(*options.clip));
  Type element = Node::elementOf(sum);
  if (function.name == "affine")
    return node.add(node.mul(sum, node.scalar(function.alpha, element)),
                    node.scalar(function.beta, element));
  if (function.name == "scaledtanh")
    return node.mul(
        node.unary(nn::UnaryKind::tanh, node.mul(sum, node.scalar(function.beta, element))),
        node.scalar(function.alpha, element));
  const KnownFunction &known = *findFunction(function.name);
  FloatAttr alpha = known.parameters > 0 ? b.getF64FloatAttr(function.alpha) : FloatAttr();
  FloatAttr beta = known.parameters > 1 ? b.getF64FloatAttr(function.beta) : FloatAttr();
  return node.make<nn::UnaryOp>(*known.kind, sum, alpha, beta, FloatAttr());
}

Value Cell::addPeephole(Value sum, int64_t number, Value cell) {
  if (!weights.peepholes)
    return sum;
  return node.add(sum, node.mul(gate(weights.peepholes, number), cell));
}

State Cell::step(Value input, const State &before) {
  if (kind == CellKind::LSTM)
    return stepLSTM(input, before);
  if (kind == CellKind::GRU)
    return stepGRU(input, before);
  return {activate(0, node.add(input, product(before.hidden, weights.recurrent))), {}};
}

/// z, r = f(…), n = g(input + (r ⊙ h)·R) or g(input + r ⊙ (h·R + b)); h′ = (1 − z) ⊙ n + z ⊙ h.
State Cell::stepGRU(Value input, const State &before) {
  if (node.hasFailed())
    return {};
  Value outer = sliceAlong(node, weights.recurrent, 0, 0, 2 * hidden);
  Value inner = sliceAlong(node, weights.recurrent, 0, 2 * hidden, hidden);
  bool linear = options.linearBeforeReset;
  Value all = product(before.hidden, linear ? weights.recurrent : outer);
  Value gates = node.add(gate(input, 0, 2), gate(all, 0, 2));
  Value update = activate(0, gate(gates, 0)), reset = activate(0, gate(gates, 1));
  Value sum;
  if (linear) {
    sum = gate(all, 2);
    if (resetBias)
      sum = node.add(sum, resetBias);
    sum = node.mul(reset, sum);
  } else {
    sum = product(node.mul(reset, before.hidden), inner);
  }
  Value next = activate(1, node.add(gate(input, 2), sum));
  Value one = node.scalar(1, Node::elementOf(before.hidden));
  return {node.add(node.mul(node.sub(one, update), next), node.mul(update, before.hidden)), {}};
}

/// i, f = f(…), c′ = f ⊙ c + i ⊙ g(…), o = f(…), h′ = o ⊙ h(c′).
State Cell::stepLSTM(Value input, const State &before) {
  if (node.hasFailed())
    return {};
  Value sums = node.add(input, product(before.hidden, weights.recurrent));
  Value in = activate(0, addPeephole(gate(sums, 0), 0, before.cell));
  Value forget = options.inputForget ? node.sub(node.scalar(1, Node::elementOf(before.hidden)), in)
                                     : activate(0, addPeephole(gate(sums, 2), 2, before.cell));
  Value proposed = activate(1, gate(sums, 3));
  Value cell = node.add(node.mul(forget, before.cell), node.mul(in, proposed));
  Value out = activate(0, addPeephole(gate(sums, 1), 1, cell));
  return {node.mul(out, activate(2, cell, /*clipped=*/false)), cell};
}

} // namespace nnc::onnx
