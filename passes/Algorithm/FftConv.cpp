// nnc-fft-conv: convolutions of stride 1 with large filters become fastconv.fft on transformed
// filters. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Fft.h"
#include "passes/Algorithm/ConvCandidates.h"
#include "passes/Algorithm/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

#include <algorithm>

namespace nnc {
#define GEN_PASS_DEF_FFTCONVPASS
#include "passes/Algorithm/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// nn.conv → fastconv.fft on fastconv.fft_filter_transform
struct ConvertConv : OpRewritePattern<nn::ConvOp> {
  ConvertConv(MLIRContext *context, int64_t tile) : OpRewritePattern(context), tile(tile) {}

  LogicalResult matchAndRewrite(nn::ConvOp op, PatternRewriter &rewriter) const override {
    int64_t size = chosenTile(op, fastconv::Algorithm::fft, tile);
    if (size == 0)
      return rewriter.notifyMatchFailure(op, "another way is chosen");
    if (std::string why = whyNotFft(op); !why.empty())
      return rewriter.notifyMatchFailure(op, why);
    ArrayRef<int64_t> w = typeOf(op.getFilter()).getShape();
    if (!numerics::isFftSize(size) || std::max(w[2], w[3]) > size)
      return rewriter.notifyMatchFailure(op, "the filter is larger than the tile");
    auto type = RankedTensorType::get({2, size, size / 2 + 1, w[1], w[0]}, rewriter.getF32Type());
    Value u = fastconv::FftFilterTransformOp::create(
        rewriter, op.getFilter().getLoc(), type, op.getFilter(), rewriter.getI64IntegerAttr(size));
    Attribute choice = op->getAttr(fastconv::kChoiceAttr);
    auto fft = rewriter.replaceOpWithNewOp<fastconv::FftOp>(op, op.getType(), op.getInput(), u,
                                                            op.getBias(), w.drop_front(2),
                                                            op.getPadsBegin(), op.getPadsEnd());
    if (choice)
      fft->setAttr(fastconv::kChoiceAttr, choice);
    return success();
  }

private:
  int64_t tile;
};

struct FftConvPass : impl::FftConvPassBase<FftConvPass> {
  using FftConvPassBase::FftConvPassBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (tile != 0 && !numerics::isFftSize(tile))
      return emitError(UnknownLoc::get(context))
             << "nnc-fft-conv: tile is " << tile.getValue() << ", expected 0, 8, 16 or 32";
    return success();
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ConvertConv>(&getContext(), tile);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

} // namespace nnc
