// Convolutions and matrix products between nn.dequantize and nn.quantize.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/FoldQdq.h"

#include <cmath>

using namespace mlir;

namespace nnc {

namespace {

constexpr int64_t kLargestSum = (int64_t(1) << 31) - 1;

/// The weights of a product as integers around zero, column by column: one for each output channel.
struct Weights {
  reference::Tensor integers;  ///< of 8 bits where that is enough, else of 16, with zero point 0
  SmallVector<double> scales;  ///< of each column
  SmallVector<int64_t> bounds; ///< Σ |w| of each column
};

/// Reads constant weights whose columns lie along `axis`; null with a reason.
std::optional<Weights> readWeights(const Stored &stored, int64_t axis, std::string &reason) {
  std::optional<reference::Tensor> elements = stored.constant();
  if (!elements) {
    reason = "its weights are no constant";
    return std::nullopt;
  }
  if (!stored.isUniform() && stored.axis() != axis) {
    reason = "its weights have a scale for each index of axis " + std::to_string(stored.axis()) +
             ", expected axis " + std::to_string(axis);
    return std::nullopt;
  }
  int64_t columns = elements->dim(axis), inner = 1;
  for (int64_t d = axis + 1; d < elements->rank(); ++d)
    inner *= elements->dim(d);
  auto column = [&](int64_t i) { return static_cast<size_t>(i / inner % columns); };
  Weights weights;
  weights.bounds.assign(static_cast<size_t>(columns), 0);
  bool wide = false;
  auto value = [&](int64_t i) {
    return elements->integer(i) - stored.zeroPoint(stored.isUniform() ? 0 : column(i));
  };
  for (int64_t i = 0; i < elements->size(); ++i) {
    weights.bounds[column(i)] += std::abs(value(i));
    wide |= value(i) < -128 || value(i) > 127;
  }
  weights.integers =
      reference::Tensor::zeros(elements->shape(), wide ? ElementType::I16 : ElementType::I8);
  for (int64_t i = 0; i < elements->size(); ++i)
    weights.integers.setInteger(i, value(i));
  for (int64_t c = 0; c < columns; ++c)
    weights.scales.push_back(stored.scale(stored.isUniform() ? 0 : static_cast<size_t>(c)));
  return weights;
}

/// The bias of each column, a constant, in the steps of its sums: of integers with about this scale
/// the integers themselves. Null with a reason.
std::optional<std::vector<double>> readBias(Value bias, ArrayRef<double> steps,
                                            std::string &reason) {
  std::vector<double> result(steps.size(), 0.0);
  if (!bias)
    return result;
  std::optional<Stored> stored = Stored::of(bias);
  auto constant = bias.getDefiningOp<nn::ConstantOp>();
  std::optional<reference::Tensor> elements =
      stored ? stored->constant()
             : (constant ? reference::Tensor::fromAttr(constant.getValue()) : std::nullopt);
  if (!elements) {
    reason = "its bias is no constant";
    return std::nullopt;
  }
  if (elements->size() != 1 && elements->size() != static_cast<int64_t>(steps.size())) {
    reason = "its bias has " + std::to_string(elements->size()) + " elements for " +
             std::to_string(steps.size()) + " columns";
    return std::nullopt;
  }
  for (auto [c, step] : llvm::enumerate(steps)) {
    size_t i = elements->size() == 1 ? 0 : c;
    if (!stored) {
      result[c] = elements->real(static_cast<int64_t>(i)) / step;
      continue;
    }
    size_t scale = stored->isUniform() ? 0 : i;
    double factor = stored->scale(scale) / step;
    bool same = std::fabs(factor - 1) < 0x1p-20; // it was rounded to f32
    result[c] =
        static_cast<double>(elements->integer(static_cast<int64_t>(i)) - stored->zeroPoint(scale)) *
        (same ? 1 : factor);
  }
  return result;
}

/// All that both products need: exact sums stay within 32 bits.
struct ProductPlan {
  Weights weights;
  SmallVector<int32_t> bias; ///< in steps of the sums
  SmallVector<double> scales;
  int64_t bound = 0; ///< of all sums
};

/// Adds the biases to a plan whose weights and scales of sums are known, and goes on to the scales
/// of the result. False with a reason.
bool finishPlan(ProductPlan &plan, int64_t reach, Value bias, quant::UniformQuantizedType result,
                std::string &reason) {
  auto biases = readBias(bias, plan.scales, reason);
  if (!biases)
    return false;
  for (auto [c, scale] : llvm::enumerate(plan.scales)) {
    double rounded = std::round((*biases)[c]);
    double largest = std::fabs(rounded) +
                     static_cast<double>(plan.weights.bounds[c]) * static_cast<double>(reach);
    if (!(largest <= static_cast<double>(kLargestSum))) {
      reason = "sums of channel " + std::to_string(c) + " may leave 32 bits";
      return false;
    }
    plan.bound = std::max(plan.bound, static_cast<int64_t>(largest));
    plan.bias.push_back(static_cast<int32_t>(rounded));
    scale /= static_cast<float>(result.getScale());
  }
  if (!canRequantize(plan.scales, result)) {
    reason = "the scales of operands and result are too far apart";
    return false;
  }
  return true;
}

/// Plans sums of x·w + bias with constant weights. Null with a reason.
std::optional<ProductPlan> planProduct(const Stored &x, const Stored &w, int64_t columnAxis,
                                       Value bias, quant::UniformQuantizedType result,
                                       std::string &reason) {
  if (!x.isUniform() || x.bits() > 16 || w.bits() > 16) {
    reason = x.isUniform() ? "its operands have more than 16 bits" : "its input has several scales";
    return std::nullopt;
  }
  std::optional<Weights> weights = readWeights(w, columnAxis, reason);
  if (!weights)
    return std::nullopt;
  ProductPlan plan;
  for (double scale : weights->scales)
    plan.scales.push_back(x.scale() * scale);
  plan.weights = std::move(*weights);
  if (!finishPlan(plan, x.reach(), bias, result, reason))
    return std::nullopt;
  return plan;
}

/// Plans sums of a·b + bias, both computed. Null with a reason.
std::optional<ProductPlan> planComputed(const Stored &a, const Stored &b, int64_t depth,
                                        int64_t columns, Value bias,
                                        quant::UniformQuantizedType result, std::string &reason) {
  if (!a.isUniform() || !b.isUniform() || a.bits() > 16 || b.bits() > 16) {
    reason = "its operands have several scales or more than 16 bits";
    return std::nullopt;
  }
  ProductPlan plan;
  auto count = static_cast<size_t>(columns);
  plan.scales.assign(count, a.scale() * b.scale());
  plan.weights.bounds.assign(count, depth * b.reach());
  if (!finishPlan(plan, a.reach(), bias, result, reason))
    return std::nullopt;
  return plan;
}

bool isZero(ArrayRef<int32_t> values) {
  return llvm::all_of(values, [](int32_t value) { return value == 0; });
}

Value weightConstant(OpBuilder &builder, Location loc, const Weights &weights) {
  constexpr int64_t kResourceBytes = 4096;
  return nn::ConstantOp::create(builder, loc,
                                weights.integers.toAttr(builder.getContext(), kResourceBytes));
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
