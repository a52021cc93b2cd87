// A recurrent kernel: a loop over steps, in each the product of the state with the weights, then
// the cell on vectors of units. States and products lie in scratch; a single step reads its states
// where they are and writes them where they go. Part of nn-compile. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
#include "targets/Common/Products.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace nnc {

namespace {

/// Strides of a state are those of the batch and of units.
struct Recurrent {
  Emission emission;
  mutable kernel::RecurrentOp op; // its getters are not const
  RecurrentOperands operands;
  llvm::SmallVector<Operand> before, after; ///< each state during a step
  Operand products, factor = {}, innerProducts = {};

  void start() const;
  void step(const LinearIndex &t) const;
  void finish() const;

private:
  using Body = function_ref<void(const LinearIndex &, const LinearIndex &, int64_t)>;

  /// Calls `body` with a sequence, the first of some units and their number.
  void forEachVector(Body body) const {
    buildLoop(emission.builder, emission.loc, 0, op.getBatch(), 1, [&](const LinearIndex &b) {
      forEachChannelVector(emission, op.getUnits(), op.getTile().getVector(),
                           [&](const LinearIndex &unit, int64_t width) { body(b, unit, width); });
    });
  }
  Value load(const Operand &operand, ArrayRef<LinearIndex> index, int64_t width) const {
    return operand.load(emission, operand.address(index), width, operand.strides.back());
  }
  void store(const Operand &operand, Value value, ArrayRef<LinearIndex> index) const {
    if (operand.buffer)
      operand.store(emission, value, operand.address(index), operand.strides.back());
  }
  void copyStates(ArrayRef<Operand> from, ArrayRef<Operand> to) const;
  void multiply(const Operand &state, const Operand &weights, const Operand &result,
                int64_t columns, kernel::TileAttr tile) const;
  /// A part of the products with the state.
  Value product(int64_t part, const LinearIndex &b, const LinearIndex &unit, int64_t width) const;
  /// The arguments of a region that takes `parts` parts of products.
  Values arguments(const LinearIndex &t, const LinearIndex &b, const LinearIndex &unit,
                   int64_t width, int64_t parts) const;
  Value select(Value condition, Value value, Value otherwise) const {
    return arith::SelectOp::create(emission.builder, emission.loc, condition, value, otherwise);
  }
  /// Whether a sequence has this step; null where all have all.
  Value reaches(const LinearIndex &t, const LinearIndex &b) const;
  void leaveStep(const LinearIndex &t, const LinearIndex &b, const LinearIndex &unit,
                 int64_t width) const;
};

/// Whether products with these weights are zeros that nobody needs to compute.
bool isZero(const Operand &weights) {
  return !weights.buffer && cast<FloatAttr>(weights.splat).getValue().isPosZero();
}

void Recurrent::copyStates(ArrayRef<Operand> from, ArrayRef<Operand> to) const {
  forEachVector([&](const LinearIndex &b, const LinearIndex &unit, int64_t width) {
    for (auto [source, target] : llvm::zip_equal(from, to))
      if (target.buffer)
        store(target, load(source, {b, unit}, width), {b, unit});
  });
}

void Recurrent::start() const {
  if (op.getSteps() > 1)
    copyStates(operands.initial, before);
}

void Recurrent::finish() const {
  auto wanted = [](const Operand &last) { return last.buffer != nullptr; };
  if (op.getSteps() > 1 && llvm::any_of(operands.last, wanted))
    copyStates(after, operands.last);
}

void Recurrent::multiply(const Operand &state, const Operand &weights, const Operand &result,
                         int64_t columns, kernel::TileAttr tile) const {
  if (isZero(weights))
    return;
  Products all{{}, op.getBatch(), columns, op.getUnits(), op.getPacked()};
  if (!op.getPacked()) {
    all.bDepthStride = weights.strides[0];
    all.bColumnStride = weights.strides[1];
  }
  all.operands = {state, weights, result, {}, nullptr};
  all.operands.b.strides.clear();
  emitProducts(emission, op, tile, std::move(all));
}

Value Recurrent::product(int64_t part, const LinearIndex &b, const LinearIndex &unit,
                         int64_t width) const {
  bool inner = part >= op.getProducts();
  const Operand &weights = inner ? *operands.innerWeights : operands.weights;
  if (isZero(weights))
    return weights.load(emission, 0, width);
  return inner ? load(innerProducts, {b, unit}, width)
               : load(products, {b, unit + part * op.getUnits()}, width);
}

Values Recurrent::arguments(const LinearIndex &t, const LinearIndex &b, const LinearIndex &unit,
                            int64_t width, int64_t parts) const {
  int64_t units = op.getUnits();
  Values values;
  for (int64_t gate = 0; gate < op.getGates(); ++gate)
    values.push_back(load(operands.input, {t, b, unit + gate * units}, width));
  for (int64_t part = 0; part < parts; ++part)
    values.push_back(product(part, b, unit, width));
  for (const Operand &state : before)
    values.push_back(load(state, {b, unit}, width));
  for (auto [extra, value] : llvm::zip_equal(operands.extra, op.getExtra()))
    for (int64_t at = 0; at < cast<RankedTensorType>(value.getType()).getNumElements(); at += units)
      values.push_back(load(extra, {unit + at}, width));
  return values;
}

Value Recurrent::reaches(const LinearIndex &t, const LinearIndex &b) const {
  if (!operands.lengths)
    return {};
  Value length = load(*operands.lengths, {b}, 1);
  Value number = arith::IndexCastOp::create(emission.builder, emission.loc, length.getType(),
                                            emission.build(t));
  return arith::CmpIOp::create(emission.builder, emission.loc, arith::CmpIPredicate::slt, number,
                               length);
}

void Recurrent::leaveStep(const LinearIndex &t, const LinearIndex &b, const LinearIndex &unit,
                          int64_t width) const {
  Values values = arguments(t, b, unit, width, op.getGates());
  Values next = buildOnVectors(emission, op.getCell(), width, values);
  Value result = next.front(), has = reaches(t, b);
  if (has) {
    Value zero = arith::ConstantOp::create(emission.builder, emission.loc,
                                           emission.builder.getZeroAttr(result.getType()));
    result = select(has, result, zero);
    auto states = ArrayRef(values).drop_front(static_cast<size_t>(2 * op.getGates()));
    for (auto [state, old] : llvm::zip(next, states))
      state = select(has, state, old);
  }
  for (auto [state, value] : llvm::zip_equal(after, next))
    store(state, value, {b, unit});
  store(operands.result, result, {t, b, unit});
}

void Recurrent::step(const LinearIndex &t) const {
  int64_t units = op.getUnits();
  multiply(before.front(), operands.weights, products, op.getProducts() * units, op.getTile());
  if (op.getInnerWeights()) {
    forEachVector([&](const LinearIndex &b, const LinearIndex &unit, int64_t width) {
      Values values = arguments(t, b, unit, width, op.getProducts());
      store(factor, buildOnVectors(emission, op.getInner(), width, values).front(), {b, unit});
    });
    multiply(factor, *operands.innerWeights, innerProducts, units, *op.getInnerTile());
  }
  forEachVector([&](const LinearIndex &b, const LinearIndex &unit, int64_t width) {
    leaveStep(t, b, unit, width);
  });
}

} // namespace

