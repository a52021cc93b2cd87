// fastconv.winograd → kernel.winograd, fastconv.fft → kernel.fft: packed filters, a register tile,
// a block that fits the cache. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#include "dialects/FastConv/FastConv.h"
#include "dialects/NN/NN.h"
#include "lib/Numerics/Fft.h"
#include "passes/Conversion/NNToKernel/KernelBuilding.h"

#include <algorithm>

using namespace mlir;

namespace nnc {

namespace {

/// The tiles of an image, and the products that each needs for a pair of channels.
struct TransformedTiles {
  int64_t lines, perLine, places;
  int64_t channels, maps;

  template <typename Op>
  static TransformedTiles of(Op op, int64_t rows, int64_t columns, int64_t places) {
    ArrayRef<int64_t> y = op.getType().getShape();
    return {static_cast<int64_t>(llvm::divideCeil(y[2], rows)),
            static_cast<int64_t>(llvm::divideCeil(y[3], columns)), places,
            typeOf(op.getInput()).getDimSize(1), y[1]};
  }

  /// Lines of tiles whose scratch fits the cache, or is no larger than the filters that are read
  /// anew for each block. Blocks are about equal.
  int64_t linesPerBlock(int64_t cacheBytes) const {
    int64_t lineBytes = places * perLine * (channels + maps) * 4;
    int64_t room = std::max(cacheBytes, places * channels * maps * 4);
    int64_t most = std::clamp<int64_t>(room / lineBytes, 1, lines);
    return static_cast<int64_t>(llvm::divideCeil(lines, llvm::divideCeil(lines, most)));
  }

  TileChoice registerTile(int64_t block, const TileMachine &machine) const {
    return chooseProductTile({places, block * perLine, maps, channels}, machine);
  }
};

/// The known filter behind a transform; null for others.
template <typename Transform> ElementsAttr knownFilter(Value transformed) {
  auto transform = transformed.getDefiningOp<Transform>();
  return transform ? readableConstant(transform.getFilter()) : nullptr;
}

struct ConvertWinograd : OpRewritePattern<fastconv::WinogradOp> {
  ConvertWinograd(MLIRContext *context, const Conversion &conversion)
      : OpRewritePattern(context), conversion(conversion) {}

  LogicalResult matchAndRewrite(fastconv::WinogradOp op, PatternRewriter &rewriter) const override {
    ElementsAttr filter = knownFilter<fastconv::FilterTransformOp>(op.getFilter());
    if (!filter)
      return rewriter.notifyMatchFailure(op, "filter is no transformed constant of known values");
    auto size = static_cast<int64_t>(op.getTile());
    auto tiles = TransformedTiles::of(op, size, size, op.getAlpha() * op.getAlpha());
    int64_t block = tiles.linesPerBlock(conversion.cacheBytes);
    TileChoice tile = tiles.registerTile(block, conversion.machine);
    Value packed = nn::ConstantOp::create(
        rewriter, op.getFilter().getLoc(),
        conversion.packer.packWinograd(filter, size,
                                       {tiles.maps, tile.columns, conversion.machine.vector}));
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
  const Conversion &conversion;
};

struct ConvertFft : OpRewritePattern<fastconv::FftOp> {
  ConvertFft(MLIRContext *context, const Conversion &conversion)
      : OpRewritePattern(context), conversion(conversion) {}

  LogicalResult matchAndRewrite(fastconv::FftOp op, PatternRewriter &rewriter) const override {
    ElementsAttr filter = knownFilter<fastconv::FftFilterTransformOp>(op.getFilter());
    if (!filter)
      return rewriter.notifyMatchFailure(op, "filter is no transformed constant of known values");
    int64_t size = op.getTileSize();
    auto tiles =
        TransformedTiles::of(op, size - op.getKernel()[0] + 1, size - op.getKernel()[1] + 1,
                             numerics::FftPlaces{size}.count());
    int64_t block = tiles.linesPerBlock(conversion.cacheBytes);
    TileChoice tile = tiles.registerTile(block, conversion.machine);
    Value packed = nn::ConstantOp::create(
        rewriter, op.getFilter().getLoc(),
        conversion.packer.packFft(filter, size,
                                  {tiles.maps, tile.columns, conversion.machine.vector}));
    Bias bias = Bias::of(rewriter, op.getBias(), 4);
    auto result = kernel::FftOp::create(
        rewriter, op.getLoc(), op.getType(), op.getInput(), packed, bias.extra,
        rewriter.getI64IntegerAttr(size), op.getKernelAttr(), rewriter.getI64IntegerAttr(block),
        op.getPadsBeginAttr(), op.getPadsEndAttr(), conversion.tile(getContext(), tile));
    buildEpilogue(rewriter, result, bias.splat);
    rewriter.replaceOp(op, result.getResult());
    return success();
  }

private:
  const Conversion &conversion;
};

} // namespace

void populateFastConvPatterns(RewritePatternSet &patterns, const Conversion &conversion) {
  patterns.add<ConvertWinograd, ConvertFft>(patterns.getContext(), conversion);
}

} // namespace nnc
