// Integers behind the real numbers of a graph, and back.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/StoredValues.h"

#include "lib/Numerics/Requantize.h"

using namespace mlir;

namespace nnc {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

std::optional<Stored> Stored::of(Value real) {
  auto dequantize = real.getDefiningOp<nn::DequantizeOp>();
  if (!dequantize)
    return std::nullopt;
  Value quantized = dequantize.getInput();
  return Stored{quantized, cast<quant::QuantizedType>(typeOf(quantized).getElementType())};
}

double Stored::scale(size_t i) const {
  if (auto one = dyn_cast<quant::UniformQuantizedType>(type))
    return static_cast<float>(one.getScale());
  return static_cast<float>(cast<quant::UniformQuantizedPerAxisType>(type).getScales()[i]);
}

int64_t Stored::zeroPoint(size_t i) const {
  if (auto one = dyn_cast<quant::UniformQuantizedType>(type))
    return one.getZeroPoint();
  return cast<quant::UniformQuantizedPerAxisType>(type).getZeroPoints()[i];
}

int64_t Stored::reach() const {
  return std::max(zeroPoint() - type.getStorageTypeMin(), type.getStorageTypeMax() - zeroPoint());
}

int64_t Stored::axis() const {
  return cast<quant::UniformQuantizedPerAxisType>(type).getQuantizedDimension();
}

size_t Stored::scales() const {
  return isUniform() ? 1 : cast<quant::UniformQuantizedPerAxisType>(type).getScales().size();
}

Value Stored::integers(OpBuilder &builder) const {
  return storageCast(builder, quantized.getLoc(), quantized, nn::storageType(type));
}

std::optional<reference::Tensor> Stored::constant() const {
  constexpr int64_t kMostElements = int64_t(1) << 28; // splats may have any size
  if (typeOf(quantized).getNumElements() > kMostElements)
    return std::nullopt;
  auto cast = quantized.getDefiningOp<nn::StorageCastOp>();
  auto constant = cast ? cast.getInput().getDefiningOp<nn::ConstantOp>() : nn::ConstantOp();
  return constant ? reference::Tensor::fromAttr(constant.getValue()) : std::nullopt;
}

Value storageCast(OpBuilder &builder, Location loc, Value value, Type element) {
  auto type = RankedTensorType::get(typeOf(value).getShape(), element);
  return builder.createOrFold<nn::StorageCastOp>(loc, type, value);
}

Value integerConstant(OpBuilder &builder, Location loc, ArrayRef<int32_t> values,
                      ArrayRef<int64_t> shape) {
  bool equal = !values.empty() && llvm::all_equal(values);
  auto type =
      RankedTensorType::get(equal ? ArrayRef<int64_t>() : shape, builder.getIntegerType(32));
  return nn::ConstantOp::create(builder, loc,
                                DenseElementsAttr::get(type, equal ? values.take_front() : values));
}

Value widen(OpBuilder &builder, Location loc, Value integers) {
  auto type = RankedTensorType::get(typeOf(integers).getShape(), builder.getIntegerType(32));
  return nn::CastOp::create(builder, loc, type, integers, /*saturate=*/false);
}

bool canRequantize(ArrayRef<double> scales, quant::UniformQuantizedType result) {
  return llvm::all_of(scales, [&](double scale) {
    return numerics::fixScale(scale, result.getStorageTypeIntegralWidth()).has_value();
  });
}

namespace {

/// The constants of `nn.requantize`, one of each for each scale.
struct Constants {
  Constants(ArrayRef<double> scales, quant::UniformQuantizedType result)
      : bits(result.getStorageTypeIntegralWidth()), zeroPoint(result.getZeroPoint()) {
    for (double scale : scales) {
      numerics::RegisterScale constants =
          numerics::registersFor(*numerics::fixScale(scale, bits), zeroPoint);
      multiplier.push_back(constants.multiplier);
      offset.push_back(constants.offset);
      right.push_back(constants.right);
      left.push_back(constants.left);
    }
  }

  /// Takes one shift to the left out, of sums up to `bound`: by how much they are to be shifted
  /// before instead. 0 where they would leave 32 bits, or the other constants theirs.
  int takeShift(int64_t bound) {
    int most = *llvm::max_element(left);
    bool fits = bound <= (int64_t(1) << (31 - most)) - 1;
    for (auto [k, r] : llvm::zip_equal(left, right))
      fits &= r + most - k <= numerics::largestRightShift(bits);
    if (most == 0 || !fits)
      return 0;
    for (auto [i, k] : llvm::enumerate(left)) {
      right[i] += most - k;
      offset[i] = static_cast<int32_t>((int64_t(1) << (right[i] - 1)) +
                                       zeroPoint * (int64_t(1) << right[i]));
      k = 0;
    }
    return most;
  }

  unsigned bits;
  int64_t zeroPoint;
  SmallVector<int32_t> multiplier, offset, right, left;
};

} // namespace

Value requantize(OpBuilder &builder, Location loc, Sums sums, ArrayRef<double> scales,
                 ArrayRef<int64_t> shape, quant::UniformQuantizedType result) {
  Constants constants(scales, result);
  auto constant = [&](ArrayRef<int32_t> values) {
    return integerConstant(builder, loc, values, shape);
  };
  Value value = sums.value;
  if (int shift = constants.takeShift(sums.bound))
    value = nn::BinaryOp::create(builder, loc, value.getType(), nn::BinaryKind::mul, value,
                                 integerConstant(builder, loc, int32_t(1) << shift, {}));
  bool shiftsLeft = llvm::any_of(constants.left, [](int32_t k) { return k != 0; });
  IntegerAttr low, high;
  if (result.hasStorageTypeBounds()) {
    low = builder.getI64IntegerAttr(result.getStorageTypeMin());
    high = builder.getI64IntegerAttr(result.getStorageTypeMax());
  }
  auto type = RankedTensorType::get(typeOf(value).getShape(), nn::storageType(result));
  return nn::RequantizeOp::create(builder, loc, type, value, constant(constants.multiplier),
                                  constant(constants.offset), constant(constants.right),
                                  shiftsLeft ? constant(constants.left) : Value(), low, high);
}

} // namespace nnc
