// nnc-equalize: even out the ranges of the channels between two products.
//
// With channel c of the first product's result divided by s_c > 0 and the second product's weights
// for it multiplied by s_c the network computes the same, also through relu. s_c = √(a_c / b_c),
// where a_c and b_c are the largest weights into and out of the channel, makes both equal: Nagel et
// al., Data-Free Quantization Through Weight Equalization and Bias Correction, 2019. Here s_c is a
// power of two, so that no number is rounded.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "passes/Graph/Constants.h"
#include "passes/Graph/Products.h"
#include "passes/Quantization/Passes.h"
#include "passes/Quantization/StoredValues.h"

#include <cmath>

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_EQUALIZEPASS
#include "passes/Quantization/Passes.h.inc"

namespace {

/// s lies between 2^-kMost and 2^kMost in one step.
constexpr int kMost = 8;

/// A product whose result only another reads, through relu at most.
struct Pair {
  Operation *first, *second;
};

/// A convolution with weights of its own, a bias or none, and 32-bit numbers.
std::optional<Product> scalableProduct(Operation *op) {
  if (!isa_and_present<nn::ConvOp>(op))
    return std::nullopt;
  std::optional<Product> product = productOf(op);
  if (!product || product->sharedWeights || product->elements.type() != ElementType::F32)
    return std::nullopt;
  if (product->bias && !constantOf(product->bias))
    return std::nullopt;
  return product;
}

SmallVector<Pair> findPairs(func::FuncOp function) {
  SmallVector<Pair> pairs;
  function.walk([&](nn::ConvOp conv) {
    Value result = conv.getResult();
    auto onlyUser = [&] { return result.hasOneUse() ? *result.user_begin() : nullptr; };
    Operation *user = onlyUser();
    if (auto unary = dyn_cast_if_present<nn::UnaryOp>(user);
        unary && unary.getKind() == nn::UnaryKind::relu) {
      result = unary.getResult();
      user = onlyUser();
    }
    if (isa_and_present<nn::ConvOp>(user) && user->getOperand(0) == result)
      pairs.push_back({conv, user});
  });
  return pairs;
}

/// The largest weight of each channel of the result or of the input.
std::vector<double> largestWeights(const Product &product, bool byOutput, int64_t channels) {
  std::vector<double> largest(static_cast<size_t>(channels), 0.0);
  for (int64_t i = 0; i < product.elements.size(); ++i) {
    auto c = static_cast<size_t>(byOutput ? product.index.output(i) : product.index.input(i));
    largest[c] = std::max(largest[c], std::fabs(product.elements.real(i)));
  }
  return largest;
}

/// The exponents of s; empty where all are 0.
std::vector<int> planExponents(const Product &first, const Product &second) {
  int64_t channels = typeOf(first.op->getResult(0)).getDimSize(1);
  std::vector<double> in = largestWeights(first, true, channels),
                      out = largestWeights(second, false, channels);
  std::vector<int> exponents(static_cast<size_t>(channels), 0);
  bool any = false;
  for (size_t c = 0; c < exponents.size(); ++c) {
    // A channel of zeros, or one that nobody reads, needs no change.
    if (!(in[c] > 0) || !(out[c] > 0) || !std::isfinite(in[c]) || !std::isfinite(out[c]))
      continue;
    double exponent = std::nearbyint(std::log2(in[c] / out[c]) / 2);
    exponents[c] = static_cast<int>(std::clamp<double>(exponent, -kMost, kMost));
    any |= exponents[c] != 0;
  }
  return any ? exponents : std::vector<int>();
}

std::vector<double> powers(ArrayRef<int> exponents, int sign) {
  std::vector<double> factors;
  for (int exponent : exponents)
    factors.push_back(std::ldexp(1.0, sign * exponent));
  return factors;
}

void setConstant(Operation *op, unsigned operand, const reference::Tensor &elements) {
  OpBuilder builder(op);
  op->setOperand(operand, makeConstant(builder, op->getOperand(operand).getLoc(), elements));
}

/// Numbers times powers of two; nothing where one would be rounded.
std::optional<reference::Tensor> scaleExactly(const reference::Tensor &from,
                                              llvm::function_ref<double(int64_t)> factor) {
  reference::Tensor scaled = reference::Tensor::zeros(from.shape(), from.type());
  for (int64_t i = 0; i < from.size(); ++i) {
    double exact = from.real(i) * factor(i);
    scaled.setReal(i, exact);
    if (scaled.real(i) != exact)
      return std::nullopt;
  }
  return scaled;
}

struct EqualizePass : impl::EqualizePassBase<EqualizePass> {
  using EqualizePassBase::EqualizePassBase;

  void runOnOperation() override {
    SmallVector<Pair> pairs = findPairs(getOperation());
    for (int64_t sweep = 0; sweep < sweeps; ++sweep) {
      bool changed = false;
      for (const Pair &pair : pairs)
        changed |= equalize(pair);
      if (!changed)
        return;
    }
  }

private:
  static bool equalize(const Pair &pair) {
    std::optional<Product> first = scalableProduct(pair.first),
                           second = scalableProduct(pair.second);
    if (!first || !second)
      return false;
    std::vector<int> exponents = planExponents(*first, *second);
    if (exponents.empty())
      return false;
    std::vector<double> down = powers(exponents, -1), up = powers(exponents, 1);
    auto factor = [](const std::vector<double> &factors, int64_t channel) {
      return factors[static_cast<size_t>(channel)];
    };
    auto before = scaleExactly(first->elements,
                               [&](int64_t i) { return factor(down, first->index.output(i)); });
    auto after = scaleExactly(second->elements,
                              [&](int64_t i) { return factor(up, second->index.input(i)); });
    std::optional<reference::Tensor> bias;
    if (first->bias)
      bias = scaleExactly(*constantOf(first->bias), [&](int64_t i) { return factor(down, i); });
    if (!before || !after || (first->bias && !bias))
      return false;
    setConstant(pair.first, 1, *before);
    if (bias)
      setConstant(pair.first, 2, *bias);
    setConstant(pair.second, 1, *after);
    return true;
  }
};

} // namespace

} // namespace nnc
