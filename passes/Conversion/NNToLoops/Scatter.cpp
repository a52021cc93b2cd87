// Loops of nn.scatter_elements and nn.scatter_nd: copy, then write in the order of the updates.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/ElementLoops.h"
#include "passes/Conversion/NNToLoops/LoopNest.h"
#include "passes/Conversion/NNToLoops/Roots.h"
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

using namespace mlir;

namespace nnc {

using nn::ScatterReduction;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

namespace {

/// Writes at computed places; those outside the result are passed over.
class Scatter {
public:
  Scatter(LayerEmitter &emitter, Operation *op, ScatterReduction reduction, const Place &result)
      : emitter(emitter), emit(emitter.builder, op->getLoc()), reduction(reduction),
        result(result) {}

  /// Element `position` of `indices` as a place along dimension `axis` of the result.
  IndexExpr place(Value indices, ArrayRef<IndexExpr> position, int64_t axis);

  /// Combines `update` with the result's element, if all places so far are inside.
  void write(llvm::function_ref<Value()> update, ArrayRef<IndexExpr> at);

  /// Loops over all of `index`, the first dimension outermost: later updates win.
  void inOrder(ArrayRef<IndexExpr> index, llvm::function_ref<void()> body) {
    SmallVector<LoopGroup> groups;
    for (IndexVariable *variable : variablesOf(index))
      groups.push_back({{variable}});
    buildNest(emitter, emit.loc, groups, Turns::InOrder, body);
  }

  LayerEmitter &emitter;

private:
  scalar::Emit emit;
  ScatterReduction reduction;
  const Place &result;
  Value inside; ///< whether the places computed so far lie in the result; empty: certainly
};

IndexExpr Scatter::place(Value indices, ArrayRef<IndexExpr> position, int64_t axis) {
  Location loc = emit.loc;
  int64_t size = result.type.getDimSize(axis);
  Value value = emitter.element(indices, position);
  value = emit.create<arith::IndexCastOp>(emitter.builder.getIndexType(), value);
  Value bound = emitter.index(size, loc);
  Value negative = emit.compare(arith::CmpIPredicate::slt, value, emitter.index(0, loc));
  value = emit.select(negative, emit.add(value, bound), value);
  Value here = emit.compare(arith::CmpIPredicate::ult, value, bound);
  inside = inside ? emit.bitAnd(inside, here) : here;
  return emitter.computed(value, size);
}

void Scatter::write(llvm::function_ref<Value()> update, ArrayRef<IndexExpr> at) {
  auto kind = [&] {
    switch (reduction) {
    case ScatterReduction::add:
      return nn::BinaryKind::add;
    case ScatterReduction::mul:
      return nn::BinaryKind::mul;
    case ScatterReduction::min:
      return nn::BinaryKind::min;
    default:
      return nn::BinaryKind::max;
    }
  };
  auto combine = [&] {
    Value value = update();
    if (reduction != ScatterReduction::none)
      value = scalar::buildBinary(emitter.builder, emit.loc, kind(), emitter.load(result, at),
                                  value, scalar::isUnsignedElement(result.type.getElementType()));
    emitter.store(value, result, at);
  };
  if (Value condition = std::exchange(inside, Value()))
    emitter.when(emit.loc, condition, combine);
  else
    combine();
}

} // namespace

void emitScatterElements(LayerEmitter &emitter, nn::ScatterElementsOp op,
                         const RootPlaces &places) {
  const Place &result = places.results.front();
  emitElementLoops(emitter, op.getInput(), result);
  Scatter scatter(emitter, op, op.getReduction(), result);
  SmallVector<IndexExpr> index = emitter.newVariables(tensorType(op.getUpdates()).getShape());
  scatter.inOrder(index, [&] {
    SmallVector<IndexExpr> at = index;
    at[op.getAxis()] = scatter.place(op.getIndices(), index, static_cast<int64_t>(op.getAxis()));
    scatter.write([&] { return emitter.element(op.getUpdates(), index); }, at);
  });
}

void emitScatterND(LayerEmitter &emitter, nn::ScatterNDOp op, const RootPlaces &places) {
  const Place &result = places.results.front();
  emitElementLoops(emitter, op.getInput(), result);
  Scatter scatter(emitter, op, op.getReduction(), result);
  ArrayRef<int64_t> indicesShape = tensorType(op.getIndices()).getShape();
  size_t outerRank = indicesShape.size() - 1;
  SmallVector<IndexExpr> index = emitter.newVariables(tensorType(op.getUpdates()).getShape());
  scatter.inOrder(index, [&] {
    SmallVector<IndexExpr> position(ArrayRef(index).take_front(outerRank)), at;
    position.emplace_back(0);
    for (int64_t k = 0; k < indicesShape.back(); ++k) {
      position.back() = IndexExpr(k);
      at.push_back(scatter.place(op.getIndices(), position, k));
    }
    llvm::append_range(at, ArrayRef(index).drop_front(outerRank));
    scatter.write([&] { return emitter.element(op.getUpdates(), index); }, at);
  });
}

} // namespace nnc
