// nnc-fold-norms: scales and shifts of channels go into the weights and the bias of the product
// before or behind them. Computed in double precision and rounded once.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "passes/Graph/Affine.h"
#include "passes/Graph/Constants.h"
#include "passes/Graph/NodeLocation.h"
#include "passes/Graph/Passes.h"
#include "passes/Graph/Products.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_FOLDNORMSPASS
#include "passes/Graph/Passes.h.inc"

namespace {

using reference::Tensor;

/// Numbers in an element type and shape; nothing where a finite number is beyond its range.
std::optional<Tensor> tensorOf(ArrayRef<double> numbers, ArrayRef<int64_t> shape,
                               ElementType type) {
  Tensor tensor = Tensor::of(shape, type, numbers);
  for (int64_t i = 0; i < tensor.size(); ++i)
    if (!std::isfinite(tensor.real(i)))
      return std::nullopt;
  return tensor;
}

/// How a product changes.
struct NewProduct {
  std::optional<Tensor> weights; ///< nothing: as before
  std::optional<Tensor> bias;    ///< nothing: none
};

/// The shape under which one number for each output channel is added to the result.
SmallVector<int64_t> biasShape(const Product &product, size_t channels) {
  auto type = cast<RankedTensorType>(product.op->getResult(0).getType());
  SmallVector<int64_t> shape{static_cast<int64_t>(channels)};
  if (product.isMatMul())
    shape.resize(static_cast<size_t>(type.getRank() - product.outputDim), 1);
  return shape;
}

/// product(input, weights) with the bias: an operand of convolutions, a sum behind nn.matmul.
void replaceBy(Operation *op, const Product &product, Value input, const NewProduct &plan,
               ArrayRef<Location> locs, PatternRewriter &rewriter) {
  Location loc = rewriter.getFusedLoc(locs);
  Value weights = plan.weights ? makeConstant(rewriter, product.weights.getLoc(), *plan.weights)
                               : product.weights;
  Value bias = plan.bias ? makeConstant(rewriter, op->getLoc(), *plan.bias) : Value();
  bool sum = product.isMatMul() && bias;
  Operation *result = product.rebuild(rewriter, sum ? nodeLocation(product.op->getLoc()) : loc,
                                      input, weights, sum ? Value() : bias);
  if (sum)
    result = nn::BinaryOp::create(rewriter, loc, result->getResult(0).getType(),
                                  nn::BinaryKind::add, result->getResult(0), bias);
  rewriter.replaceOp(op, result->getResults());
}

/// s·product(x, w, b) + t → product(x, s·w, s·b + t).
template <typename Op> struct FoldBehind : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  struct Plan : NewProduct {
    Product product;
    Operation *sum = nullptr; ///< the bias of an nn.matmul
  };

  /// The product that the operator takes, maybe through the sum (or difference) with its bias.
  static std::optional<Product> findProduct(Operation *op, Operation *&sum) {
    for (Value operand : op->getOperands()) {
      Operation *source = operand.getDefiningOp();
      if (std::optional<Product> product = productOf(source))
        return product;
      auto addition = dyn_cast_if_present<nn::BinaryOp>(source);
      if (!addition ||
          (addition.getKind() != nn::BinaryKind::add && addition.getKind() != nn::BinaryKind::sub))
        continue;
      for (Value term : addition->getOperands())
        if (std::optional<Product> product = productOf(term.getDefiningOp());
            product && product->isMatMul()) {
          sum = source;
          return product;
        }
    }
    return std::nullopt;
  }

  /// Null, or why nothing can be done.
  static const char *fill(Operation *op, Plan &plan) {
    std::optional<Product> product = findProduct(op, plan.sum);
    if (!product)
      return "no operand is a product with constant weights";
    plan.product = *product;
    std::optional<AffineStep> step = affineStep(op, product->outputDim);
    Value inner = plan.sum ? plan.sum->getResult(0) : product->op->getResult(0);
    if (!step || step->input != inner)
      return "not an affine function of each output channel";
    if (!inner.hasOneUse() || !product->op->hasOneUse())
      return "the product has other users";
    Affine map = step->map;
    if (plan.sum) {
      std::optional<AffineStep> bias = affineStep(plan.sum, product->outputDim);
      if (!bias || bias->input != product->op->getResult(0))
        return "the product's sum is not with a number for each output channel";
      map = compose(bias->map, map);
    } else if (product->isMatMul() && !step->map.scales()) {
      return "a sum is where the bias of a matrix product stands";
    }
    return fillTensors(plan, map);
  }

  static const char *fillTensors(Plan &plan, const Affine &map) {
    const Product &product = plan.product;
    if (map.scales()) {
      if (product.sharedWeights)
        return "others read the weights too";
      if (!(plan.weights = scaleWeights(product, map.scale, /*byOutput=*/true)))
        return "scaled weights leave the range of their type";
    }
    std::vector<double> bias = map.shift;
    std::optional<Tensor> old = constantOf(product.bias);
    if (product.bias && !old)
      return "the bias is computed";
    for (int64_t c = 0; old && c < old->size(); ++c)
      bias[static_cast<size_t>(c)] += map.scale[static_cast<size_t>(c)] * old->real(c);
    if (!old && !map.shifts())
      return nullptr;
    plan.bias = tensorOf(bias, biasShape(product, bias.size()), product.elements.type());
    return plan.bias ? nullptr : "the bias leaves the range of its type";
  }

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Plan plan;
    if (const char *reason = fill(op, plan))
      return rewriter.notifyMatchFailure(op, reason);
    SmallVector<Location> locs{plan.product.op->getLoc()};
    if (plan.sum)
      locs.push_back(plan.sum->getLoc());
    locs.push_back(op->getLoc());
    replaceBy(op, plan.product, plan.product.input, plan, locs, rewriter);
    if (plan.sum)
      rewriter.eraseOp(plan.sum);
    rewriter.eraseOp(plan.product.op);
    return success();
  }
};

