// nnc-convert-pools: pools over f32 images become kernels whose vectors run over channels.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Lines.h"
#include "dialects/NN/NN.h"
#include "passes/Conversion/NNToKernel/KernelBuilding.h"
#include "passes/Conversion/NNToKernel/Passes.h"

#include "llvm/ADT/STLExtras.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace nnc {
#define GEN_PASS_DEF_CONVERTPOOLSPASS
#include "passes/Conversion/NNToKernel/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {

namespace {

/// nn.pool → kernel.pool; the mean is the sum of a window divided in the epilogue.
struct ConvertPool : OpRewritePattern<nn::PoolOp> {
  ConvertPool(MLIRContext *context, const TileMachine &machine)
      : OpRewritePattern(context), machine(machine) {}

  LogicalResult matchAndRewrite(nn::PoolOp op, PatternRewriter &rewriter) const override {
    if (const char *reason = whyNot(op))
      return rewriter.notifyMatchFailure(op, reason);
    bool maximum = op.getKind() == nn::PoolKind::max;
    SmallVector<int64_t> padsEnd;
    for (auto [pad, extra] : llvm::zip_equal(op.getPadsEnd(), op.getCeilExtra()))
      padsEnd.push_back(pad + extra);
    auto result = kernel::PoolOp::create(
        rewriter, op.getLoc(), op.getType(), op.getInput(), ValueRange(), maximum,
        op.getKernelAttr(), op.getStridesAttr(), op.getDilationsAttr(), op.getPadsBeginAttr(),
        rewriter.getDenseI64ArrayAttr(padsEnd), tileFor(op));
    buildEpilogue(rewriter, result);
    if (!maximum)
      divide(rewriter, result);
    rewriter.replaceOp(op, result.getResult());
    return success();
  }

private:
  const TileMachine &machine;

  static const char *whyNot(nn::PoolOp op) {
    RankedTensorType input = typeOf(op.getInput());
    if (!input.getElementType().isF32())
      return "element type is not f32";
    if (input.getNumElements() == 0 || typeOf(op.getResult()).getNumElements() == 0)
      return "empty tensor";
    if (op.getKind() == nn::PoolKind::lp)
      return "is no maximum and no mean";
    auto isZero = [](int64_t value) { return value == 0; };
    if (op.getKind() == nn::PoolKind::average &&
        (!llvm::all_of(op.getCeilExtra(), isZero) ||
         (!op.getCountIncludePad() &&
          !(llvm::all_of(op.getPadsBegin(), isZero) && llvm::all_of(op.getPadsEnd(), isZero)))))
      return "windows at the border count fewer elements";
    Operation *source = op.getInput().getDefiningOp();
    if (isa_and_nonnull<nn::UnaryOp, nn::BinaryOp, nn::ClampOp, nn::SelectOp>(source) &&
        op.getInput().hasOneUse())
      return "its input is computed where it is read";
    return nullptr;
  }

  static int64_t tapsOf(ArrayRef<int64_t> kernel) {
    int64_t taps = 1;
    for (int64_t size : kernel)
      taps *= size;
    return taps;
  }

  kernel::TileAttr tileFor(nn::PoolOp op) const {
    RankedTensorType result = typeOf(op.getResult());
    size_t along = kernel::tileDimension(result.getShape().drop_front(2));
    int64_t pixels = result.getDimSize(along + 2);
    TileChoice choice = chooseDepthwiseTile(
        {result.getNumElements() / result.getDimSize(1) / pixels, pixels, result.getDimSize(1),
         op.getStrides()[along], op.getKernel()[along], op.getDilations()[along],
         tapsOf(op.getKernel()) / op.getKernel()[along]},
        machine);
    return kernel::TileAttr::get(getContext(), choice.rows, choice.columns, machine.vector,
                                 machine.lanes, /*interleave=*/1);
  }

  /// Puts the division by the number of elements in front of the end of the epilogue.
  static void divide(PatternRewriter &rewriter, kernel::PoolOp op) {
    OpBuilder::InsertionGuard guard(rewriter);
    Operation *yield = op.getEpilogue().front().getTerminator();
    rewriter.setInsertionPoint(yield);
    int64_t taps = 1;
    for (int64_t size : op.getKernel())
      taps *= size;
    Value count = arith::ConstantOp::create(rewriter, op.getLoc(),
                                            rewriter.getF32FloatAttr(static_cast<float>(taps)));
    Value mean = arith::DivFOp::create(rewriter, op.getLoc(), yield->getOperand(0), count);
    yield->setOperand(0, mean);
  }
};

struct ConvertPoolsPass : impl::ConvertPoolsPassBase<ConvertPoolsPass> {
  using ConvertPoolsPassBase::ConvertPoolsPassBase;

  void runOnOperation() override {
    if (vector < 2)
      return;
    TileMachine machine{vector, registers, /*lanes=*/1};
    RewritePatternSet patterns(&getContext());
    patterns.add<ConvertPool>(&getContext(), machine);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

} // namespace nnc
