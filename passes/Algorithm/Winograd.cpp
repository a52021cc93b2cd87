// nnc-winograd: convolutions of stride 1 become fastconv.winograd on transformed filters.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Winograd.h"

#include "passes/Algorithm/ConvCandidates.h"
#include "passes/Algorithm/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace nnc {
#define GEN_PASS_DEF_WINOGRADPASS
#include "passes/Algorithm/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// nn.conv → fastconv.winograd on fastconv.filter_transform
struct ConvertConv : OpRewritePattern<nn::ConvOp> {
  ConvertConv(MLIRContext *context, int64_t tile) : OpRewritePattern(context), tile(tile) {}

  LogicalResult matchAndRewrite(nn::ConvOp op, PatternRewriter &rewriter) const override {
    int64_t m = chosenTile(op, fastconv::Algorithm::winograd, tile), r = 0;
    if (m == 0)
      return rewriter.notifyMatchFailure(op, "another way is chosen");
    if (std::string why = whyNotWinograd(op); !why.empty())
      return rewriter.notifyMatchFailure(op, why);
    r = typeOf(op.getFilter()).getDimSize(2);
    if (m + r > numerics::kMaxWinogradSize)
      return rewriter.notifyMatchFailure(op, "no transforms are known");
    int64_t alpha = m + r - 1;
    auto type = RankedTensorType::get(
        {alpha, alpha, typeOf(op.getInput()).getDimSize(1), op.getType().getDimSize(1)},
        rewriter.getF32Type());
    Value u = fastconv::FilterTransformOp::create(rewriter, op.getFilter().getLoc(), type,
                                                  op.getFilter(), rewriter.getI64IntegerAttr(m));
    Attribute choice = op->getAttr(fastconv::kChoiceAttr);
    auto winograd = rewriter.replaceOpWithNewOp<fastconv::WinogradOp>(
        op, op.getType(), op.getInput(), u, op.getBias(), m, op.getPadsBegin(), op.getPadsEnd());
    if (choice)
      winograd->setAttr(fastconv::kChoiceAttr, choice);
    return success();
  }

private:
  int64_t tile;
};

struct WinogradPass : impl::WinogradPassBase<WinogradPass> {
  using WinogradPassBase::WinogradPassBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (tile < 0 || tile > 6)
      return emitError(UnknownLoc::get(context))
             << "nnc-winograd: tile is " << tile.getValue() << ", expected from 0 to 6";
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
