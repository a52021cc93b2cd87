// Loops of nn.softmax and nn.normalize: two statistics per row, then every element.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/KeptAxes.h"
#include "passes/Conversion/NNToLoops/Layout.h"
#include "passes/Conversion/NNToLoops/ReductionNest.h"
#include "passes/Conversion/NNToLoops/Roots.h"
#include "passes/Conversion/NNToLoops/Sums.h"
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace nnc {

namespace {

/// What softmax and normalisation share: the input, the result and rows for statistics.
class RowOperator {
public:
  RowOperator(LayerEmitter &emitter, Operation *op, ArrayRef<int64_t> reduced,
              const RootPlaces &places)
      : emitter(emitter), input(op->getOperand(0)), result(places.results.front()),
        axes(result.type.getShape(), reduced),
        sums(emitter.builder, op->getLoc(), result.type.getElementType(),
             accumulatorType(result.type.getElementType())),
        scalars(emitter.builder, op->getLoc()),
        nest(emitter, op->getLoc(), axes.keptShape, axes.keptOf(nn::stridesOf(result.type)),
             axes.tapShape) {
    std::optional<int64_t> inner = innermostDimension(result.type);
    alongRows = inner && !llvm::is_contained(reduced, *inner);
    for (size_t i = 0; i < 2 && alongRows; ++i)
      rows[i] = rowOf(places.scratch[i], *inner);
    if (alongRows)
      nest.shareRow();
  }

protected:
  ReductionNest::Order order() const {
    return alongRows ? ReductionNest::Order::AlongRows : ReductionNest::Order::AlongTaps;
  }
  SmallVector<IndexExpr> place() { return axes.whole(nest.kept(), nest.taps()); }
  Value value() { return sums.widen(emitter.element(input, place())); }
  void store(Value accumulator) { emitter.store(sums.narrow(accumulator), result, place()); }
  Value unary(nn::UnaryKind kind, Value x) {
    return scalar::buildUnary(emitter.builder, scalars.loc, kind, x);
  }

  LayerEmitter &emitter;
  Value input;
  const Place &result;
  KeptAxes axes;
  Sums sums;
  scalar::Emit scalars;
  ReductionNest nest;
  Place rows[2];

private:
  /// Scratch as accumulators: only the innermost dimension moves in it.
  Place rowOf(Value scratch, int64_t inner) {
    SmallVector<int64_t> strides(axes.keptShape.size(), 0);
    *(strides.begin() + (llvm::find(axes.keptAxes, inner) - axes.keptAxes.begin())) = 1;
    auto layout = nn::LayoutAttr::get(sums.type.getContext(), strides);
    return {scratch, RankedTensorType::get(axes.keptShape, sums.type, layout)};
  }

  bool alongRows;
};

class Softmax : RowOperator {
public:
  Softmax(LayerEmitter &emitter, nn::SoftmaxOp op, const RootPlaces &places)
      : RowOperator(emitter, op, {static_cast<int64_t>(op.getAxis())}, places), log(op.getLog()) {}

  void emit() {
    nest.build(order(), [&] {
      ReductionNest::Cell maximum = nest.reduce(
          rows[0], [&] { return sums.lowest(); },
          [&](Value accumulator) { return larger(accumulator, value()); });
      emitRow(maximum);
    });
  }

private:
  /// NaN comes through the sum, and the zeros are equal here, so the order is free. In long rows
  /// LLVM keeps several maxima in a vector, if NaN becomes the maximum; in short ones passing over
  /// it is less code.
  Value larger(Value accumulator, Value x) {
    constexpr int64_t kLongRow = 32;
    if (axes.taps() < kLongRow)
      return scalars.select(scalars.greater(x, accumulator), x, accumulator);
    return arith::MaximumFOp::create(emitter.builder, scalars.loc, accumulator, x,
                                     arith::FastMathFlags::nsz);
  }

  Value exponential(const ReductionNest::Cell &maximum) {
    return unary(nn::UnaryKind::exp, scalars.sub(value(), nest.read(maximum)));
  }

  void emitRow(const ReductionNest::Cell &maximum) {
    // The result holds the exponentials in between, unless it would round them.
    bool keeps = !log && sums.fitsInMemory();
    ReductionNest::Cell total = nest.reduce(
        rows[1], [&] { return sums.number(0); },
        [&](Value accumulator) {
          Value e = exponential(maximum);
          if (keeps)
            store(e);
          return sums.add(accumulator, e);
        },
        [&](Value sum) {
          return log ? unary(nn::UnaryKind::log, sum) : scalars.div(sums.number(1), sum);
        });
    nest.each([&] {
      if (log)
        return store(scalars.sub(scalars.sub(value(), nest.read(maximum)), nest.read(total)));
      Value e = keeps ? emitter.load(result, place()) : exponential(maximum);
      store(scalars.mul(e, nest.read(total)));
    });
  }

  bool log;
};

class Normalize : RowOperator {
public:
  Normalize(LayerEmitter &emitter, nn::NormalizeOp op, const RootPlaces &places)
      : RowOperator(emitter, op, op.getAxes(), places), rms(op.getRms()),
        epsilon(op.getEpsilon().convertToDouble()) {}

  void emit() {
    nest.build(order(), [&] {
      ReductionNest::Cell mean;
      if (!rms)
        mean = nest.reduce(
            rows[0], [&] { return sums.number(0); },
            [&](Value accumulator) { return sums.add(accumulator, value()); },
            [&](Value sum) { return sums.divide(sum, axes.taps()); });
      ReductionNest::Cell scale = nest.reduce(
          rows[1], [&] { return sums.number(0); },
          [&](Value accumulator) {
            Value x = centred(mean);
            return sums.multiplyAdd(accumulator, x, x);
          },
          [&](Value sum) {
            Value variance = scalars.add(sums.divide(sum, axes.taps()), sums.number(epsilon));
            return scalars.div(sums.number(1), scalars.sqrt(variance));
          });
      nest.each([&] { store(scalars.mul(centred(mean), nest.read(scale))); });
    });
  }

private:
  Value centred(const ReductionNest::Cell &mean) {
    return rms ? value() : scalars.sub(value(), nest.read(mean));
  }

  bool rms;
  double epsilon;
};

} // namespace

void emitSoftmax(LayerEmitter &emitter, nn::SoftmaxOp op, const RootPlaces &places) {
  Softmax(emitter, op, places).emit();
}

void emitNormalize(LayerEmitter &emitter, nn::NormalizeOp op, const RootPlaces &places) {
  Normalize(emitter, op, places).emit();
}

} // namespace nnc
