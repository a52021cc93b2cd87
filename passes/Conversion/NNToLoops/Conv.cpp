// Loops of nn.conv, for the types and ranks that no kernel takes.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/KeptAxes.h"
#include "passes/Conversion/NNToLoops/Layout.h"
#include "passes/Conversion/NNToLoops/ReductionNest.h"
#include "passes/Conversion/NNToLoops/Roots.h"
#include "passes/Conversion/NNToLoops/Sums.h"

using namespace mlir;

namespace nnc {

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// N × M × spatial seen as N × G × M/G × spatial.
static Place groupedView(const Place &place, int64_t groups) {
  SmallVector<int64_t> shape(place.type.getShape()), strides = nn::stridesOf(place.type);
  shape[1] /= groups;
  shape.insert(shape.begin() + 1, groups);
  strides.insert(strides.begin() + 1, strides[1] * shape[2]);
  return viewOf(place, shape, strides);
}

void emitConv(LayerEmitter &emitter, nn::ConvOp op, const RootPlaces &places) {
  RankedTensorType input = tensorType(op.getInput()), filter = tensorType(op.getFilter());
  Type element = tensorType(op.getResult()).getElementType();
  int64_t groups = op.getGroup(), perGroup = filter.getDimSize(1);
  Sums sums(emitter.builder, op.getLoc(), element, accumulatorType(element));
  Place result = groupedView(places.results.front(), groups);

  SmallVector<Window> windows;
  for (size_t d = 0; d < op.getStrides().size(); ++d)
    windows.push_back({d + 3, d + 1, op.getStrides()[d], op.getDilations()[d], op.getPadsBegin()[d],
                       input.getDimSize(static_cast<int64_t>(d) + 2)});
  ReductionNest nest(emitter, op.getLoc(), result.type.getShape(), nn::stridesOf(result.type),
                     filter.getShape().drop_front(), windows);

  auto outputChannel = [&] {
    return nest.kept()[1] * (filter.getDimSize(0) / groups) + nest.kept()[2];
  };
  auto start = [&] {
    return op.getBias() ? sums.widen(emitter.element(op.getBias(), outputChannel()))
                        : sums.number(0);
  };
  auto combine = [&](Value accumulator) {
    SmallVector<IndexExpr> place = {nest.kept()[0], nest.kept()[1] * perGroup + nest.taps()[0]};
    for (const Window &w : windows)
      place.push_back(nest.kept()[w.kept] * w.stride + nest.taps()[w.tap] * w.dilation -
                      IndexExpr(w.begin));
    SmallVector<IndexExpr> weight = {outputChannel()};
    llvm::append_range(weight, nest.taps());
    Value x = sums.factor(emitter.element(op.getInput(), place), input.getElementType(),
                          op.getInputZeroPoint());
    Value w = sums.factor(emitter.element(op.getFilter(), weight), filter.getElementType(),
                          op.getFilterZeroPoint());
    return sums.multiplyAdd(accumulator, x, w);
  };
  auto narrow = [&](Value accumulator) { return sums.narrow(accumulator); };
  auto order =
      sums.fitsInMemory() ? ReductionNest::Order::ByAddresses : ReductionNest::Order::AlongTaps;
  nest.build(order, [&] {
    nest.reduceInto(result, start, combine,
                    sums.fitsInMemory() ? nullptr : ReductionNest::Finish(narrow));
  });
}

} // namespace nnc
