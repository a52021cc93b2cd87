// Formulas of RNN, GRU and LSTM.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/Scalar/Recurrent.h"

#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

using namespace mlir;

namespace nnc::scalar {

using nn::CellFunction;
using nn::UnaryKind;

namespace {

/// One step; letters are those of `nn.recurrent`.
class Cell : Emit {
public:
  Cell(OpBuilder &builder, Location loc, nn::RecurrentOp op, const CellValues &values)
      : Emit(builder, loc), op(op), values(values) {}

  SmallVector<Value, 2> rnn() const { return {function(0, sum(0))}; }
  SmallVector<Value, 2> gru() const;
  SmallVector<Value, 2> lstm() const;
  Value reset() const { return function(0, sum(1)); }

private:
  /// x[g] + h·R[g]ᵀ
  Value sum(unsigned gate) const { return add(values.input[gate], values.product[gate]); }
  Value withPeephole(Value sum, unsigned number, Value cell) const {
    return values.peepholes.empty() ? sum : add(sum, mul(values.peepholes[number], cell));
  }
  Value function(unsigned number, Value x, bool clips = true) const;
  Value number(Value like, double value) const { return constant(like.getType(), value); }

  mutable nn::RecurrentOp op; // its getters are not const
  const CellValues &values;
};

/// The function of `nn.unary` behind one of a gate.
UnaryKind unaryKind(CellFunction function) {
  switch (function) {
  case CellFunction::elu:
    return UnaryKind::elu;
  case CellFunction::hard_sigmoid:
    return UnaryKind::hard_sigmoid;
  case CellFunction::leaky_relu:
    return UnaryKind::leaky_relu;
  case CellFunction::relu:
    return UnaryKind::relu;
  case CellFunction::sigmoid:
    return UnaryKind::sigmoid;
  case CellFunction::softplus:
    return UnaryKind::softplus;
  case CellFunction::softsign:
    return UnaryKind::softsign;
  case CellFunction::thresholded_relu:
    return UnaryKind::thresholded_relu;
  case CellFunction::affine: // no kind of its own
  case CellFunction::scaled_tanh:
  case CellFunction::tanh:
    break;
  }
  return UnaryKind::tanh;
}

Value Cell::function(unsigned index, Value x, bool clips) const {
  if (op.getClip() && clips) {
    double limit = op.getClip()->convertToDouble();
    x = buildClamp(builder, loc, x, -limit, limit);
  }
  double alpha = op.getAlpha()[index], beta = op.getBeta()[index];
  CellFunction kind = op.getFunction(index);
  if (kind == CellFunction::affine)
    return add(mul(x, number(x, alpha)), number(x, beta));
  if (kind == CellFunction::scaled_tanh)
    return mul(buildUnary(builder, loc, UnaryKind::tanh, mul(x, number(x, beta))),
               number(x, alpha));
  return buildUnary(builder, loc, unaryKind(kind), x, {alpha, beta, std::nullopt});
}

SmallVector<Value, 2> Cell::gru() const {
  Value h = values.states[0], z = function(0, sum(0)), product = values.product[2];
  if (op.getResetAfter()) {
    if (values.bias)
      product = add(product, values.bias);
    product = mul(reset(), product);
  }
  Value n = function(1, add(values.input[2], product));
  return {add(mul(sub(number(z, 1), z), n), mul(z, h))};
}

SmallVector<Value, 2> Cell::lstm() const {
  Value c = values.states[1];
  Value i = function(0, withPeephole(sum(0), 0, c));
  Value f = op.getInputForget() ? sub(number(i, 1), i) : function(0, withPeephole(sum(2), 2, c));
  Value next = add(mul(f, c), mul(i, function(1, sum(3))));
  Value o = function(0, withPeephole(sum(1), 1, next));
  return {mul(o, function(2, next, /*clips=*/false)), next};
}

} // namespace

Value buildReset(OpBuilder &builder, Location loc, nn::RecurrentOp op, const CellValues &values) {
  return Emit(builder, loc).mul(Cell(builder, loc, op, values).reset(), values.states[0]);
}

SmallVector<Value, 2> buildStep(OpBuilder &builder, Location loc, nn::RecurrentOp op,
                                const CellValues &values) {
  Cell cell(builder, loc, op, values);
  switch (op.getKind()) {
  case nn::CellKind::rnn:
    return cell.rnn();
  case nn::CellKind::gru:
    return cell.gru();
  case nn::CellKind::lstm:
    break;
  }
  return cell.lstm();
}

} // namespace nnc::scalar
