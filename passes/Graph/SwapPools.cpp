// Averages go in front of the convolutions of single pixels: the mean of products is the product of
// the mean, for fewer pixels.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "passes/Graph/NodeLocation.h"
#include "passes/Graph/Simplify.h"

using namespace mlir;

namespace nnc {
namespace {

bool allAre(ArrayRef<int64_t> numbers, int64_t number) {
  return llvm::all_of(numbers, [=](int64_t n) { return n == number; });
}

/// Whether a convolution computes each pixel from the same pixel.
bool isPixelwise(nn::ConvOp conv) {
  return allAre(conv.getFilter().getType().getShape().drop_front(2), 1) &&
         allAre(conv.getStrides(), 1) && allAre(conv.getPadsBegin(), 0) &&
         allAre(conv.getPadsEnd(), 0);
}

/// average(conv(x)) → conv(average(x)).
LogicalResult averageFirst(nn::PoolOp pool, PatternRewriter &rewriter) {
  auto conv = pool.getInput().getDefiningOp<nn::ConvOp>();
  if (pool.getKind() != nn::PoolKind::average || !conv || !conv->hasOneUse() ||
      !isPixelwise(conv) || hasLayout(pool) || hasLayout(conv))
    return rewriter.notifyMatchFailure(pool, "no average of a convolution of single pixels");
  // A border would count as 0, but gets the bias.
  if (!allAre(pool.getPadsBegin(), 0) || !allAre(pool.getPadsEnd(), 0))
    return rewriter.notifyMatchFailure(pool, "has a border");
  RankedTensorType input = conv.getInput().getType(), type = pool.getType();
  int64_t pixels = input.getNumElements() / std::max<int64_t>(input.getDimSize(1), 1),
          averages = type.getNumElements() / std::max<int64_t>(type.getDimSize(1), 1);
  if (averages >= pixels || input.getNumElements() == 0)
    return rewriter.notifyMatchFailure(pool, "as many averages as pixels");
  SmallVector<int64_t> shape(type.getShape());
  shape[1] = input.getDimSize(1);
  auto average = cast<nn::PoolOp>(rewriter.clone(*pool));
  rewriter.modifyOpInPlace(average, [&] {
    average->setOperand(0, conv.getInput());
    average.getResult().setType(RankedTensorType::get(shape, type.getElementType()));
    average->setLoc(nodeLocation(pool.getLoc()));
  });
  auto moved = cast<nn::ConvOp>(rewriter.clone(*conv));
  rewriter.modifyOpInPlace(moved, [&] {
    moved->setOperand(0, average.getResult());
    moved.getResult().setType(type);
    moved->setLoc(rewriter.getFusedLoc({nodeLocation(conv.getLoc()), pool.getLoc()}));
  });
  rewriter.replaceOp(pool, moved.getResult());
  rewriter.eraseOp(conv);
  return success();
}

} // namespace

void addPoolPatterns(RewritePatternSet &patterns) { patterns.add(averageFirst); }

} // namespace nnc
