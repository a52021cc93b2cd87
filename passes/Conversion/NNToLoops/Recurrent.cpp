// Loops of nn.recurrent, for the types that no kernel takes: steps, sequences, units. States lie in
// scratch, in the type of sums. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#include "passes/Conversion/Scalar/Recurrent.h"

#include "passes/Conversion/NNToLoops/Layout.h"
#include "passes/Conversion/NNToLoops/Roots.h"
#include "passes/Conversion/NNToLoops/Sums.h"
#include "passes/Conversion/Scalar/Scalar.h"

using namespace mlir;

namespace nnc {

namespace {

class Recurrent {
public:
  Recurrent(LayerEmitter &emitter, nn::RecurrentOp op, const RootPlaces &places)
      : emitter(emitter), op(op), loc(op.getLoc()),
        element(op.getInput().getType().getElementType()),
        sums(emitter.builder, loc, element, accumulatorType(element)), places(places),
        units(op.getUnits()), gates(nn::gatesOf(op.getKind())),
        stateCount(op.getKind() == nn::CellKind::lstm ? 2 : 1) {}

  void build() {
    start();
    forEach(op.getSteps(), [&](const IndexExpr &i) {
      IndexExpr step = op.getReverse() ? IndexExpr(op.getSteps() - 1) - i : i;
      forEach(op.getBatch(), [&](const IndexExpr &b) { buildStep(step, b); });
    });
    finish();
  }

private:
  void forEach(int64_t count, function_ref<void(const IndexExpr &)> body) {
    emitter.loop(loc, emitter.index(0, loc), emitter.index(count, loc),
                 [&](Value i) { body(emitter.computed(i, count)); });
  }
  /// Scratch of `scratchTypes`, as a tensor.
  Place scratch(size_t number, ArrayRef<int64_t> shape) {
    return {places.scratch[number], RankedTensorType::get(shape, sums.type)};
  }
  Place state(size_t number) { return scratch(number, {op.getBatch(), units}); }
  Place products() { return scratch(stateCount, {gates, units}); }
  Place factors() { return scratch(stateCount + 1, {units}); }

  Value number(Value tensor, ArrayRef<IndexExpr> index) {
    return sums.widen(emitter.element(tensor, index));
  }

  void start();
  void finish();
  void buildStep(const IndexExpr &step, const IndexExpr &b);
  /// Products of some gates with a row of `factor`.
  void multiply(int64_t firstGate, int64_t endGate, const Place &factor, ArrayRef<IndexExpr> row);
  scalar::CellValues cellValues(const IndexExpr &step, const IndexExpr &b, const IndexExpr &unit);
  void storeUnit(const IndexExpr &step, const IndexExpr &b, const IndexExpr &unit);
  /// Whether a sequence has this step; null where all have all.
  Value reaches(const IndexExpr &step, const IndexExpr &b);

  LayerEmitter &emitter;
  nn::RecurrentOp op;
  Location loc;
  Type element;
  Sums sums;
  const RootPlaces &places;
  int64_t units, gates;
  size_t stateCount;
};

void Recurrent::start() {
  Value initial[] = {op.getHidden(), op.getCell()};
  forEach(op.getBatch(), [&](const IndexExpr &b) {
    forEach(units, [&](const IndexExpr &unit) {
      for (size_t i = 0; i < stateCount; ++i)
        emitter.store(initial[i] ? number(initial[i], {b, unit}) : sums.number(0), state(i),
                      {b, unit});
    });
  });
}

void Recurrent::finish() {
  forEach(op.getBatch(), [&](const IndexExpr &b) {
    forEach(units, [&](const IndexExpr &unit) {
      for (size_t i = 0; i < stateCount; ++i)
        if (const Place &last = places.results[i + 1]; last.buffer)
          emitter.store(sums.narrow(emitter.load(state(i), {b, unit})), last, {b, unit});
    });
  });
}

void Recurrent::multiply(int64_t firstGate, int64_t endGate, const Place &factor,
                         ArrayRef<IndexExpr> row) {
  forEach((endGate - firstGate) * units, [&](const IndexExpr &n) {
    IndexExpr place = n + firstGate * units;
    auto add = [&](Value k, ValueRange sum) -> SmallVector<Value> {
      IndexExpr depth = emitter.computed(k, units);
      SmallVector<IndexExpr> at(row);
      at.push_back(depth);
      return {sums.multiplyAdd(sum.front(), emitter.load(factor, at),
                               number(op.getWeights(), {place, depth}))};
    };
    SmallVector<Value> sum =
        emitter.loop(loc, emitter.index(0, loc), emitter.index(units, loc), sums.number(0), add);
    Place flat = scratch(stateCount, {gates * units});
    emitter.store(sum.front(), flat, {place});
  });
}

scalar::CellValues Recurrent::cellValues(const IndexExpr &step, const IndexExpr &b,
                                         const IndexExpr &unit) {
  scalar::CellValues values;
  for (int64_t gate = 0; gate < gates; ++gate) {
    values.input.push_back(number(op.getInput(), {step, b, unit + gate * units}));
    values.product.push_back(emitter.load(products(), {gate, unit}));
  }
  for (size_t i = 0; i < stateCount; ++i)
    values.states.push_back(emitter.load(state(i), {b, unit}));
  if (op.getBias())
    values.bias = number(op.getBias(), {unit});
  for (int64_t i = 0; op.getPeepholes() && i < 3; ++i)
    values.peepholes.push_back(number(op.getPeepholes(), {unit + i * units}));
  return values;
}

Value Recurrent::reaches(const IndexExpr &step, const IndexExpr &b) {
  if (!op.getLengths())
    return {};
  Value length = emitter.element(op.getLengths(), {b});
  Value number = arith::IndexCastOp::create(emitter.builder, loc, length.getType(),
                                            emitter.valueOf(step, loc));
  return scalar::buildCompare(emitter.builder, loc, nn::ComparePredicate::less, number, length);
}

void Recurrent::storeUnit(const IndexExpr &step, const IndexExpr &b, const IndexExpr &unit) {
  scalar::CellValues before = cellValues(step, b, unit);
  SmallVector<Value, 2> after = scalar::buildStep(emitter.builder, loc, op, before);
  Value result = after.front(), mask = reaches(step, b);
  auto masked = [&](Value value, Value otherwise) -> Value {
    return arith::SelectOp::create(emitter.builder, loc, mask, value, otherwise);
  };
  if (mask) {
    result = masked(result, sums.number(0));
    for (size_t i = 0; i < stateCount; ++i)
      after[i] = masked(after[i], before.states[i]);
  }
  for (size_t i = 0; i < stateCount; ++i)
    emitter.store(after[i], state(i), {b, unit});
  if (places.results.front().buffer)
    emitter.store(sums.narrow(result), places.results.front(), {step, b, unit});
}

void Recurrent::buildStep(const IndexExpr &step, const IndexExpr &b) {
  bool inner = op.multipliesReset();
  multiply(0, gates - inner, state(0), {b});
  if (inner) {
    forEach(units, [&](const IndexExpr &unit) {
      Value factor = scalar::buildReset(emitter.builder, loc, op, cellValues(step, b, unit));
      emitter.store(factor, factors(), {unit});
    });
    multiply(gates - 1, gates, factors(), {});
  }
  forEach(units, [&](const IndexExpr &unit) { storeUnit(step, b, unit); });
}

} // namespace

void emitRecurrent(LayerEmitter &emitter, nn::RecurrentOp op, const RootPlaces &places) {
  Recurrent(emitter, op, places).build();
}

} // namespace nnc
