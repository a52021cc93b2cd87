// Normalisations between nn.dequantize and nn.quantize: an affine function of each channel.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/FoldQdq.h"

#include <cmath>

using namespace mlir;

namespace nnc {

namespace {

/// The numbers of a constant, stored as such or quantized.
std::optional<std::vector<double>> readNumbers(Value value) {
  std::optional<Stored> stored = Stored::of(value);
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  if (constant) {
    auto elements = reference::Tensor::fromAttr(constant.getValue());
    return elements ? std::optional(elements->reals()) : std::nullopt;
  }
  std::optional<reference::Tensor> elements = stored ? stored->constant() : std::nullopt;
  if (!elements || !stored->isUniform())
    return std::nullopt;
  std::vector<double> numbers;
  for (int64_t i = 0; i < elements->size(); ++i)
    numbers.push_back(static_cast<double>(elements->integer(i) - stored->zeroPoint()) *
                      stored->scale());
  return numbers;
}

/// y = factor·x + term of each channel, in real numbers.
struct Channels {
  std::vector<double> factor, term;
};

std::optional<Channels> readNorm(nn::BatchNormOp op) {
  auto scale = readNumbers(op.getScale()), bias = readNumbers(op.getBias()),
       mean = readNumbers(op.getMean()), variance = readNumbers(op.getVariance());
  if (!scale || !bias || !mean || !variance)
    return std::nullopt;
  double epsilon = op.getEpsilon().convertToDouble();
  Channels channels;
  for (size_t c = 0; c < scale->size(); ++c) {
    channels.factor.push_back((*scale)[c] / std::sqrt((*variance)[c] + epsilon));
    channels.term.push_back((*bias)[c] - (*mean)[c] * channels.factor.back());
  }
  return channels;
}

/// The same with integers: M·q + T counts steps of `scale` of the result's.
struct Steps {
  SmallVector<int32_t> factor, term;
  SmallVector<double> scale;
};

/// 29 bits for the largest product and for the term: their sum has 30. Nothing where a channel has
/// no finite numbers.
std::optional<Steps> stepsOf(const Channels &channels, const Stored &x,
                             quant::UniformQuantizedType result) {
  constexpr double kLargest = 0x1p29;
  auto unit = static_cast<double>(static_cast<float>(result.getScale()));
  Steps steps;
  for (auto [factor, term] : llvm::zip_equal(channels.factor, channels.term)) {
    double perStep = factor * x.scale() / unit, offset = term / unit;
    double largest =
        std::max(std::fabs(perStep) * static_cast<double>(x.reach()), std::fabs(offset));
    if (!std::isfinite(largest) || largest > kLargest)
      return std::nullopt;
    double scale = std::max(largest / kLargest, 0x1p-40);
    auto m = static_cast<int32_t>(std::nearbyint(perStep / scale));
    auto t = static_cast<int64_t>(std::nearbyint(offset / scale));
    t -= m * x.zeroPoint();
    if (std::abs(t) >= int64_t(1) << 31)
      return std::nullopt;
    steps.factor.push_back(m);
    steps.term.push_back(static_cast<int32_t>(t));
    steps.scale.push_back(scale);
  }
  return steps;
}

/// quantize(batch_norm(dequantize(x))) → requantize(M·x + T)
struct FoldBatchNorm : FoldIntoIntegers {
  using FoldIntoIntegers::FoldIntoIntegers;

  Value fold(const Request &request) const override {
    auto op = dyn_cast<nn::BatchNormOp>(request.root);
    if (!op)
      return {};
    std::optional<Stored> x = Stored::of(op.getInput());
    if (!x || !x->isUniform() || x->bits() > 8)
      return request.because("its input is not quantized with one scale and 8 bits");
    std::optional<Channels> channels = readNorm(op);
    if (!channels)
      return request.because("its statistics are no constants");
    std::optional<Steps> steps = stepsOf(*channels, *x, request.result);
    if (!steps || !canRequantize(steps->scale, request.result))
      return request.because("the factors of its channels are too large");
    OpBuilder &builder = request.rewriter;
    Location loc = op.getLoc();
    SmallVector<int64_t> shape(static_cast<size_t>(op.getType().getRank() - 1), 1);
    shape[0] = static_cast<int64_t>(steps->scale.size());
    Value sums = widen(builder, loc, x->integers(builder));
    for (auto [kind, constants] : {std::pair(nn::BinaryKind::mul, &steps->factor),
                                   std::pair(nn::BinaryKind::add, &steps->term)})
      sums = nn::BinaryOp::create(builder, loc, sums.getType(), kind, sums,
                                  integerConstant(builder, loc, *constants, shape));
    return requantize(builder, request.loc, {sums, (int64_t(1) << 31) - 1}, steps->scale, shape,
                      request.result);
  }
};

} // namespace

void populateAffineFolds(RewritePatternSet &patterns, FoldIntoIntegers::Reasons &reasons) {
  patterns.add<FoldBatchNorm>(patterns.getContext(), reasons);
}

} // namespace nnc
