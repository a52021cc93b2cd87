// Loops of nn.top_k: a heap of the k best elements so far, with the worst at its root, then sorted
// in place. The heap lies in the results themselves. Part of nn-compile. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/KeptAxes.h"
#include "passes/Conversion/NNToLoops/Layout.h"
#include "passes/Conversion/NNToLoops/LoopNest.h"
#include "passes/Conversion/NNToLoops/Roots.h"
#include "passes/Conversion/NNToLoops/Sums.h"
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

using namespace mlir;

namespace nnc {

using IPredicate = arith::CmpIPredicate;

namespace {

class TopK {
public:
  TopK(LayerEmitter &emitter, nn::TopKOp op, const RootPlaces &places)
      : emitter(emitter), op(op), loc(op.getLoc()), emit(emitter.builder, loc),
        input(cast<RankedTensorType>(op.getInput().getType())),
        axes(input.getShape(), {static_cast<int64_t>(op.getAxis())}),
        sums(emitter.builder, loc, input.getElementType(), accumulatorType(input.getElementType())),
        values(places.results[0]), indices(places.results[1]),
        kept(emitter.newVariables(axes.keptShape)), k(static_cast<int64_t>(op.getK())) {
    ArrayRef<Value> scratch = places.scratch;
    for (Place *place : {&values, &indices})
      if (!place->buffer) {
        *place = scratchView(scratch.front(), place->type);
        scratch = scratch.drop_front();
        usesScratch = true;
      }
  }

  void build() {
    if (k == 0)
      return;
    IndexExpr offset = linearize(kept, axes.keptOf(nn::stridesOf(values.type)));
    // A heap in scratch is there once.
    Turns turns = usesScratch ? Turns::InOrder : Turns::Independent;
    buildJoinedNest(emitter, loc, kept, offset, turns, [&] {
      fillWithWorst();
      keepBest();
      sort();
    });
  }

private:
  struct Item {
    Value value, index; ///< an element and its place (i64)
  };

  /// Scratch for one heap, used for every kept place in turn.
  Place scratchView(Value buffer, RankedTensorType type) {
    SmallVector<int64_t> strides(type.getRank(), 0);
    strides[op.getAxis()] = 1;
    return viewOf({buffer, type}, type.getShape(), strides);
  }

  SmallVector<IndexExpr> slot(Value place) { return axes.whole(kept, emitter.computed(place, k)); }
  Item load(Value place) {
    return {emitter.load(values, slot(place)), emitter.load(indices, slot(place))};
  }
  void store(const Item &item, Value place) {
    emitter.store(item.value, values, slot(place));
    emitter.store(item.index, indices, slot(place));
  }

  Value isBetter(const Item &a, const Item &b);
  Item worst();
  void fillWithWorst();
  void keepBest();
  void sort();
  /// Moves `item` from the root, which is free, down to its place in a heap of `count` elements.
  void siftDown(const Item &item, Value count);

  Value number(int64_t value) { return emitter.index(value, loc); }

  LayerEmitter &emitter;
  nn::TopKOp op;
  Location loc;
  scalar::Emit emit;
  RankedTensorType input;
  KeptAxes axes;
  Sums sums;
  Place values, indices;
  SmallVector<IndexExpr> kept;
  int64_t k;
  bool usesScratch = false;
};

/// NaN counts as the largest number; of equal elements the lower index is better.
Value TopK::isBetter(const Item &a, const Item &b) {
  Value x = sums.widen(a.value), y = sums.widen(b.value);
  auto exceeds = [&](Value p, Value q) {
    Value greater = scalar::buildCompare(emitter.builder, loc, nn::ComparePredicate::greater, p, q,
                                         sums.isUnsigned());
    if (!scalar::isFloat(p))
      return greater;
    Value numberBelow = emit.compare(arith::CmpFPredicate::ORD, q, q);
    return emit.bitOr(greater, emit.bitAnd(emit.isNaN(p), numberBelow));
  };
  Value above = exceeds(x, y), below = exceeds(y, x);
  Value better = op.getLargest() ? above : below, worse = op.getLargest() ? below : above;
  Value earlier = emit.compare(IPredicate::slt, a.index, b.index);
  return emit.bitOr(better, emit.select(worse, emit.integer(worse.getType(), 0), earlier));
}

/// What every element of the input is better than.
TopK::Item TopK::worst() {
  Value value = op.getLargest() ? sums.lowest() : sums.highest();
  if (!op.getLargest() && isa<FloatType>(sums.type))
    value = sums.number(std::numeric_limits<double>::quiet_NaN());
  Value index = emit.integer(emitter.builder.getI64Type(), std::numeric_limits<int64_t>::max());
  return {sums.narrow(value), index};
}

void TopK::fillWithWorst() {
  Item item = worst();
  emitter.loop(loc, number(0), number(k), [&](Value i) { store(item, i); });
}

void TopK::keepBest() {
  int64_t size = axes.tapShape.front();
  emitter.loop(loc, number(0), number(size), [&](Value i) {
    Value value = emitter.element(op.getInput(), axes.whole(kept, emitter.computed(i, size)));
    Item item{value,
              arith::IndexCastOp::create(emitter.builder, loc, emitter.builder.getI64Type(), i)};
    emitter.when(loc, isBetter(item, load(number(0))), [&] { siftDown(item, number(k)); });
  });
}

void TopK::sort() {
  // The worst of the rest goes behind the rest.
  emitter.loop(loc, number(0), number(k - 1), [&](Value i) {
    Value last = emit.sub(number(k - 1), i);
    Item root = load(number(0)), item = load(last);
    store(root, last);
    siftDown(item, last);
  });
}

void TopK::siftDown(const Item &item, Value count) {
  OpBuilder &b = emitter.builder;
  Type index = b.getIndexType(), i64 = b.getI64Type(), element = item.value.getType();
  Value last = emit.sub(count, number(1));
  auto loop = scf::WhileOp::create(b, loc, TypeRange{index, index, element, i64}, number(0));
  OpBuilder::InsertionGuard guard(b);

  // Before: the worse child of the free place, and whether it belongs above the item.
  Block *before = b.createBlock(&loop.getBefore(), {}, index, loc);
  Value place = before->getArgument(0);
  Value left = emit.add(emit.mul(place, number(2)), number(1));
  Value right = emit.add(left, number(1));
  Value safeLeft = emit.create<arith::MinSIOp>(left, last);
  Value safeRight = emit.create<arith::MinSIOp>(right, last);
  Item l = load(safeLeft), r = load(safeRight);
  Value takesRight = isBetter(l, r);
  Item child{emit.select(takesRight, r.value, l.value), emit.select(takesRight, r.index, l.index)};
  Value childPlace = emit.select(takesRight, safeRight, safeLeft);
  Value exists = emit.compare(IPredicate::slt, left, count);
  Value rises = emit.bitAnd(exists, isBetter(item, child));
  scf::ConditionOp::create(b, loc, rises, ValueRange{place, childPlace, child.value, child.index});

  // After: the child moves up and leaves its place free.
  Block *after = b.createBlock(&loop.getAfter(), {}, {index, index, element, i64},
                               SmallVector<Location>(4, loc));
  store({after->getArgument(2), after->getArgument(3)}, after->getArgument(0));
  scf::YieldOp::create(b, loc, after->getArgument(1));

  b.setInsertionPointAfter(loop);
  store(item, loop.getResult(0));
}

} // namespace

void emitTopK(LayerEmitter &emitter, nn::TopKOp op, const RootPlaces &places) {
  TopK(emitter, op, places).build();
}

} // namespace nnc
