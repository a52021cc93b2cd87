// fastconv.winograd → kernel.winograd: packed filters, a register tile, a block that fits the
// cache. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/FastConv/FastConv.h"
#include "dialects/NN/NN.h"
#include "passes/Conversion/NNToKernel/KernelBuilding.h"

#include <algorithm>

using namespace mlir;

namespace nnc {

namespace {

struct ConvertWinograd : OpRewritePattern<fastconv::WinogradOp> {
  ConvertWinograd(MLIRContext *context, const Conversion &conversion)
      : OpRewritePattern(context), conversion(conversion) {}

  LogicalResult matchAndRewrite(fastconv::WinogradOp op, PatternRewriter &rewriter) const override {
    auto transform = op.getFilter().getDefiningOp<fastconv::FilterTransformOp>();
    ElementsAttr filter = transform ? readableConstant(transform.getFilter()) : nullptr;
    if (!filter)
      return rewriter.notifyMatchFailure(op, "filter is no transformed constant of known values");
    int64_t places = op.getAlpha() * op.getAlpha(), channels = typeOf(op.getInput()).getDimSize(1);
    int64_t maps = op.getType().getDimSize(1);
    int64_t lines = op.getType().getDimSize(2), pixels = op.getType().getDimSize(3);
    auto size = static_cast<int64_t>(op.getTile());
    int64_t perLine = llvm::divideCeil(pixels, size), tileLines = llvm::divideCeil(lines, size);
    int64_t block = linesPerBlock(tileLines, places * perLine * (channels + maps) * 4,
                                  places * channels * maps * 4);
    TileChoice tile =
        chooseProductTile({places, block * perLine, maps, channels}, conversion.machine);
    Value packed =
        nn::ConstantOp::create(rewriter, transform.getLoc(),
                               conversion.packer.packTransformed(
                                   filter, size, {maps, tile.columns, conversion.machine.vector}));
    Bias bias = Bias::of(rewriter, op.getBias(), 4);
    auto result = kernel::WinogradOp::create(
        rewriter, op.getLoc(), op.getType(), op.getInput(), packed, bias.extra, op.getTileAttr(),
        rewriter.getI64IntegerAttr(op.getKernelSize()), rewriter.getI64IntegerAttr(block),
        op.getPadsBeginAttr(), op.getPadsEndAttr(), conversion.tile(getContext(), tile));
    buildEpilogue(rewriter, result, bias.splat);
    rewriter.replaceOp(op, result.getResult());
    return success();
  }

private:
  /// Lines of tiles whose scratch fits the cache, or is no larger than the filters that are read
  /// anew for each block. Blocks are about equal.
  int64_t linesPerBlock(int64_t lines, int64_t lineBytes, int64_t filterBytes) const {
    int64_t room = std::max(conversion.cacheBytes, filterBytes);
    int64_t most = std::clamp<int64_t>(room / lineBytes, 1, lines);
    return static_cast<int64_t>(llvm::divideCeil(lines, llvm::divideCeil(lines, most)));
  }

  const Conversion &conversion;
};

} // namespace

void populateFastConvPatterns(RewritePatternSet &patterns, const Conversion &conversion) {
  patterns.add<ConvertWinograd>(patterns.getContext(), conversion);
}

} // namespace nnc
