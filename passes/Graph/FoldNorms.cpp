// Folds batch normalisation into the product before it: y = s·x + t per channel with s =
// scale/√(variance + ε) and t = bias − s·mean, so s goes into the weights and t into the bias.
// Computed in double precision and rounded once. Part of nn-compile. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "passes/Graph/Constants.h"
#include "passes/Graph/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_FOLDNORMSPASS
#include "passes/Graph/Passes.h.inc"

namespace {

using reference::Tensor;
/// y = scale·x + shift, per channel.
struct Affine {
  std::vector<double> scale, shift;
};

/// The affine form of a batch normalisation with constant statistics, or nothing.
std::optional<Affine> affineOf(nn::BatchNormOp op) {
  std::optional<Tensor> scale = constantOf(op.getScale()), bias = constantOf(op.getBias());
  std::optional<Tensor> mean = constantOf(op.getMean()), variance = constantOf(op.getVariance());
  if (!scale || !bias || !mean || !variance)
    return std::nullopt;
  Affine affine;
  double epsilon = op.getEpsilon().convertToDouble();
  for (int64_t c = 0; c < scale->size(); ++c) {
    double s = scale->real(c) / std::sqrt(variance->real(c) + epsilon);
    affine.scale.push_back(s);
    affine.shift.push_back(bias->real(c) - s * mean->real(c));
  }
  return affine;
}

/// Weights times the scale of their output channel, which is dimension `axis` of the weights.
Tensor scaleWeights(const Tensor &weights, int64_t axis, const std::vector<double> &scale) {
  Tensor scaled = Tensor::zeros(weights.shape(), weights.type());
  int64_t inner = 1;
  for (int64_t d = axis + 1; d < weights.rank(); ++d)
    inner *= weights.dim(d);
  for (int64_t i = 0; i < weights.size(); ++i)
    scaled.setReal(i, weights.real(i) * scale[i / inner % weights.dim(axis)]);
  return scaled;
}

/// scale·bias + shift as a tensor of `shape`; a missing bias is 0.
Tensor shiftBias(const std::optional<Tensor> &bias, const Affine &affine, ArrayRef<int64_t> shape,
                 ElementType type) {
  Tensor shifted = Tensor::zeros(shape, type);
  for (size_t c = 0; c < affine.scale.size(); ++c)
    shifted.setReal(c, affine.scale[c] * (bias ? bias->real(c) : 0.0) + affine.shift[c]);
  return shifted;
}

/// batch_norm(conv(x, w, b)) → conv(x, s·w, s·b + t).
struct FoldIntoConv : OpRewritePattern<nn::BatchNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::BatchNormOp op, PatternRewriter &rewriter) const override {
    auto conv = op.getInput().getDefiningOp<nn::ConvOp>();
    if (!conv || !conv->hasOneUse())
      return rewriter.notifyMatchFailure(op, "input is not a convolution of its own");
    std::optional<Affine> affine = affineOf(op);
    std::optional<Tensor> filter = constantOf(conv.getFilter());
    std::optional<Tensor> bias = constantOf(conv.getBias());
    if (!affine || !filter || (conv.getBias() && !bias))
      return rewriter.notifyMatchFailure(op, "weights or statistics are not constant");
    Location loc = rewriter.getFusedLoc({conv.getLoc(), op.getLoc()});
    int64_t channels = static_cast<int64_t>(affine->scale.size());
    Value newFilter =
        makeConstant(rewriter, conv.getFilter().getLoc(), scaleWeights(*filter, 0, affine->scale));
    Value newBias = makeConstant(rewriter, op.getBias().getLoc(),
                                 shiftBias(bias, *affine, {channels}, filter->type()));
    rewriter
        .replaceOpWithNewOp<nn::ConvOp>(op, op.getType(), conv.getInput(), newFilter, newBias,
                                        conv.getStridesAttr(), conv.getDilationsAttr(),
                                        conv.getPadsBeginAttr(), conv.getPadsEndAttr(),
                                        conv.getGroupAttr())
        ->setLoc(loc);
    rewriter.eraseOp(conv);
    return success();
  }
};

/// batch_norm(matmul(x, w) [+ b]) → matmul(x, w·s) + (s·b + t), for a matrix of rows.
struct FoldIntoMatMul : OpRewritePattern<nn::BatchNormOp> {
  using OpRewritePattern::OpRewritePattern;

