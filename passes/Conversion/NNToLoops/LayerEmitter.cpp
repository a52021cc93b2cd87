// LayerEmitter: memory, loops and trial emissions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/LayerEmitter.h"

#include "dialects/RT/RT.h"
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace nnc {

/// While it lives, elements computed before stay known, and those computed since are forgotten at
/// its end: they lie in an inner block.
class LayerEmitter::Scope {
public:
  explicit Scope(LayerEmitter &emitter) : emitter(emitter), saved(emitter.known) {}
  ~Scope() { emitter.known = std::move(saved); }

private:
  LayerEmitter &emitter;
  llvm::DenseMap<Value, SmallVector<Known, 1>> saved;
};

Value LayerEmitter::index(int64_t value, Location loc) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

IndexVariable *LayerEmitter::newVariable(int64_t count) {
  return &variables.emplace_back(IndexVariable{count, Value(), /*isLoop=*/true});
}

LayerEmitter::Index LayerEmitter::newVariables(ArrayRef<int64_t> shape) {
  Index result;
  for (int64_t size : shape)
    result.push_back(size == 1 ? IndexExpr(0) : IndexExpr(newVariable(size)));
  return result;
}

IndexExpr LayerEmitter::computed(Value value, int64_t count) {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return IndexExpr(*constant);
  return IndexExpr(&variables.emplace_back(IndexVariable{count, value, /*isLoop=*/false}));
}

Value LayerEmitter::valueOf(const IndexExpr &expr, Location loc) {
  if (trial)
    for (const IndexExpr::Term &term : expr.getTerms())
      trial->pinned.insert(term.variable);
  return expr.materialize(builder, loc);
}

Value LayerEmitter::load(const Place &place, IndexRef index) {
  Location loc = place.buffer.getLoc();
  IndexExpr offset = linearize(index, nn::stridesOf(place.type));
  if (trial)
    trial->offsets.push_back(offset);
  Value value =
      memref::LoadOp::create(builder, loc, place.buffer, offset.materialize(builder, loc));
  auto integer = dyn_cast<IntegerType>(place.type.getElementType());
  if (!integer || integer.getWidth() == scalar::bitsOf(value))
    return value;
  scalar::Emit emit(builder, loc);
  if (integer.getWidth() == 1)
    return emit.compare(arith::CmpIPredicate::ne, value, emit.integer(value.getType(), 0));
  return emit.resizeInteger(value, builder.getIntegerType(integer.getWidth()), false);
}

void LayerEmitter::store(Value value, const Place &place, IndexRef index) {
  Location loc = place.buffer.getLoc();
  IndexExpr offset = linearize(index, nn::stridesOf(place.type));
  if (trial)
    trial->offsets.push_back(offset);
  Type stored = cast<MemRefType>(place.buffer.getType()).getElementType();
  if (isa<IntegerType>(stored))
    value =
        scalar::Emit(builder, loc)
            .resizeInteger(value, stored, scalar::isUnsignedElement(place.type.getElementType()));
  memref::StoreOp::create(builder, loc, value, place.buffer, offset.materialize(builder, loc));
}

void LayerEmitter::loop(Location loc, Value low, Value high, Body body) {
  loop(loc, low, high, {}, [&](Value i, ValueRange) {
    body(i);
    return SmallVector<Value>();
  });
}

SmallVector<Value> LayerEmitter::loop(Location loc, Value low, Value high, ValueRange carried,
                                      CarryBody body) {
  return llvm::to_vector_of<Value>(buildLoop(loc, low, high, carried, body).getResults());
}

scf::ForOp LayerEmitter::buildLoop(Location loc, Value low, Value high, ValueRange carried,
                                   CarryBody body) {
  Scope scope(*this);
  return scf::ForOp::create(builder, loc, low, high, index(1, loc), carried,
                            [&](OpBuilder &inner, Location, Value i, ValueRange values) {
                              // `builder` is the one that everything here is built with.
                              OpBuilder::InsertionGuard guard(builder);
                              builder.setInsertionPoint(inner.getInsertionBlock(),
                                                        inner.getInsertionPoint());
                              scf::YieldOp::create(builder, loc, body(i, values));
                            });
}

void LayerEmitter::independentLoop(Location loc, Value low, Value high, Body body) {
  scf::ForOp op = buildLoop(loc, low, high, {}, [&](Value i, ValueRange) {
    body(i);
    return SmallVector<Value>();
  });
  if (stage)
    op->setAttr(rt::kIndependentAttr, builder.getI64IntegerAttr(*stage));
}

void LayerEmitter::when(Location loc, Value condition, llvm::function_ref<void()> body) {
  Scope scope(*this);
  auto conditional = scf::IfOp::create(builder, loc, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&conditional.getThenRegion().front());
  body();
}

Trial LayerEmitter::tryOut(ArrayRef<IndexVariable *> loopVariables,
                           llvm::function_ref<void()> body) {
  Trial result;
  Block block;
  Scope scope(*this);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&block);
  llvm::SaveAndRestore<Trial *> active(trial, &result);
  SmallVector<Value> before;
  for (IndexVariable *variable : loopVariables) {
    before.push_back(variable->value);
    variable->value = block.addArgument(builder.getIndexType(), builder.getUnknownLoc());
  }
  body();
  for (auto [variable, value] : llvm::zip_equal(loopVariables, before))
    variable->value = value;
  block.dropAllDefinedValueUses();
  return result;
}

Value LayerEmitter::element(Value tensor, IndexRef index) {
  for (const Known &entry : known.lookup(tensor))
    if (ArrayRef(entry.index) == index)
      return entry.value;
  Value value = compute(tensor, index);
  known[tensor].push_back({Index(index.begin(), index.end()), value});
  return value;
}

} // namespace nnc