/// product(s·x + t, w, b) → product(x, s·w, b + Σ w·t). With a border only where t is 0: behind
/// the border of s·x + t lies 0, not t.
template <typename Op> struct FoldBefore : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  struct Plan : NewProduct {
    Product product;
    AffineStep step;
  };

  static const char *fill(Operation *op, Plan &plan) {
    std::optional<Product> product = productOf(op);
    if (!product || product->sharedWeights)
      return "no constant weights of its own";
    Operation *source = product->input.getDefiningOp();
    std::optional<AffineStep> step = affineStep(source, product->inputDim);
    if (!step || !source->hasOneUse())
      return "the input is not an affine function of each channel, for this product only";
    if (productOf(step->input.getDefiningOp()) && step->input.hasOneUse())
      return "the input belongs to the product before";
    plan.product = *product, plan.step = *step;
    if (step->map.scales() &&
        !(plan.weights = scaleWeights(*product, step->map.scale, /*byOutput=*/false)))
      return "scaled weights leave the range of their type";
    std::optional<Tensor> old = constantOf(product->bias);
    if (!step->map.shifts()) {
      plan.bias = old;
      return product->bias && !old ? "the bias is computed" : nullptr;
    }
    return fillBias(plan, old);
  }

  static const char *fillBias(Plan &plan, const std::optional<Tensor> &old) {
    const Product &product = plan.product;
    ElementType type = product.elements.type();
    if (product.bordered)
      return "the border is not shifted";
    if (type == ElementType::F16 || type == ElementType::BF16)
      return "a half has too few digits for the sum of the shifts";
    if ((product.bias && !old) || (product.isMatMul() && product.elements.rank() != 2))
      return "the sum of the shifts is not one number for each output channel";
    std::vector<double> bias = weightedSums(product, plan.step.map.shift);
    for (int64_t c = 0; old && c < old->size(); ++c)
      bias[static_cast<size_t>(c)] += old->real(c);
    plan.bias = tensorOf(bias, biasShape(product, bias.size()), type);
    return plan.bias ? nullptr : "the bias leaves the range of its type";
  }

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Plan plan;
    if (const char *reason = fill(op, plan))
      return rewriter.notifyMatchFailure(op, reason);
    Operation *source = plan.product.input.getDefiningOp();
    replaceBy(op, plan.product, plan.step.input, plan, {source->getLoc(), op->getLoc()}, rewriter);
    rewriter.eraseOp(source);
    return success();
  }
};

/// batch_norm(x) → x·s + t, where no product takes it.
struct ExpandNorm : OpRewritePattern<nn::BatchNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::BatchNormOp op, PatternRewriter &rewriter) const override {
    std::optional<AffineStep> step = affineStep(op, 1);
    if (!step)
      return rewriter.notifyMatchFailure(op, "statistics are computed or give no finite numbers");
    RankedTensorType type = op.getInput().getType();
    SmallVector<int64_t> shape(static_cast<size_t>(std::max<int64_t>(type.getRank() - 1, 1)), 1);
    shape[0] = static_cast<int64_t>(step->map.scale.size());
    ElementType element = *reference::elementTypeOf(type.getElementType());
    std::optional<Tensor> scale = tensorOf(step->map.scale, shape, element),
                          shift = tensorOf(step->map.shift, shape, element);
    if (!scale || !shift)
      return rewriter.notifyMatchFailure(op, "scale or shift leave the range of their type");
    Value product =
        nn::BinaryOp::create(rewriter, nodeLocation(op.getLoc()), op.getType(), nn::BinaryKind::mul,
                             op.getInput(), makeConstant(rewriter, op.getLoc(), *scale));
    rewriter.replaceOpWithNewOp<nn::BinaryOp>(op, op.getType(), nn::BinaryKind::add, product,
                                              makeConstant(rewriter, op.getLoc(), *shift));
    return success();
  }
};

struct FoldNormsPass : impl::FoldNormsPassBase<FoldNormsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    // What a product takes is not expanded.
    patterns.add<FoldBehind<nn::BatchNormOp>, FoldBehind<nn::BinaryOp>>(&getContext(),
                                                                        PatternBenefit(3));
    patterns.add<FoldBefore<nn::ConvOp>, FoldBefore<nn::ConvTransposeOp>, FoldBefore<nn::MatMulOp>>(
        &getContext(), PatternBenefit(2));
    patterns.add<ExpandNorm>(&getContext(), PatternBenefit(1));
    // Each state on the way is right.
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      getOperation().emitRemark("stopped before nothing was left to rewrite");
  }
};

} // namespace
} // namespace nnc
