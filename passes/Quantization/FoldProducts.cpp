// Convolutions and matrix products between nn.dequantize and nn.quantize.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/FoldQdq.h"
#include "passes/Quantization/ProductPlans.h"

using namespace mlir;

namespace nnc {

namespace {

bool isZero(ArrayRef<int32_t> values) {
  return llvm::all_of(values, [](int32_t value) { return value == 0; });
}

/// quantize(conv(dequantize(x), dequantize(w), b)) → requantize(conv(x, w, b'))
struct FoldConv : FoldIntoIntegers {
  using FoldIntoIntegers::FoldIntoIntegers;

  Value fold(const Request &request) const override {
    auto op = dyn_cast<nn::ConvOp>(request.root);
    if (!op)
      return {};
    std::optional<Stored> x = Stored::of(op.getInput()), w = Stored::of(op.getFilter());
    if (!x || !w)
      return request.because(!x ? "its input is not quantized" : "its filter is not quantized");
    std::optional<ProductPlan> plan =
        planProduct(*x, *w, 0, op.getBias(), request.result, request.reason);
    if (!plan)
      return {};
    PatternRewriter &rewriter = request.rewriter;
    auto channels = static_cast<int64_t>(plan->scales.size());
    Value bias;
    if (!isZero(plan->bias))
      bias = nn::ConstantOp::create(
          rewriter, op.getLoc(),
          DenseElementsAttr::get(RankedTensorType::get({channels}, rewriter.getI32Type()),
                                 ArrayRef(plan->bias)));
    auto type = RankedTensorType::get(op.getType().getShape(), rewriter.getI32Type());
    Value sums =
        nn::ConvOp::create(rewriter, op.getLoc(), type, x->integers(rewriter),
                           weightConstant(rewriter, op.getFilter().getLoc(), plan->weights), bias,
                           op.getStrides(), op.getDilations(), op.getPadsBegin(), op.getPadsEnd(),
                           op.getGroup(), static_cast<uint64_t>(x->zeroPoint()));
    SmallVector<int64_t> shape(static_cast<size_t>(type.getRank() - 1), 1);
    shape[0] = channels;
    return requantize(rewriter, request.loc, {sums, plan->bound}, plan->scales, shape,
                      request.result);
  }
};

/// quantize(matmul(dequantize(a), dequantize(b)) + c) → requantize(matmul(a, b) + c')
struct FoldMatMul : FoldIntoIntegers {
  using FoldIntoIntegers::FoldIntoIntegers;

  /// A product and what is added to it.
  static std::pair<nn::MatMulOp, Value> productAndBias(Operation *root) {
    if (auto product = dyn_cast<nn::MatMulOp>(root))
      return {product, {}};
    auto sum = dyn_cast<nn::BinaryOp>(root);
    if (!sum || sum.getKind() != nn::BinaryKind::add)
      return {};
    for (auto [product, bias] :
         {std::pair(sum.getLhs(), sum.getRhs()), std::pair(sum.getRhs(), sum.getLhs())})
      if (auto op = product.getDefiningOp<nn::MatMulOp>(); op && product.getType() == sum.getType())
        return {op, bias};
    return {};
  }

  /// Whether a bias has one element for each column, the same for all rows.
  static bool isByColumn(Value bias, int64_t columns) {
    ArrayRef<int64_t> shape = typeOf(bias).getShape();
    int64_t count = typeOf(bias).getNumElements();
    return count == 1 || (count == columns && shape.back() == columns);
  }

  static std::optional<ProductPlan> planFor(nn::MatMulOp op, const Stored &a, const Stored &b,
                                            Value bias, const Request &request) {
    RankedTensorType left = typeOf(op.getLhs()), right = typeOf(op.getRhs());
    if (b.constant())
      return planProduct(a, b, right.getRank() - (op.getTransposeRhs() ? 2 : 1), bias,
                         request.result, request.reason);
    int64_t depth = left.getShape().take_back(2)[op.getTransposeLhs() ? 0 : 1];
    return planComputed(a, b, depth, typeOf(op.getResult()).getShape().back(), bias, request.result,
                        request.reason);
  }

  Value fold(const Request &request) const override {
    auto [op, addend] = productAndBias(request.root);
    if (!op)
      return {};
    if (!op->hasOneUse())
      return request.because("the product has another reader");
    std::optional<Stored> a = Stored::of(op.getLhs()), b = Stored::of(op.getRhs());
    if (!a || !b)
      return request.because(!a ? "its left operand is not quantized"
                                : "its right operand is not quantized");
    int64_t columns = typeOf(op.getResult()).getShape().back();
    if (addend && !isByColumn(addend, columns))
      return request.because("what is added to it is no bias");
    std::optional<ProductPlan> plan = planFor(op, *a, *b, addend, request);
    if (!plan)
      return {};
    PatternRewriter &rewriter = request.rewriter;
    auto type = RankedTensorType::get(typeOf(op.getResult()).getShape(), rewriter.getI32Type());
    bool computed = !b->constant();
    Value right = computed ? b->integers(rewriter)
                           : weightConstant(rewriter, op.getRhs().getLoc(), plan->weights);
    Value sums = nn::MatMulOp::create(rewriter, op.getLoc(), type, a->integers(rewriter), right,
                                      op.getTransposeLhs(), op.getTransposeRhs(),
                                      static_cast<uint64_t>(a->zeroPoint()),
                                      computed ? static_cast<uint64_t>(b->zeroPoint()) : 0);
    if (!isZero(plan->bias))
      sums = nn::BinaryOp::create(
          rewriter, request.root->getLoc(), type, nn::BinaryKind::add, sums,
          integerConstant(rewriter, request.root->getLoc(), plan->bias, {columns}));
    return requantize(rewriter, request.loc, {sums, plan->bound}, plan->scales, {columns},
                      request.result);
  }
};

} // namespace

void populateProductFolds(RewritePatternSet &patterns, FoldIntoIntegers::Reasons &reasons) {
  patterns.add<FoldConv, FoldMatMul>(patterns.getContext(), reasons);
}

} // namespace nnc
