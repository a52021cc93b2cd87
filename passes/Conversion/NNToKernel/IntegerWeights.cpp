// Reading weights that are integers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToKernel/IntegerWeights.h"

#include "dialects/NN/NN.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include <cstring>

using namespace mlir;

namespace nnc {

/// The elements of a constant, splats written out; nothing if they are not there.
template <typename T> static std::optional<std::vector<T>> elementsOf(ElementsAttr source) {
  auto count = static_cast<size_t>(source.getNumElements());
  if (auto splat = dyn_cast<SplatElementsAttr>(source))
    return std::vector<T>(count, static_cast<T>(splat.getSplatValue<APInt>().getSExtValue()));
  ArrayRef<char> bytes;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(source)) {
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      bytes = blob->getData();
  } else if (auto dense = dyn_cast<DenseElementsAttr>(source)) {
    bytes = dense.getRawData();
  }
  if (bytes.size() != count * sizeof(T))
    return std::nullopt;
  std::vector<T> values(count);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

std::optional<IntegerWeights> IntegerWeights::of(Value constant, int64_t zeroPoint) {
  auto op = constant.getDefiningOp<nn::ConstantOp>();
  if (!op || !op.getValue().getElementType().isInteger(8))
    return std::nullopt;
  std::optional<std::vector<int8_t>> stored = elementsOf<int8_t>(op.getValue());
  if (!stored)
    return std::nullopt;
  bool isUnsigned = op.getValue().getElementType().isUnsignedInteger();
  IntegerWeights weights{op.getValue(), zeroPoint, std::move(*stored)};
  for (int8_t &value : weights.values) {
    int64_t less = (isUnsigned ? static_cast<uint8_t>(value) : value) - zeroPoint;
    if (less < -128 || less > 127)
      return std::nullopt;
    value = static_cast<int8_t>(less);
  }
  return weights;
}

std::vector<int32_t> IntegerWeights::sums(const WeightMatrix &matrix) const {
  std::vector<int32_t> sums;
  for (int64_t column = 0; column < matrix.groups * matrix.panels.columns; ++column) {
    uint32_t sum = 0;
    for (int64_t tap = 0; tap < matrix.taps; ++tap)
      for (int64_t channel = 0; channel < matrix.channels; ++channel)
        sum += static_cast<uint32_t>(
            static_cast<int32_t>(values[column * matrix.columnStride + tap * matrix.tapStride +
                                        channel * matrix.channelStride]));
    sums.push_back(static_cast<int32_t>(sum));
  }
  return sums;
}

ElementsAttr integersOf(MLIRContext *context, ArrayRef<int64_t> shape, ArrayRef<int32_t> values) {
  return DenseElementsAttr::get(RankedTensorType::get(shape, IntegerType::get(context, 32)),
                                values);
}

std::optional<std::vector<int32_t>> readIntegers(Value constant) {
  auto op = constant.getDefiningOp<nn::ConstantOp>();
  if (!op || !op.getValue().getElementType().isInteger(32))
    return std::nullopt;
  return elementsOf<int32_t>(op.getValue());
}

} // namespace nnc
