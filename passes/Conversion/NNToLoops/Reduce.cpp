// Loops of nn.reduce and nn.arg_reduce.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/KeptAxes.h"
#include "passes/Conversion/NNToLoops/Layout.h"
#include "passes/Conversion/NNToLoops/ReductionNest.h"
#include "passes/Conversion/NNToLoops/Roots.h"
#include "passes/Conversion/NNToLoops/Sums.h"
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

using namespace mlir;

namespace nnc {

using nn::ReduceKind;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

namespace {

/// One reduction: what is accumulated and what becomes of it.
class Reduction {
public:
  Reduction(LayerEmitter &emitter, nn::ReduceOp op)
      : emitter(emitter), op(op), element(tensorType(op.getInput()).getElementType()),
        axes(tensorType(op.getInput()).getShape(), op.getAxes()),
        sums(emitter.builder, op.getLoc(), element, sumType()) {}

  void emit(const Place &result);

private:
  /// Sums that are divided or rooted afterwards must not wrap before: integers are summed in 64
  /// bits then.
  Type sumType() const {
    bool exact = llvm::is_contained({ReduceKind::sum, ReduceKind::max, ReduceKind::min,
                                     ReduceKind::prod, ReduceKind::l1, ReduceKind::sum_square},
                                    op.getKind());
    if (exact || isa<FloatType>(element))
      return accumulatorType(element);
    return IntegerType::get(element.getContext(), 64);
  }

  Value start() const;
  Value combine(Value accumulator, Value value) const;
  Value finish(Value accumulator) const;
  void emitLogSumExp(ReductionNest &nest, const Place &result);
  Value unary(nn::UnaryKind kind, Value value) const {
    return scalar::buildUnary(emitter.builder, op.getLoc(), kind, value, {}, sums.isUnsigned());
  }
  Value binary(nn::BinaryKind kind, Value a, Value b) const {
    return scalar::buildBinary(emitter.builder, op.getLoc(), kind, a, b, sums.isUnsigned());
  }
  Value current(ReductionNest &nest) {
    return sums.widen(emitter.element(op.getInput(), axes.whole(nest.kept(), nest.taps())));
  }

