// nnc-winograd: convolutions of stride 1 become fastconv.winograd on transformed filters.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Winograd.h"

#include "dialects/FastConv/FastConv.h"
#include "dialects/NN/NN.h"
#include "passes/Algorithm/Passes.h"
#include "passes/Algorithm/WinogradCost.h"

#include "llvm/ADT/STLExtras.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

#include <limits>
#include <optional>

namespace nnc {
#define GEN_PASS_DEF_WINOGRADPASS
#include "passes/Algorithm/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {

namespace {

/// Share of the direct cost from which the gain pays for larger weights and scratch.
constexpr double kGain = 0.85;
/// Unit roundoff of f32.
constexpr double kRoundoff = 0x1p-24;

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Whether transforms are known and rounding in both dimensions, beside that of a direct sum, stays
/// within the bound.
bool isAllowed(int64_t tile, int64_t kernel, double maxError) {
  if (tile + kernel > numerics::kMaxWinogradSize)
    return false;
  double factor = numerics::amplification(numerics::bestTransforms(tile, kernel));
  return factor * factor * kRoundoff <= maxError;
}

struct ConvertConv : OpRewritePattern<nn::ConvOp> {
  ConvertConv(MLIRContext *context, const WinogradPassOptions &options)
      : OpRewritePattern(context), options(options) {}

  LogicalResult matchAndRewrite(nn::ConvOp op, PatternRewriter &rewriter) const override {
    if (failed(checkForm(op, rewriter)))
      return failure();
    auto constant = op.getFilter().getDefiningOp<nn::ConstantOp>();
    if (!constant || isa<SplatElementsAttr>(constant.getValue()))
      return rewriter.notifyMatchFailure(op, "filter has no elements of its own");
    std::optional<int64_t> tile = choose(op);
    if (!tile)
      return rewriter.notifyMatchFailure(op, "cheaper, or allowed, as a direct sum only");
    int64_t alpha = *tile + typeOf(op.getFilter()).getDimSize(2) - 1;
    auto type = RankedTensorType::get(
        {alpha, alpha, typeOf(op.getInput()).getDimSize(1), op.getType().getDimSize(1)},
        rewriter.getF32Type());
    Value u = fastconv::FilterTransformOp::create(rewriter, constant.getLoc(), type, constant,
                                                  rewriter.getI64IntegerAttr(*tile));
    rewriter.replaceOpWithNewOp<fastconv::WinogradOp>(op, op.getType(), op.getInput(), u,
                                                      op.getBias(), *tile, op.getPadsBegin(),
                                                      op.getPadsEnd());
    return success();
  }

private:
  static LogicalResult checkForm(nn::ConvOp op, PatternRewriter &rewriter) {
    auto isOne = [](int64_t value) { return value == 1; };
    RankedTensorType filter = typeOf(op.getFilter());
    if (typeOf(op.getInput()).getRank() != 4 || !filter.getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32 with two spatial dimensions");
    if (op.getGroup() != 1 || !llvm::all_of(op.getStrides(), isOne) ||
        !llvm::all_of(op.getDilations(), isOne))
      return rewriter.notifyMatchFailure(op, "groups, strides or dilations");
    int64_t r = filter.getDimSize(2);
    if (r != filter.getDimSize(3) || (r != 3 && r != 5))
      return rewriter.notifyMatchFailure(op, "filter is neither 3 × 3 nor 5 × 5");
    auto fits = [&](int64_t pad) { return pad < r; };
    if (!llvm::all_of(op.getPadsBegin(), fits) || !llvm::all_of(op.getPadsEnd(), fits))
      return rewriter.notifyMatchFailure(op, "pads reach beyond the filter");
    if (op.getType().getNumElements() == 0 || typeOf(op.getInput()).getNumElements() == 0)
      return rewriter.notifyMatchFailure(op, "empty tensor");
    return success();
  }

  /// The asked or the cheapest tile; nothing for a direct sum.
  std::optional<int64_t> choose(nn::ConvOp op) const {
    int64_t r = typeOf(op.getFilter()).getDimSize(2);
    if (options.tile)
      return isAllowed(options.tile, r, options.maxError) ? std::optional(options.tile)
                                                          : std::nullopt;
    ArrayRef<int64_t> x = typeOf(op.getInput()).getShape(), y = op.getType().getShape();
    ConvolutionSize size{x[0], x[1], y[1], y[2], y[3], r};
    CostMachine machine{options.vector, options.cacheBytes};
    double least =
        options.force ? std::numeric_limits<double>::infinity() : kGain * directCost(size, machine);
    std::optional<int64_t> best;
    for (int64_t tile : {2, 4, 6})
      if (double cost = winogradCost(size, tile, machine);
          cost < least && isAllowed(tile, r, options.maxError))
        best = tile, least = cost;
    return best;
  }

  const WinogradPassOptions &options;
};

struct WinogradPass : impl::WinogradPassBase<WinogradPass> {
  using WinogradPassBase::WinogradPassBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (tile < 0 || tile > 6 || vector < 1)
      return emitError(UnknownLoc::get(context))
             << "nnc-winograd: tile " << tile << ", vector " << vector
             << "; expected a tile from 0 to 6 and a vector of at least 1";
    return success();
  }

  void runOnOperation() override {
    WinogradPassOptions options{tile, force, vector, cacheBytes, maxError};
    RewritePatternSet patterns(&getContext());
    patterns.add<ConvertConv>(&getContext(), options);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

} // namespace nnc
