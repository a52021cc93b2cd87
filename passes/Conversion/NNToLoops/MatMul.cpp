// Loops of nn.matmul, for the types and shapes that no kernel takes.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/Layout.h"
#include "passes/Conversion/NNToLoops/ReductionNest.h"
#include "passes/Conversion/NNToLoops/Roots.h"
#include "passes/Conversion/NNToLoops/Sums.h"

using namespace mlir;

namespace nnc {

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The place in an operand whose last two dimensions are row and column, before a transposition.
static SmallVector<IndexExpr> operandPlace(Value operand, ArrayRef<IndexExpr> kept, IndexExpr row,
                                           IndexExpr column, bool transpose) {
  RankedTensorType type = tensorType(operand);
  size_t batchRank = static_cast<size_t>(type.getRank()) - 2;
  SmallVector<IndexExpr> place;
  ArrayRef<IndexExpr> batch = kept.drop_back(2).take_back(batchRank);
  for (auto [size, index] : llvm::zip_equal(type.getShape().drop_back(2), batch))
    place.push_back(size == 1 ? IndexExpr(0) : index);
  place.push_back(transpose ? column : row);
  place.push_back(transpose ? row : column);
  return place;
}

void emitMatMul(LayerEmitter &emitter, nn::MatMulOp op, const RootPlaces &places) {
  const Place &result = places.results.front();
  RankedTensorType lhs = tensorType(op.getLhs());
  int64_t depth = lhs.getShape().take_back(2)[op.getTransposeLhs() ? 0 : 1];
  Type element = result.type.getElementType();
  Sums sums(emitter.builder, op.getLoc(), element, accumulatorType(element));
  ReductionNest nest(emitter, op.getLoc(), result.type.getShape(), nn::stridesOf(result.type),
                     {depth});
  auto order =
      sums.fitsInMemory() ? ReductionNest::Order::ByAddresses : ReductionNest::Order::AlongTaps;
  auto narrow = [&](Value accumulator) { return sums.narrow(accumulator); };
  nest.build(order, [&] {
    nest.reduceInto(
        result, [&] { return sums.number(0); },
        [&](Value accumulator) {
          IndexExpr m = nest.kept().drop_back().back(), n = nest.kept().back();
          IndexExpr k = nest.taps().front();
          Value a = emitter.element(
              op.getLhs(), operandPlace(op.getLhs(), nest.kept(), m, k, op.getTransposeLhs()));
          Value b = emitter.element(
              op.getRhs(), operandPlace(op.getRhs(), nest.kept(), k, n, op.getTransposeRhs()));
          a = sums.factor(a, lhs.getElementType(), op.getLhsZeroPoint());
          b = sums.factor(b, tensorType(op.getRhs()).getElementType(), op.getRhsZeroPoint());
          return sums.multiplyAdd(accumulator, a, b);
        },
        sums.fitsInMemory() ? nullptr : ReductionNest::Finish(narrow));
  });
}

} // namespace nnc
