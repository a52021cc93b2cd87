// nn.conv_transpose → kernel.conv_transpose: filters in the order of the phases of the results, a
// register tile for one phase. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#include "dialects/Kernel/Lines.h"
#include "dialects/NN/NN.h"
#include "lib/Numerics/SubPixel.h"
#include "passes/Conversion/NNToKernel/KernelBuilding.h"

#include <algorithm>
#include <optional>

using namespace mlir;

namespace nnc {

namespace {

/// Taps of a filter by phase, the phases of the last dimension fastest.
SmallVector<SmallVector<int64_t>> tapsOfPhases(nn::ConvTransposeOp op) {
  SmallVector<SmallVector<int64_t>> phases{{0}};
  for (size_t d = 0; d < op.getStrides().size(); ++d) {
    int64_t kernel = typeOf(op.getFilter()).getDimSize(static_cast<int64_t>(d) + 2);
    int64_t output = op.getType().getDimSize(static_cast<int64_t>(d) + 2);
    SmallVector<SmallVector<int64_t>> outer = std::exchange(phases, {});
    for (ArrayRef<int64_t> outerTaps : outer)
      for (const numerics::Phase &phase : numerics::phasesOf(
               {output, kernel, op.getStrides()[d], op.getDilations()[d], op.getPadsBegin()[d]})) {
        phases.emplace_back();
        for (int64_t outerTap : outerTaps)
          for (int64_t tap : phase.taps)
            phases.back().push_back(outerTap * kernel + tap);
      }
  }
  return phases;
}

struct ConvertConvTranspose : OpRewritePattern<nn::ConvTransposeOp> {
  ConvertConvTranspose(MLIRContext *context, const Conversion &conversion)
      : OpRewritePattern(context), conversion(conversion) {}

  /// All that the rewrite needs.
  struct Plan {
    ElementsAttr filter;
    int64_t groups, channels, maps, taps; ///< channels and maps of one group
    SmallVector<SmallVector<int64_t>> phases;
    bool depthwise;
    TileChoice tile;
  };

  LogicalResult matchAndRewrite(nn::ConvTransposeOp op, PatternRewriter &rewriter) const override {
    std::optional<Plan> plan = planFor(op, rewriter);
    if (!plan)
      return failure();
    int64_t columns = plan->depthwise ? plan->groups : plan->maps;
    WeightMatrix matrix{plan->depthwise ? 1 : plan->groups,
                        plan->taps,
                        plan->channels,
                        /*tapStride=*/1,
                        /*channelStride=*/plan->maps * plan->taps,
                        /*columnStride=*/plan->taps,
                        {columns, plan->tile.columns, conversion.machine.vector}};
    if (plan->depthwise)
      matrix.panels.width = columns, matrix.panels.vector = 1;
    Value filter =
        nn::ConstantOp::create(rewriter, op.getFilter().getLoc(),
                               conversion.packer.packPhases(plan->filter, matrix, plan->phases));
    Bias bias = Bias::of(rewriter, op.getBias(), op.getType().getRank());
    auto kernelSize =
        rewriter.getDenseI64ArrayAttr(typeOf(op.getFilter()).getShape().drop_front(2));
    auto result = kernel::ConvTransposeOp::create(
        rewriter, op.getLoc(), op.getType(), op.getInput(), filter, bias.extra, kernelSize,
        op.getStridesAttr(), op.getDilationsAttr(), op.getPadsBeginAttr(),
        rewriter.getI64IntegerAttr(plan->groups), conversion.tile(getContext(), plan->tile));
    buildEpilogue(rewriter, result, bias.splat);
    rewriter.replaceOp(op, result.getResult());
    return success();
  }

private:
  const Conversion &conversion;

  std::optional<Plan> planFor(nn::ConvTransposeOp op, PatternRewriter &rewriter) const {
    auto reject = [&](const char *reason) {
      (void)rewriter.notifyMatchFailure(op, reason);
      return std::nullopt;
    };
    RankedTensorType input = typeOf(op.getInput()), result = typeOf(op.getResult());
    if (input.getRank() < 3 || input.getRank() > 5)
      return reject("not one to three spatial dimensions");
    if (const char *reason = whyNoKernel(input, result, op.getFilter()))
      return reject(reason);
    Plan plan;
    plan.filter = readableConstant(op.getFilter());
    plan.groups = static_cast<int64_t>(op.getGroup());
    plan.channels = input.getDimSize(1) / plan.groups;
    plan.maps = result.getDimSize(1) / plan.groups;
    plan.taps = 1;
    for (int64_t size : typeOf(op.getFilter()).getShape().drop_front(2))
      plan.taps *= size;
    plan.phases = tapsOfPhases(op);
    plan.depthwise = plan.groups > 1 && plan.channels == 1 && plan.maps == 1;
    plan.tile = chooseTile(op, plan);
    return plan;
  }

  /// The best tile for a phase of average size.
  TileChoice chooseTile(nn::ConvTransposeOp op, const Plan &plan) const {
    SmallVector<int64_t> sizes(typeOf(op.getResult()).getShape().drop_front(2));
    SmallVector<int64_t> kernelSize(typeOf(op.getFilter()).getShape().drop_front(2));
    for (size_t d = 0; d < sizes.size(); ++d) {
      sizes[d] = static_cast<int64_t>(llvm::divideCeil(sizes[d], op.getStrides()[d]));
      kernelSize[d] = static_cast<int64_t>(llvm::divideCeil(kernelSize[d], op.getStrides()[d]));
    }
    size_t along = kernel::tileDimension(sizes);
    int64_t lines = typeOf(op.getInput()).getDimSize(0) * static_cast<int64_t>(plan.phases.size());
    int64_t kernelLines = 1;
    for (size_t d = 0; d < sizes.size(); ++d)
      if (d != along)
        lines *= sizes[d], kernelLines *= kernelSize[d];
    if (plan.depthwise)
      return chooseDepthwiseTile(
          {lines, sizes[along], plan.groups, 1, kernelSize[along], 1, kernelLines},
          conversion.machine);
    return chooseProductTile({plan.groups * lines, sizes[along], plan.maps,
                              plan.channels * kernelSize[along] * kernelLines},
                             conversion.machine);
  }
};

} // namespace

void populateConvTransposePatterns(RewritePatternSet &patterns, const Conversion &conversion) {
  patterns.add<ConvertConvTranspose>(patterns.getContext(), conversion);
}

} // namespace nnc
