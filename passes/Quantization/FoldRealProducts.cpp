// Convolutions and matrix products of dequantized values whose result stays real: exact sums of the
// integers, times their scale. Part of nn-compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/FoldQdq.h"
#include "passes/Quantization/ProductPlans.h"

using namespace mlir;

namespace nnc {

namespace {

/// Other integers have no kernels that are faster than those of real numbers.
bool isByte(const Stored &stored) { return stored.bits() == 8; }

/// A factor that is quantized and not known before the model runs.
std::optional<Stored> computedFactor(Value value) {
  std::optional<Stored> stored = Stored::of(value);
  return stored && stored->isUniform() && isByte(*stored) && !stored->constant() ? stored
                                                                                 : std::nullopt;
}

std::optional<ProductPlan> byteWeights(std::optional<ProductPlan> plan) {
  return plan && plan->weights.integers.type() == ElementType::I8 ? std::move(plan) : std::nullopt;
}

std::optional<ProductPlan> planFor(nn::ConvOp op) {
  std::optional<Stored> x = computedFactor(op.getInput()), w = Stored::of(op.getFilter());
  std::string reason;
  return x && w && isByte(*w) ? byteWeights(planProduct(*x, *w, 0, {}, {}, reason)) : std::nullopt;
}

std::optional<ProductPlan> planFor(nn::MatMulOp op) {
  std::optional<Stored> a = computedFactor(op.getLhs()), b = Stored::of(op.getRhs());
  RankedTensorType left = typeOf(op.getLhs()), right = typeOf(op.getRhs());
  if (!a || !b || !isByte(*b) || left.getRank() < 2 || right.getRank() < 2)
    return std::nullopt;
  std::string reason;
  if (b->constant())
    return byteWeights(
        planProduct(*a, *b, right.getRank() - (op.getTransposeRhs() ? 2 : 1), {}, {}, reason));
  int64_t depth = left.getShape().take_back(2)[op.getTransposeLhs() ? 0 : 1];
  return planComputed(*a, *b, depth, typeOf(op.getResult()).getShape().back(), {}, {}, reason);
}

/// sums·scale as real numbers; `shape` of the scales broadcasts to the sums.
Value toReal(OpBuilder &builder, Location loc, Value sums, ArrayRef<double> scales,
             ArrayRef<int64_t> shape) {
  auto real = RankedTensorType::get(typeOf(sums).getShape(), builder.getF32Type());
  SmallVector<float> factors(scales.begin(), scales.end());
  if (llvm::all_equal(factors))
    factors.truncate(1), shape = {};
  Value scale = nn::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(RankedTensorType::get(shape, builder.getF32Type()),
                             ArrayRef(factors)));
  Value numbers = nn::CastOp::create(builder, loc, real, sums, /*saturate=*/false);
  return nn::BinaryOp::create(builder, loc, real, nn::BinaryKind::mul, numbers, scale);
}

/// conv(dequantize(x), dequantize(w), b) → real(conv(x, w))·S_x·S_w + b
struct FoldRealConv : OpRewritePattern<nn::ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::ConvOp op, PatternRewriter &rewriter) const override {
    std::optional<ProductPlan> plan = planFor(op);
    if (!plan)
      return rewriter.notifyMatchFailure(op, "no product of a byte and constant bytes");
    Stored x = *Stored::of(op.getInput());
    Location loc = op.getLoc();
    auto type = RankedTensorType::get(op.getType().getShape(), rewriter.getI32Type());
    Value sums =
        nn::ConvOp::create(rewriter, loc, type, x.integers(rewriter),
                           weightConstant(rewriter, op.getFilter().getLoc(), plan->weights),
                           Value(), op.getStrides(), op.getDilations(), op.getPadsBegin(),
                           op.getPadsEnd(), op.getGroup(), static_cast<uint64_t>(x.zeroPoint()));
    SmallVector<int64_t> shape(static_cast<size_t>(type.getRank() - 1), 1);
    shape[0] = type.getDimSize(1);
    Value result = toReal(rewriter, loc, sums, plan->scales, shape);
    if (Value bias = op.getBias()) {
      auto spread = RankedTensorType::get(shape, rewriter.getF32Type());
      bias = rewriter.createOrFold<nn::ReshapeOp>(bias.getLoc(), spread, bias);
      result = nn::BinaryOp::create(rewriter, loc, op.getType(), nn::BinaryKind::add, result, bias);
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// matmul(dequantize(a), dequantize(b)) → real(matmul(a, b))·S_a·S_b
struct FoldRealMatMul : OpRewritePattern<nn::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::MatMulOp op, PatternRewriter &rewriter) const override {
    std::optional<ProductPlan> plan = planFor(op);
    if (!plan)
      return rewriter.notifyMatchFailure(op, "no product of bytes");
    Stored a = *Stored::of(op.getLhs()), b = *Stored::of(op.getRhs());
    Location loc = op.getLoc();
    bool computed = !b.constant();
    Value right = computed ? b.integers(rewriter)
                           : weightConstant(rewriter, op.getRhs().getLoc(), plan->weights);
    auto type = RankedTensorType::get(typeOf(op.getResult()).getShape(), rewriter.getI32Type());
    Value sums =
        nn::MatMulOp::create(rewriter, loc, type, a.integers(rewriter), right, op.getTransposeLhs(),
                             op.getTransposeRhs(), static_cast<uint64_t>(a.zeroPoint()),
                             computed ? static_cast<uint64_t>(b.zeroPoint()) : 0);
    rewriter.replaceOp(op, toReal(rewriter, loc, sums, plan->scales, type.getShape().back()));
    return success();
  }
};

} // namespace

void populateRealProductFolds(RewritePatternSet &patterns) {
  patterns.add<FoldRealConv, FoldRealMatMul>(patterns.getContext());
}

bool isFoldableRealProduct(Operation *op) {
  if (auto conv = dyn_cast<nn::ConvOp>(op))
    return planFor(conv).has_value();
  auto matmul = dyn_cast<nn::MatMulOp>(op);
  return matmul && planFor(matmul).has_value();
}

} // namespace nnc
