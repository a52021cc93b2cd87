// Recurrent layers, step by step in double precision.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Reference/Operators.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace nnc::reference {

namespace {

/// One layer; letters are those of the operator's description.
struct Recurrent {
  mutable nn::RecurrentOp op; // its getters are not const
  const Tensor &input, &weights;
  const Tensor *bias, *lengths, *hidden, *cell, *peepholes; ///< null: not there
  int64_t units, gates;
  std::vector<double> h = {}, c = {}; ///< of one sequence

  double function(unsigned number, double x, bool clips = true) const;
  double product(int64_t gate, int64_t unit, const std::vector<double> &factor) const;
  double peephole(int64_t number, int64_t unit) const {
    return peepholes ? peepholes->real(number * units + unit) : 0;
  }
  void start(int64_t b);
  void step(int64_t t, int64_t b);
  double rnn(ArrayRef<double> x, int64_t unit) const {
    return function(0, x[0] + product(0, unit, h));
  }
  double gru(ArrayRef<double> x, int64_t unit, const std::vector<double> &factor) const;
  std::pair<double, double> lstm(ArrayRef<double> x, int64_t unit) const;
};

double Recurrent::function(unsigned number, double x, bool clips) const {
  if (clips && op.getClip() && !std::isnan(x)) {
    double limit = op.getClip()->convertToDouble();
    x = std::min(std::max(x, -limit), limit);
  }
  double alpha = op.getAlpha()[number], beta = op.getBeta()[number];
  auto unary = [&](nn::UnaryKind kind) { return unaryReal(kind, x, {alpha, beta, std::nullopt}); };
  switch (op.getFunction(number)) {
  case nn::CellFunction::affine:
    return alpha * x + beta;
  case nn::CellFunction::scaled_tanh:
    return alpha * std::tanh(beta * x);
  case nn::CellFunction::elu:
    return unary(nn::UnaryKind::elu);
  case nn::CellFunction::hard_sigmoid:
    return unary(nn::UnaryKind::hard_sigmoid);
  case nn::CellFunction::leaky_relu:
    return unary(nn::UnaryKind::leaky_relu);
  case nn::CellFunction::relu:
    return unary(nn::UnaryKind::relu);
  case nn::CellFunction::sigmoid:
    return unary(nn::UnaryKind::sigmoid);
  case nn::CellFunction::softplus:
    return unary(nn::UnaryKind::softplus);
  case nn::CellFunction::softsign:
    return unary(nn::UnaryKind::softsign);
  case nn::CellFunction::thresholded_relu:
    return unary(nn::UnaryKind::thresholded_relu);
  case nn::CellFunction::tanh:
    break;
  }
  return std::tanh(x);
}

double Recurrent::product(int64_t gate, int64_t unit, const std::vector<double> &factor) const {
  double sum = 0;
  for (int64_t k = 0; k < units; ++k)
    sum += factor[static_cast<size_t>(k)] * weights.real((gate * units + unit) * units + k);
  return sum;
}

double Recurrent::gru(ArrayRef<double> x, int64_t unit, const std::vector<double> &factor) const {
  double z = function(0, x[0] + product(0, unit, h)), inner = product(2, unit, factor);
  if (op.getResetAfter()) {
    double r = function(0, x[1] + product(1, unit, h));
    inner = r * (inner + (bias ? bias->real(unit) : 0));
  }
  return (1 - z) * function(1, x[2] + inner) + z * h[static_cast<size_t>(unit)];
}

std::pair<double, double> Recurrent::lstm(ArrayRef<double> x, int64_t unit) const {
  double before = c[static_cast<size_t>(unit)];
  double i = function(0, x[0] + product(0, unit, h) + peephole(0, unit) * before);
  double f = op.getInputForget()
                 ? 1 - i
                 : function(0, x[2] + product(2, unit, h) + peephole(2, unit) * before);
  double after = f * before + i * function(1, x[3] + product(3, unit, h));
  double o = function(0, x[1] + product(1, unit, h) + peephole(1, unit) * after);
  return {o * function(2, after, /*clips=*/false), after};
}

void Recurrent::start(int64_t b) {
  h.assign(static_cast<size_t>(units), 0);
  c = h;
  for (int64_t unit = 0; unit < units; ++unit) {
    if (hidden)
      h[static_cast<size_t>(unit)] = hidden->real(b * units + unit);
    if (cell)
      c[static_cast<size_t>(unit)] = cell->real(b * units + unit);
  }
}

void Recurrent::step(int64_t t, int64_t b) {
  int64_t first = (t * op.getBatch() + b) * gates * units;
  auto inputOf = [&](int64_t unit) {
    SmallVector<double> x;
    for (int64_t gate = 0; gate < gates; ++gate)
      x.push_back(input.real(first + gate * units + unit));
    return x;
  };
  std::vector<double> factor = h, nextH = h, nextC = c;
  for (int64_t unit = 0; op.multipliesReset() && unit < units; ++unit)
    factor[static_cast<size_t>(unit)] *= function(0, inputOf(unit)[1] + product(1, unit, h));
  for (int64_t unit = 0; unit < units; ++unit) {
    auto i = static_cast<size_t>(unit);
    if (op.getKind() == nn::CellKind::lstm)
      std::tie(nextH[i], nextC[i]) = lstm(inputOf(unit), unit);
    else
      nextH[i] = op.getKind() == nn::CellKind::gru ? gru(inputOf(unit), unit, factor)
                                                   : rnn(inputOf(unit), unit);
  }
  h = std::move(nextH);
  c = std::move(nextC);
}

} // namespace

std::vector<Tensor> recurrent(nn::RecurrentOp op, Inputs in) {
  size_t next = 2;
  auto optional = [&](Value operand) { return operand ? &in[next++] : nullptr; };
  const Tensor *bias = optional(op.getBias()), *lengths = optional(op.getLengths()),
               *hidden = optional(op.getHidden()), *cell = optional(op.getCell()),
               *peepholes = optional(op.getPeepholes());
  Recurrent layer{op,     in[0], in[1],     bias,          lengths,
                  hidden, cell,  peepholes, op.getUnits(), nn::gatesOf(op.getKind())};
  std::vector<Tensor> out;
  for (Value result : op->getResults())
    out.push_back(resultOf(result));
  int64_t steps = op.getSteps(), batch = op.getBatch(), units = op.getUnits();
  for (int64_t b = 0; b < batch; ++b) {
    layer.start(b);
    for (int64_t i = 0; i < steps; ++i) {
      int64_t t = op.getReverse() ? steps - 1 - i : i;
      if (lengths && t >= lengths->integer(b))
        continue;
      layer.step(t, b);
      for (int64_t unit = 0; unit < units; ++unit)
        out[0].setReal((t * batch + b) * units + unit, layer.h[static_cast<size_t>(unit)]);
    }
    for (int64_t unit = 0; unit < units; ++unit) {
      out[1].setReal(b * units + unit, layer.h[static_cast<size_t>(unit)]);
      if (out.size() > 2)
        out[2].setReal(b * units + unit, layer.c[static_cast<size_t>(unit)]);
    }
  }
  return out;
}

} // namespace nnc::reference
