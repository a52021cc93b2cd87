// Loops of nn.cumulate.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/KeptAxes.h"
#include "passes/Conversion/NNToLoops/Layout.h"
#include "passes/Conversion/NNToLoops/LoopNest.h"
#include "passes/Conversion/NNToLoops/Roots.h"
#include "passes/Conversion/NNToLoops/Sums.h"
#include "passes/Conversion/Scalar/Emit.h"

using namespace mlir;

namespace nnc {

void emitCumulate(LayerEmitter &emitter, nn::CumulateOp op, const RootPlaces &places) {
  Location loc = op.getLoc();
  const Place &result = places.results.front();
  Type element = result.type.getElementType();
  Sums sums(emitter.builder, loc, element, accumulatorType(element));
  scalar::Emit emit(emitter.builder, loc);
  KeptAxes axes(result.type.getShape(), {static_cast<int64_t>(op.getAxis())});
  SmallVector<IndexExpr> kept = emitter.newVariables(axes.keptShape);
  int64_t size = axes.tapShape.front();
  bool product = op.getKind() == nn::CumulateKind::prod;

  auto step = [&](Value i, ValueRange carried) -> SmallVector<Value> {
    IndexExpr tap = emitter.computed(i, size);
    SmallVector<IndexExpr> place =
        axes.whole(kept, op.getReverse() ? IndexExpr(size - 1) - tap : tap);
    Value before = carried.front(), x = sums.widen(emitter.element(op.getInput(), place));
    Value after = product ? emit.mul(before, x) : emit.add(before, x); // in order: no reassociation
    emitter.store(sums.narrow(op.getExclusive() ? before : after), result, place);
    return {after};
  };
  auto body = [&] {
    Value start = sums.number(product ? 1 : 0);
    emitter.loop(loc, emitter.index(0, loc), emitter.index(size, loc), start, step);
  };
  buildJoinedNest(emitter, loc, kept, linearize(kept, axes.keptOf(nn::stridesOf(result.type))),
                  Turns::Independent, body);
}

} // namespace nnc
