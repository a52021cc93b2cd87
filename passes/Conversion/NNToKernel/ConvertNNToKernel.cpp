// nnc-convert-nn-to-kernel: convolutions and matrix products become kernels on packed weights.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/FastConv/FastConv.h"
#include "dialects/Kernel/Lines.h"
#include "dialects/NN/NN.h"
#include "passes/Conversion/NNToKernel/KernelBuilding.h"
#include "passes/Conversion/NNToKernel/Passes.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

#include <optional>

namespace nnc {
#define GEN_PASS_DEF_CONVERTNNTOKERNELPASS
#include "passes/Conversion/NNToKernel/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {

namespace {

/// nn.conv → kernel.conv, or kernel.depthwise where every group has one channel and one filter.
struct ConvertConv : OpRewritePattern<nn::ConvOp> {
  ConvertConv(MLIRContext *context, const Conversion &conversion)
      : OpRewritePattern(context), conversion(conversion) {}

  /// All that the rewrite needs.
  struct Plan {
    Factors factors;
    int64_t groups, channels, maps, taps; ///< channels and maps of one group
    bool depthwise;
    std::optional<kernel::TapGroups> tapGroups; ///< of a depthwise one that takes four taps at once
    TileChoice tile;
  };

  LogicalResult matchAndRewrite(nn::ConvOp op, PatternRewriter &rewriter) const override {
    std::optional<Plan> plan = planFor(op, rewriter);
    if (!plan)
      return failure();
    int64_t columns = plan->depthwise ? plan->groups : plan->maps;
    WeightMatrix matrix{plan->depthwise ? 1 : plan->groups,
                        plan->taps,
                        plan->channels,
                        /*tapStride=*/1,
                        /*channelStride=*/plan->taps,
                        /*columnStride=*/plan->channels * plan->taps,
                        {columns, plan->tile.columns, plan->factors.machine.vector},
                        /*firstColumn=*/0,
                        plan->factors.machine.interleave};
    if (plan->depthwise)
      matrix.panels.width = columns, matrix.panels.vector = 1, matrix.interleave = 1;
    const Factors &factors = plan->factors;
    Value filter = plan->tapGroups
                       ? nn::ConstantOp::create(rewriter, op.getFilter().getLoc(),
                                                conversion.packer.packTapGroups(
                                                    factors.weights, factors.integers->zeroPoint,
                                                    factors.integers->values, *plan->tapGroups))
                             .getResult()
                       : conversion.packed(rewriter, op.getFilter().getLoc(), factors, matrix);
    Bias bias = biasOf(op, factors, matrix, rewriter);
    UnitAttr flip = factors.flip ? rewriter.getUnitAttr() : nullptr;
    IntegerAttr outside =
        factors.zeroPoint != 0 ? rewriter.getI64IntegerAttr(factors.zeroPoint) : nullptr;
    auto kernelSize =
        rewriter.getDenseI64ArrayAttr(typeOf(op.getFilter()).getShape().drop_front(2));
    kernel::TileAttr tile = conversion.tile(getContext(), plan->tile, factors.machine);
    kernel::ProductOpInterface result;
    if (plan->depthwise)
      result = kernel::DepthwiseOp::create(
          rewriter, op.getLoc(), op.getType(), op.getInput(), filter, bias.extra, kernelSize,
          op.getStridesAttr(), op.getDilationsAttr(), op.getPadsBeginAttr(), op.getPadsEndAttr(),
          tile, /*prologue=*/nullptr, flip, outside);
    else
      result = kernel::ConvOp::create(
          rewriter, op.getLoc(), op.getType(), op.getInput(), filter, bias.extra, kernelSize,
          op.getStridesAttr(), op.getDilationsAttr(), op.getPadsBeginAttr(), op.getPadsEndAttr(),
          rewriter.getI64IntegerAttr(op.getGroup()), tile, /*prologue_rows=*/nullptr, flip,
          outside);
    buildEpilogue(rewriter, result, bias.splat);
    rewriter.replaceOp(op, result->getResults());
    return success();
  }

private:
  const Conversion &conversion;

