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

/// The elements of a bias: a constant, as real numbers or quantized.
std::optional<std::vector<double>> readBias(Value bias) {
  if (std::optional<Stored> stored = Stored::of(bias)) {
    std::optional<reference::Tensor> elements = stored->constant();
    if (!elements)
      return std::nullopt;
    std::vector<double> values;
    for (int64_t i = 0; i < elements->size(); ++i) {
      size_t c = stored->isUniform() ? 0 : static_cast<size_t>(i);
      values.push_back(static_cast<double>(elements->integer(i) - stored->zeroPoint(c)) *
                       stored->scale(c));
    }
    return values;
  }
  auto constant = bias.getDefiningOp<nn::ConstantOp>();
  auto elements = constant ? reference::Tensor::fromAttr(constant.getValue()) : std::nullopt;
  return elements ? std::optional(elements->reals()) : std::nullopt;
}

/// All that both products need: exact sums stay within 32 bits.
struct ProductPlan {
  Weights weights;
  SmallVector<int32_t> bias; ///< in steps of the sums
  SmallVector<double> scales;
  int64_t bound = 0; ///< of all sums
};

/// Plans sums of x·w + bias. Null with a reason.
std::optional<ProductPlan> planProduct(const Stored &x, const Stored &w, int64_t columnAxis,
                                       Value bias, quant::UniformQuantizedType result,
                                       std::string &reason) {
  auto refuse = [&](std::string text) {
    reason = std::move(text);
    return std::nullopt;
  };
  if (!x.isUniform())
    return refuse("its input has several scales");
  if (x.bits() > 16 || w.bits() > 16)
    return refuse("its operands have more than 16 bits");
  std::optional<Weights> weights = readWeights(w, columnAxis, reason);
  if (!weights)
    return std::nullopt;
  size_t columns = weights->scales.size();
  std::vector<double> biases(columns, 0.0);
  if (bias) {
    auto values = readBias(bias);
    if (!values)
      return refuse("its bias is no constant");
    if (values->size() != 1 && values->size() != columns)
      return refuse("its bias has " + std::to_string(values->size()) + " elements for " +
                    std::to_string(columns) + " columns");
    for (size_t c = 0; c < columns; ++c)
      biases[c] = values->size() == 1 ? values->front() : (*values)[c];
  }
  ProductPlan plan;
  for (size_t c = 0; c < columns; ++c) {
    double step = x.scale() * weights->scales[c], inSteps = std::round(biases[c] / step);
    double largest = std::fabs(inSteps) +
                     static_cast<double>(weights->bounds[c]) * static_cast<double>(x.reach());
    if (!(largest <= static_cast<double>(kLargestSum)))
      return refuse("sums of channel " + std::to_string(c) + " may leave 32 bits");
    plan.bound = std::max(plan.bound, static_cast<int64_t>(largest));
    plan.bias.push_back(static_cast<int32_t>(inSteps));
    plan.scales.push_back(step / static_cast<float>(result.getScale()));
  }
  if (!canRequantize(plan.scales, result))
    return refuse("the scales of operands and result are too far apart");
  plan.weights = std::move(*weights);
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
    RankedTensorType real = typeOf(op.getResult()), right = typeOf(op.getRhs());
    int64_t columns = real.getShape().back();
    if (right.getNumElements() !=
        columns * typeOf(op.getLhs()).getShape().take_back(2)[op.getTransposeLhs() ? 0 : 1])
      return request.because("its right operand is a batch of matrices");
    if (addend && !isByColumn(addend, columns))
      return request.because("what is added to it is no bias");
    int64_t axis = right.getRank() - (op.getTransposeRhs() ? 2 : 1);
    std::optional<ProductPlan> plan =
        planProduct(*a, *b, axis, addend, request.result, request.reason);
    if (!plan)
      return {};
    PatternRewriter &rewriter = request.rewriter;
    auto type = RankedTensorType::get(real.getShape(), rewriter.getI32Type());
    Value sums = nn::MatMulOp::create(rewriter, op.getLoc(), type, a->integers(rewriter),
                                      weightConstant(rewriter, op.getRhs().getLoc(), plan->weights),
                                      op.getTransposeLhs(), op.getTransposeRhs(),
                                      static_cast<uint64_t>(a->zeroPoint()));
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
