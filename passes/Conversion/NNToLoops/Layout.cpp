// Questions about strides that decide the order of loops.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/Layout.h"

#include "passes/Conversion/Scalar/Scalar.h"

using namespace mlir;

namespace nnc {

SmallVector<int64_t> memoryOrder(RankedTensorType type) {
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
  SmallVector<int64_t> strides = nn::stridesOf(type);
  auto key = [&](int64_t d) { return std::tuple(type.getDimSize(d) > 1, -strides[d], d); };
  llvm::sort(order, [&](int64_t a, int64_t b) { return key(a) < key(b); });
  return order;
}

std::optional<int64_t> innermostDimension(RankedTensorType type) {
  SmallVector<int64_t> order = memoryOrder(type);
  if (order.empty() || type.getDimSize(order.back()) <= 1)
    return std::nullopt;
  return order.back();
}

Type accumulatorType(Type element) {
  Type value = scalar::valueType(element);
  if (isa<FloatType>(value) && value.getIntOrFloatBitWidth() < 32)
    return Float32Type::get(element.getContext());
  return value;
}

} // namespace nnc