  LayerEmitter &emitter;
  mutable nn::ReduceOp op;
  Type element;
  KeptAxes axes;
  Sums sums;
};

Value Reduction::start() const {
  switch (op.getKind()) {
  case ReduceKind::max:
    return sums.lowest();
  case ReduceKind::min:
    return sums.highest();
  case ReduceKind::prod:
    return sums.number(1);
  default:
    return sums.number(0);
  }
}

Value Reduction::combine(Value accumulator, Value value) const {
  switch (op.getKind()) {
  case ReduceKind::max:
    return binary(nn::BinaryKind::max, accumulator, value);
  case ReduceKind::min:
    return binary(nn::BinaryKind::min, accumulator, value);
  case ReduceKind::prod:
    return sums.multiply(accumulator, value);
  case ReduceKind::l1:
    return sums.add(accumulator, unary(nn::UnaryKind::abs, value));
  case ReduceKind::l2:
  case ReduceKind::sum_square:
    return sums.multiplyAdd(accumulator, value, value);
  default:
    return sums.add(accumulator, value);
  }
}

Value Reduction::finish(Value accumulator) const {
  switch (op.getKind()) {
  case ReduceKind::mean:
    return sums.divide(accumulator, axes.taps());
  case ReduceKind::l2:
    return unary(nn::UnaryKind::sqrt, accumulator);
  case ReduceKind::log_sum:
    return unary(nn::UnaryKind::log, accumulator);
  default:
    return accumulator;
  }
}

// max + ln Σ e^(x − max); an infinite maximum is left out, so that it comes through the sum.
void Reduction::emitLogSumExp(ReductionNest &nest, const Place &result) {
  scalar::Emit emit(emitter.builder, op.getLoc());
  Type real = isa<FloatType>(element) ? sums.type : Type(emitter.builder.getF64Type());
  Sums reals(emitter.builder, op.getLoc(), element, real);
  auto value = [&] {
    return reals.widen(emitter.element(op.getInput(), axes.whole(nest.kept(), nest.taps())));
  };
  nest.build(ReductionNest::Order::AlongTaps, [&] {
    Value maximum = nest.reduce(
                            {}, [&] { return reals.lowest(); },
                            [&](Value accumulator) {
                              return binary(nn::BinaryKind::max, accumulator, value());
                            })
                        .value;
    Value finite =
        emit.less(emit.abs(maximum), emit.constant(real, std::numeric_limits<double>::infinity()));
    Value shift = emit.select(finite, maximum, reals.number(0));
    nest.reduceInto(
        result, [&] { return reals.number(0); },
        [&](Value accumulator) {
          return reals.add(accumulator, unary(nn::UnaryKind::exp, emit.sub(value(), shift)));
        },
        [&](Value sum) { return reals.narrow(emit.add(unary(nn::UnaryKind::log, sum), shift)); });
  });
}

void Reduction::emit(const Place &wholeResult) {
  Place result = keptView(wholeResult, axes);
  ReductionNest nest(emitter, op.getLoc(), axes.keptShape, nn::stridesOf(result.type),
                     axes.tapShape);
  if (op.getKind() == ReduceKind::log_sum_exp)
    return emitLogSumExp(nest, result);
  auto order =
      sums.fitsInMemory() ? ReductionNest::Order::ByAddresses : ReductionNest::Order::AlongTaps;
  bool finishes =
      !sums.fitsInMemory() ||
      llvm::is_contained({ReduceKind::mean, ReduceKind::l2, ReduceKind::log_sum}, op.getKind());
  auto finishAndNarrow = [&](Value accumulator) { return sums.narrow(finish(accumulator)); };
  nest.build(order, [&] {
    nest.reduceInto(
        result, [&] { return start(); },
        [&](Value accumulator) { return combine(accumulator, current(nest)); },
        finishes ? ReductionNest::Finish(finishAndNarrow) : nullptr);
  });
}

} // namespace

void emitReduce(LayerEmitter &emitter, nn::ReduceOp op, const RootPlaces &places) {
  Reduction(emitter, op).emit(places.results.front());
}

/// Whether `value` replaces the best one so far. NaN beats everything, as in numpy.
static Value isBetter(const scalar::Emit &emit, nn::ArgReduceOp op, Value value, Value best) {
  using Predicate = nn::ComparePredicate;
  bool maximum = op.getKind() == nn::ArgKind::max, last = op.getSelectLast();
  Predicate predicate = maximum ? (last ? Predicate::greater_equal : Predicate::greater)
                                : (last ? Predicate::less_equal : Predicate::less);
  bool isUnsigned = scalar::isUnsignedElement(tensorType(op.getInput()).getElementType());
  Value better = scalar::buildCompare(emit.builder, emit.loc, predicate, value, best, isUnsigned);
  if (!scalar::isFloat(value))
    return better;
  Value takesNaN = emit.isNaN(value);
  if (!last) {
    Value bestIsNumber = emit.compare(arith::CmpFPredicate::ORD, best, best);
    takesNaN = emit.bitAnd(takesNaN, bestIsNumber);
  }
  return emit.bitOr(better, takesNaN);
}

void emitArgReduce(LayerEmitter &emitter, nn::ArgReduceOp op, const RootPlaces &places) {
  Location loc = op.getLoc();
  scalar::Emit emit(emitter.builder, loc);
  KeptAxes axes(tensorType(op.getInput()).getShape(), {static_cast<int64_t>(op.getAxis())});
  Place result = keptView(places.results.front(), axes);
  SmallVector<IndexExpr> kept = emitter.newVariables(axes.keptShape);
  int64_t size = axes.tapShape.front();
  Type type = tensorType(op.getInput()).getElementType();
  Sums sums(emitter.builder, loc, type, accumulatorType(type));
  auto element = [&](const IndexExpr &tap) {
    return sums.widen(emitter.element(op.getInput(), axes.whole(kept, tap)));
  };
  auto body = [&] {
    SmallVector<Value> best = {element(0), emitter.index(0, loc)};
    best = emitter.loop(loc, emitter.index(1, loc), emitter.index(size, loc), best,
                        [&](Value i, ValueRange carried) -> SmallVector<Value> {
                          Value value = element(emitter.computed(i, size));
                          Value better = isBetter(emit, op, value, carried[0]);
                          return {emit.select(better, value, carried[0]),
                                  emit.select(better, i, carried[1])};
                        });
    Value place =
        arith::IndexCastOp::create(emitter.builder, loc, emitter.builder.getI64Type(), best[1]);
    emitter.store(place, result, kept);
  };
  buildJoinedNest(emitter, loc, kept, linearize(kept, nn::stridesOf(result.type)),
                  Turns::Independent, body);
}

} // namespace nnc