  /// What the rewrite needs.
  struct Plan {
    nn::MatMulOp product;
    nn::BinaryOp addition; ///< null without a bias
    std::optional<Tensor> weights, bias;
    std::optional<Affine> affine;
  };

  static const char *plan(nn::BatchNormOp op, Plan &plan) {
    Value input = op.getInput();
    plan.addition = input.getDefiningOp<nn::BinaryOp>();
    if (plan.addition) {
      plan.bias = constantOf(plan.addition.getRhs());
      if (plan.addition.getKind() != nn::BinaryKind::add || !plan.addition->hasOneUse() ||
          !plan.bias)
        return "input is not the sum of a product of its own and a constant";
      input = plan.addition.getLhs();
    }
    plan.product = input.getDefiningOp<nn::MatMulOp>();
    if (!plan.product || !plan.product->hasOneUse() || op.getInput().getType().getRank() != 2)
      return "input is not a matrix product of its own";
    plan.weights = constantOf(plan.product.getRhs());
    plan.affine = affineOf(op);
    if (!plan.weights || plan.weights->rank() != 2 || !plan.affine)
      return "weights or statistics are not constant";
    if (plan.bias && plan.bias->size() != static_cast<int64_t>(plan.affine->scale.size()))
      return "the bias is not one number for each column";
    return nullptr;
  }

  LogicalResult matchAndRewrite(nn::BatchNormOp op, PatternRewriter &rewriter) const override {
    Plan p;
    if (const char *reason = plan(op, p))
      return rewriter.notifyMatchFailure(op, reason);
    int64_t axis = p.product.getTransposeRhs() ? 0 : 1;
    int64_t channels = static_cast<int64_t>(p.affine->scale.size());
    Value weights = makeConstant(rewriter, p.product.getRhs().getLoc(),
                                 scaleWeights(*p.weights, axis, p.affine->scale));
    Value bias = makeConstant(rewriter, op.getBias().getLoc(),
                              shiftBias(p.bias, *p.affine, {channels}, p.weights->type()));
    auto product =
        nn::MatMulOp::create(rewriter, p.product.getLoc(), p.product.getType(), p.product.getLhs(),
                             weights, p.product.getTransposeLhs(), p.product.getTransposeRhs());
    rewriter.replaceOpWithNewOp<nn::BinaryOp>(op, op.getType(), nn::BinaryKind::add, product, bias);
    if (p.addition)
      rewriter.eraseOp(p.addition);
    rewriter.eraseOp(p.product);
    return success();
  }
};

/// batch_norm(x) → x·s + t, where no product takes it.
struct ExpandNorm : OpRewritePattern<nn::BatchNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::BatchNormOp op, PatternRewriter &rewriter) const override {
    std::optional<Affine> affine = affineOf(op);
    if (!affine)
      return rewriter.notifyMatchFailure(op, "statistics are not constant");
    RankedTensorType type = op.getInput().getType();
    SmallVector<int64_t> shape(std::max<int64_t>(type.getRank() - 1, 1), 1);
    shape[0] = static_cast<int64_t>(affine->scale.size());
    std::optional<ElementType> element = reference::elementTypeOf(type.getElementType());
    Tensor scale = Tensor::zeros(shape, *element), shift = Tensor::zeros(shape, *element);
    for (size_t c = 0; c < affine->scale.size(); ++c) {
      scale.setReal(c, affine->scale[c]);
      shift.setReal(c, affine->shift[c]);
    }
    Value product = nn::BinaryOp::create(rewriter, op.getLoc(), op.getType(), nn::BinaryKind::mul,
                                         op.getInput(), makeConstant(rewriter, op.getLoc(), scale));
    rewriter.replaceOpWithNewOp<nn::BinaryOp>(op, op.getType(), nn::BinaryKind::add, product,
                                              makeConstant(rewriter, op.getLoc(), shift));
    return success();
  }
};

struct FoldNormsPass : impl::FoldNormsPassBase<FoldNormsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldIntoConv, FoldIntoMatMul>(&getContext(), PatternBenefit(2));
    patterns.add<ExpandNorm>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace nnc