  std::optional<Plan> planFor(nn::ConvOp op, PatternRewriter &rewriter) const {
    auto reject = [&](const char *reason) {
      (void)rewriter.notifyMatchFailure(op, reason);
      return std::nullopt;
    };
    RankedTensorType input = typeOf(op.getInput()), result = typeOf(op.getResult());
    if (input.getNumElements() == 0 || result.getNumElements() == 0)
      return reject("empty tensor");
    std::optional<Factors> factors =
        conversion.factorsOf(input, static_cast<int64_t>(op.getInputZeroPoint()), op.getFilter(),
                             static_cast<int64_t>(op.getFilterZeroPoint()));
    if (!factors)
      return reject("filter is no constant of f32, or of 8-bit integers, with known values");
    Plan plan;
    plan.factors = std::move(*factors);
    plan.groups = op.getGroup();
    plan.channels = input.getDimSize(1) / plan.groups;
    plan.maps = result.getDimSize(1) / plan.groups;
    plan.taps = 1;
    for (int64_t size : typeOf(op.getFilter()).getShape().drop_front(2))
      plan.taps *= size;
    plan.depthwise = plan.groups > 1 && plan.channels == 1 && plan.maps == 1;
    plan.factors.takeGroups(plan.depthwise ? 1 : plan.channels);
    // Its sums always lie in vectors along the channels.
    if (plan.depthwise && plan.factors.integers)
      plan.factors.machine.vector = conversion.machine.vector;
    plan.tapGroups = tapGroupsFor(op, plan);
    plan.tile = chooseTile(op, plan);
    if (plan.tapGroups) {
      plan.factors.machine.interleave = kernel::TapGroups::kTaps;
      plan.tile = {plan.factors.machine.registers >= 32 ? 4 : 2, plan.factors.machine.vector, 0};
    }
    return plan;
  }

  /// Groups of taps where the machine has products of four bytes without a sign by four with one,
  /// and enough channels.
  std::optional<kernel::TapGroups> tapGroupsFor(nn::ConvOp op, const Plan &plan) const {
    ArrayRef<int64_t> size = typeOf(op.getFilter()).getShape().drop_front(2);
    bool machineHas = conversion.sign == Sign::Unsigned &&
                      conversion.integerMachine.interleave == kernel::TapGroups::kTaps &&
                      plan.factors.machine.vector >= 4;
    if (!plan.depthwise || !plan.factors.integers || !machineHas || op.getDilations().back() != 1 ||
        size.back() < 2 || plan.groups < kernel::TapGroups::kLeastBlock)
      return std::nullopt;
    return kernel::TapGroups{plan.groups, plan.taps / size.back(), size.back(),
                             plan.factors.machine.vector};
  }

  TileChoice chooseTile(nn::ConvOp op, const Plan &plan) const {
    RankedTensorType result = typeOf(op.getResult());
    ArrayRef<int64_t> kernelSize = typeOf(op.getFilter()).getShape().drop_front(2);
    size_t along = kernel::tileDimension(result.getShape().drop_front(2));
    int64_t pixels = result.getDimSize(along + 2);
    int64_t lines = result.getNumElements() / result.getDimSize(1) / pixels;
    if (plan.depthwise)
      return chooseDepthwiseTile({lines, pixels, plan.groups, op.getStrides()[along],
                                  kernelSize[along], op.getDilations()[along],
                                  plan.taps / kernelSize[along]},
                                 plan.factors.machine);
    // Without a window the pixels of all lines follow each other.
    auto isOne = [](int64_t value) { return value == 1; };
    if (plan.taps == 1 && llvm::all_of(op.getStrides(), isOne)) {
      pixels *= lines;
      lines = 1;
    }
    return chooseProductTile({plan.groups * lines, pixels, plan.maps, plan.channels * plan.taps},
                             plan.factors.machine);
  }

