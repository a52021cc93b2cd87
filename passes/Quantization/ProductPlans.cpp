// Products of integers: weights, biases and bounds of sums.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/ProductPlans.h"

#include <cmath>

using namespace mlir;

namespace nnc {

static constexpr int64_t kLargestSum = (int64_t(1) << 31) - 1;

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

/// Adds the biases to a plan whose weights and scales of sums are known, and goes on to the scales
/// of the result. False with a reason.
static bool finishPlan(ProductPlan &plan, int64_t reach, Value bias,
                       quant::UniformQuantizedType result, std::string &reason) {
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
    if (result)
      scale /= static_cast<float>(result.getScale());
  }
  if (result && !canRequantize(plan.scales, result)) {
    reason = "the scales of operands and result are too far apart";
    return false;
  }
  return true;
}

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

Value weightConstant(OpBuilder &builder, Location loc, const Weights &weights) {
  constexpr int64_t kResourceBytes = 4096;
  return nn::ConstantOp::create(builder, loc,
                                weights.integers.toAttr(builder.getContext(), kResourceBytes));
}

} // namespace nnc
