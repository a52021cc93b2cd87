// Operators between real numbers and integers that stand for them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Requantize.h"
#include "lib/Reference/Operators.h"
#include "lib/Reference/Shape.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"

#include <cmath>

using namespace mlir;

namespace nnc::reference {

namespace {

/// What the integers of a quantized type stand for.
struct Meaning {
  explicit Meaning(Value tensor) {
    auto type = llvm::cast<RankedTensorType>(tensor.getType());
    auto quantized = llvm::cast<quant::QuantizedType>(type.getElementType());
    low = quantized.getStorageTypeMin(), high = quantized.getStorageTypeMax();
    if (auto one = llvm::dyn_cast<quant::UniformQuantizedType>(quantized)) {
      scales = {one.getScale()}, zeroPoints = {one.getZeroPoint()};
      return;
    }
    auto byAxis = llvm::cast<quant::UniformQuantizedPerAxisType>(quantized);
    llvm::append_range(scales, byAxis.getScales());
    llvm::append_range(zeroPoints, byAxis.getZeroPoints());
    axis = byAxis.getQuantizedDimension();
  }

  size_t at(ArrayRef<int64_t> index) const {
    return scales.size() == 1 ? 0 : static_cast<size_t>(index[static_cast<size_t>(axis)]);
  }

  SmallVector<double> scales;
  SmallVector<int64_t> zeroPoints;
  int64_t low, high, axis = 0;
};

} // namespace

Tensor quantize(nn::QuantizeOp op, Inputs in) {
  Tensor out = resultOf(op.getResult());
  Meaning meaning(op.getResult());
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    size_t c = meaning.at(index);
    // The quotient is one of f32, as on every target.
    auto quotient = static_cast<float>(in[0].real(i)) / static_cast<float>(meaning.scales[c]);
    double rounded = std::nearbyint(quotient) + static_cast<double>(meaning.zeroPoints[c]);
    double value = std::isnan(rounded) ? 0 : rounded;
    out.setInteger(i, static_cast<int64_t>(std::clamp(value, static_cast<double>(meaning.low),
                                                      static_cast<double>(meaning.high))));
  });
  return out;
}

Tensor dequantize(nn::DequantizeOp op, Inputs in) {
  Tensor out = resultOf(op.getResult());
  Meaning meaning(op.getInput());
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    size_t c = meaning.at(index);
    out.setReal(i, static_cast<double>(in[0].integer(i) - meaning.zeroPoints[c]) *
                       static_cast<double>(static_cast<float>(meaning.scales[c])));
  });
  return out;
}

Tensor requantize(nn::RequantizeOp op, Inputs in) {
  Tensor out = resultOf(op.getResult());
  SmallVector<Index> strides;
  for (const Tensor &tensor : in)
    strides.push_back(broadcastStrides(tensor.shape(), out.shape()));
  numerics::IntegerRange range{op.lowest(), op.highest()};
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    auto get = [&](size_t k) {
      return static_cast<int32_t>(in[k].integer(dot(index, strides[k])));
    };
    constexpr int32_t kShiftBits = 31;
    numerics::RegisterScale scale{get(1), in.size() > 4 ? get(4) & kShiftBits : 0,
                                  get(3) & kShiftBits, get(2)};
    out.setInteger(i, numerics::requantize(get(0), scale, range));
  });
  return out;
}

} // namespace nnc::reference