  static Bias biasOf(nn::ConvOp op, const Factors &factors, const WeightMatrix &matrix,
                     PatternRewriter &rewriter) {
    int64_t rank = op.getType().getRank();
    if (!factors.integers)
      return Bias::of(rewriter, op.getBias(), rank);
    SmallVector<int64_t> shape(rank - 1, 1);
    shape[0] = op.getType().getDimSize(1);
    return Bias::of(rewriter, op.getLoc(), op.getBias(), factors, matrix, shape);
  }
};

/// nn.matmul → kernel.matmul; a constant right operand is packed.
struct ConvertMatMul : OpRewritePattern<nn::MatMulOp> {
  ConvertMatMul(MLIRContext *context, const Conversion &conversion)
      : OpRewritePattern(context), conversion(conversion) {}

  LogicalResult matchAndRewrite(nn::MatMulOp op, PatternRewriter &rewriter) const override {
    RankedTensorType lhs = typeOf(op.getLhs()), rhs = typeOf(op.getRhs()),
                     type = typeOf(op.getResult());
    if (lhs.getNumElements() == 0 || rhs.getNumElements() == 0 || type.getNumElements() == 0)
      return rewriter.notifyMatchFailure(op, "empty tensor");
    int64_t rank = type.getRank(), columns = type.getDimSize(rank - 1);
    int64_t depth = lhs.getDimSize(lhs.getRank() - (op.getTransposeLhs() ? 2 : 1));
    std::optional<Factors> factors;
    if (rhs.getNumElements() == depth * columns)
      factors = conversion.factorsOf(lhs, static_cast<int64_t>(op.getLhsZeroPoint()), op.getRhs(),
                                     static_cast<int64_t>(op.getRhsZeroPoint()));
    if (rhs.getNumElements() == depth * columns && !factors)
      factors = conversion.widenedFactorsOf(lhs, op.getRhs());
    bool packs = factors.has_value();
    if (packs)
      factors->takeGroups(depth);
    if (!packs && !type.getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "element type is not f32 and the right operand no "
                                             "constant of 8-bit integers");
    if (!packs)
      factors = Factors{conversion.machine, nullptr, std::nullopt};
    TileChoice tile = chooseTile(op, depth, packs, factors->machine);
    Value right = op.getRhs();
    Bias bias;
    if (packs) {
      int64_t depthStride = op.getTransposeRhs() ? 1 : columns;
      int64_t columnStride = op.getTransposeRhs() ? depth : 1;
      WeightMatrix matrix{1,
                          1,
                          depth,
                          0,
                          depthStride,
                          columnStride,
                          {columns, tile.columns, factors->machine.vector},
                          /*firstColumn=*/0,
                          factors->machine.interleave};
      right = conversion.packed(rewriter, right.getLoc(), *factors, matrix);
      if (factors->integers && !factors->widens)
        bias = Bias::of(rewriter, op.getLoc(), nullptr, *factors, matrix, {columns});
    }
    auto result = kernel::MatMulOp::create(
        rewriter, op.getLoc(), type, op.getLhs(), right, bias.extra, op.getTransposeLhs(),
        op.getTransposeRhs() && !packs, packs, !packs && packsAtRunTime(op, tile),
        conversion.tile(getContext(), tile, factors->machine), /*prologue_rows=*/nullptr,
        factors->flip);
    buildEpilogue(rewriter, result, bias.splat);
    rewriter.replaceOp(op, result.getResult());
    return success();
  }

private:
  const Conversion &conversion;

  /// Whether copying the right operand into panels costs less than reading it where it lies: with
  /// many rows, whose tiles all read it, and columns that are no neighbours, no whole vectors, or
  /// so many that the rows of a panel lie far from each other.
  bool packsAtRunTime(nn::MatMulOp op, const TileChoice &tile) const {
    constexpr int64_t kManyRows = 16;
    ArrayRef<int64_t> shape = typeOf(op.getResult()).getShape();
    int64_t rows = shape[shape.size() - 2], columns = shape.back();
    return conversion.machine.vector > 1 && rows >= kManyRows &&
           (op.getTransposeRhs() || columns % conversion.machine.vector != 0 ||
            columns > tile.columns);
  }