void emitRecurrent(const Emission &emission, kernel::RecurrentOp op, RecurrentOperands operands,
                   ArrayRef<Value> scratch) {
  Emission whole = emission;
  whole.options.divisible = false; // steps follow each other
  int64_t units = op.getUnits(), steps = op.getSteps();
  auto rows = [&](Value buffer, int64_t columns) {
    return Operand{buffer, nullptr, emission.builder.getF32Type(), {columns, 1}};
  };
  size_t states = steps > 1 ? op.getStates().size() : 0;
  llvm::SmallVector<Operand> kept;
  for (Value buffer : scratch.take_front(states))
    kept.push_back(rows(buffer, units));
  Recurrent layer{whole,
                  op,
                  operands,
                  steps > 1 ? kept : operands.initial,
                  steps > 1 ? kept : operands.last,
                  rows(scratch[states], op.getProducts() * units)};
  if (op.getInnerWeights()) {
    layer.factor = rows(scratch[states + 1], units);
    layer.innerProducts = rows(scratch[states + 2], units);
  }
  layer.start();
  buildLoop(emission.builder, emission.loc, 0, steps, 1, [&](const LinearIndex &i) {
    layer.step(op.getReverse() ? LinearIndex(steps - 1) + i * -1 : i);
  });
  layer.finish();
}

} // namespace nnc
