// Loops of nn.pool and nn.lrn: reductions over windows.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/Layout.h"
#include "passes/Conversion/NNToLoops/ReductionNest.h"
#include "passes/Conversion/NNToLoops/Roots.h"
#include "passes/Conversion/NNToLoops/Sums.h"
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

using namespace mlir;

namespace nnc {

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Along rows the accumulators lie in the result, which then must be of their type.
static ReductionNest::Order orderFor(const Sums &sums) {
  return sums.fitsInMemory() ? ReductionNest::Order::ByAddresses : ReductionNest::Order::AlongTaps;
}

namespace {

class Pool {
public:
  Pool(LayerEmitter &emitter, nn::PoolOp op)
      : emitter(emitter), op(op), element(tensorType(op.getInput()).getElementType()),
        sums(emitter.builder, op.getLoc(), element, sumType()) {}

  void emit(const Place &result);

private:
  /// The mean of integers is taken of their 64-bit sum.
  Type sumType() {
    if (isa<IntegerType>(element) && op.getKind() != nn::PoolKind::max)
      return IntegerType::get(element.getContext(), 64);
    return accumulatorType(element);
  }
  SmallVector<Window> windows(bool countPadding);
  SmallVector<IndexExpr> source(ReductionNest &nest);
  Value combine(Value accumulator, Value value);
  Value finish(ReductionNest &nest, Value accumulator);
  Value power(Value base, double exponent) {
    Value constant = sums.number(exponent);
    return scalar::buildBinary(emitter.builder, op.getLoc(), nn::BinaryKind::pow, base, constant);
  }

  LayerEmitter &emitter;
  nn::PoolOp op;
  Type element;
  Sums sums;
};

/// The windows of all spatial dimensions, over the image or, with `countPadding`, over the padded
/// image.
SmallVector<Window> Pool::windows(bool countPadding) {
  SmallVector<Window> result;
  for (size_t d = 0; d < op.getKernel().size(); ++d) {
    int64_t size = tensorType(op.getInput()).getDimSize(static_cast<int64_t>(d) + 2);
    int64_t begin = op.getPadsBegin()[d];
    if (countPadding) {
      size += begin + op.getPadsEnd()[d];
      begin = 0;
    }
    result.push_back({d + 2, d, op.getStrides()[d], op.getDilations()[d], begin, size});
  }
  return result;
}

SmallVector<IndexExpr> Pool::source(ReductionNest &nest) {
  SmallVector<IndexExpr> place(nest.kept());
  for (const Window &w : windows(false))
    place[w.kept] = place[w.kept] * w.stride + nest.taps()[w.tap] * w.dilation - IndexExpr(w.begin);
  return place;
}

Value Pool::combine(Value accumulator, Value value) {
  scalar::Emit emit(emitter.builder, op.getLoc());
  switch (op.getKind()) {
  case nn::PoolKind::max:
    if (scalar::isFloat(value)) // one instruction on most machines; NaN is passed over
      return emit.select(emit.greater(value, accumulator), value, accumulator);
    return scalar::buildBinary(emitter.builder, op.getLoc(), nn::BinaryKind::max, accumulator,
                               value, sums.isUnsigned());
  case nn::PoolKind::average:
    return sums.add(accumulator, value);
  case nn::PoolKind::lp:
    return sums.add(accumulator, power(emit.abs(value), static_cast<double>(op.getP())));
  }
  return accumulator;
}

Value Pool::finish(ReductionNest &nest, Value accumulator) {
  if (op.getKind() == nn::PoolKind::average)
    accumulator = sums.divide(accumulator, nest.countTaps(windows(op.getCountIncludePad())));
  if (op.getKind() == nn::PoolKind::lp) {
    if (op.getP() == 2)
      accumulator = scalar::Emit(emitter.builder, op.getLoc()).sqrt(accumulator);
    else if (op.getP() != 1)
      accumulator = power(accumulator, 1.0 / static_cast<double>(op.getP()));
  }
  return sums.narrow(accumulator);
}

void Pool::emit(const Place &result) {
  ReductionNest nest(emitter, op.getLoc(), result.type.getShape(), nn::stridesOf(result.type),
                     op.getKernel(), windows(false));
  bool maximum = op.getKind() == nn::PoolKind::max;
  auto finishes = [&](Value accumulator) { return finish(nest, accumulator); };
  nest.build(orderFor(sums), [&] {
    nest.reduceInto(
        result, [&] { return maximum ? sums.lowest() : sums.number(0); },
        [&](Value accumulator) {
          return combine(accumulator, sums.widen(emitter.element(op.getInput(), source(nest))));
        },
        maximum && sums.fitsInMemory() ? nullptr : ReductionNest::Finish(finishes));
  });
}

} // namespace

void emitPool(LayerEmitter &emitter, nn::PoolOp op, const RootPlaces &places) {
  Pool(emitter, op).emit(places.results.front());
}

void emitLRN(LayerEmitter &emitter, nn::LRNOp op, const RootPlaces &places) {
  const Place &result = places.results.front();
  RankedTensorType input = tensorType(op.getInput());
  Sums sums(emitter.builder, op.getLoc(), input.getElementType(),
            accumulatorType(input.getElementType()));
  scalar::Emit emit(emitter.builder, op.getLoc());
  int64_t size = op.getSize();
  Window window{1, 0, 1, 1, (size - 1) / 2, input.getDimSize(1)};
  ReductionNest nest(emitter, op.getLoc(), result.type.getShape(), nn::stridesOf(result.type),
                     {size}, {window});
  double bias = op.getBias().convertToDouble(), beta = op.getBeta().convertToDouble();
  double alpha = op.getAlpha().convertToDouble() / static_cast<double>(size);
  nest.build(orderFor(sums), [&] {
    nest.reduceInto(
        result, [&] { return sums.number(0); },
        [&](Value accumulator) {
          SmallVector<IndexExpr> place(nest.kept());
          place[1] = place[1] + nest.taps().front() - IndexExpr(window.begin);
          Value value = sums.widen(emitter.element(op.getInput(), place));
          return sums.multiplyAdd(accumulator, value, value);
        },
        [&](Value sum) {
          Value base = emit.add(sums.number(bias), emit.mul(sum, sums.number(alpha)));
          Value value = sums.widen(emitter.element(op.getInput(), nest.kept()));
          Value power = scalar::buildBinary(emit.builder, emit.loc, nn::BinaryKind::pow, base,
                                            sums.number(beta));
          return sums.narrow(emit.div(value, power));
        });
  });
}

} // namespace nnc