  TileChoice chooseTile(nn::MatMulOp op, int64_t depth, bool packs,
                        const TileMachine &machine) const {
    ArrayRef<int64_t> shape = typeOf(op.getResult()).getShape();
    int64_t batch = 1, rows = shape[shape.size() - 2];
    for (int64_t size : shape.drop_back(2))
      batch *= size;
    // The same right operand for all: the rows of a batch follow each other.
    if (packs && !op.getTransposeLhs()) {
      rows *= batch;
      batch = 1;
    }
    return chooseProductTile({batch, rows, shape.back(), depth}, machine);
  }
};

/// Frees the values of blobs that no constant of the module refers to any more.
void releaseUnused(ModuleOp module, ArrayRef<DenseResourceElementsAttr> blobs) {
  llvm::DenseSet<Attribute> used;
  module.walk([&](Operation *op) {
    op->getAttrDictionary().walk(
        [&](DenseResourceElementsAttr attribute) { used.insert(attribute); });
  });
  llvm::DenseSet<StringRef> kept;
  for (Attribute attribute : used)
    kept.insert(cast<DenseResourceElementsAttr>(attribute).getRawHandle().getKey());
  for (DenseResourceElementsAttr blob : blobs) {
    DenseResourceElementsHandle handle = blob.getRawHandle();
    if (!kept.contains(handle.getKey()))
      DenseResourceElementsHandle::getManagerInterface(module.getContext())
          .getBlobManager()
          .update(handle.getKey(), AsmResourceBlob());
  }
}

struct ConvertNNToKernelPass : impl::ConvertNNToKernelPassBase<ConvertNNToKernelPass> {
  using ConvertNNToKernelPassBase::ConvertNNToKernelPassBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (vector < 1 || registers < 4 || lanes < 1 || lanes > vector ||
        !llvm::isPowerOf2_64(vector) || !llvm::isPowerOf2_64(lanes))
      return emitError(UnknownLoc::get(context))
             << "nnc-convert-nn-to-kernel: vector " << vector.getValue() << ", registers "
             << registers.getValue() << ", lanes " << lanes.getValue()
             << "; expected powers of two for vector and lanes, lanes up to vector, at least 4 "
                "registers";
    bool fits = interleave >= 1 && interleave <= 16 && llvm::isPowerOf2_64(interleave) &&
                (integerLanes == 1 || integerLanes == vector * interleave) && integerRegisters >= 4;
    if (!fits || (activations != "any" && activations != "unsigned" && activations != "signed"))
      return emitError(UnknownLoc::get(context))
             << "nnc-convert-nn-to-kernel: interleave " << interleave.getValue()
             << ", integer-lanes " << integerLanes.getValue() << ", integer-registers "
             << integerRegisters.getValue() << ", activations '" << activations.getValue()
             << "'; expected a power of two up to 16, 1 or all of a vector, at least 4, any, "
                "unsigned or signed";
    return success();
  }

  void runOnOperation() override {
    WeightPacker packer;
    Conversion conversion{{vector, registers, lanes}, cacheBytes, packer};
    conversion.integerMachine = {integerVector > 0 ? integerVector : vector, integerRegisters,
                                 integerLanes, interleave, scratchRegisters};
    conversion.sign = activations == "unsigned" ? Sign::Unsigned
                      : activations == "signed" ? Sign::Signed
                                                : Sign::Any;
    RewritePatternSet patterns(&getContext());
    patterns.add<ConvertConv, ConvertMatMul>(&getContext(), conversion);
    populateConvTransposePatterns(patterns, conversion);
    populateRecurrentPatterns(patterns, conversion);
    populateFastConvPatterns(patterns, conversion);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    // Users before what they use.
    getOperation().walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *op) {
      if (isa<nn::ConstantOp, nn::CastOp, fastconv::FilterTransformOp>(op) && op->use_empty())
        op->erase();
    });
    releaseUnused(getOperation(), packer.sources());
  }
};

} // namespace

} // namespace nnc
