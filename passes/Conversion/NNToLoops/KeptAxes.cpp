// KeptAxes: kept and reduced dimensions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/KeptAxes.h"

using namespace mlir;

namespace nnc {

KeptAxes::KeptAxes(ArrayRef<int64_t> shape, ArrayRef<int64_t> reduced) {
  for (auto [axis, size] : llvm::enumerate(shape)) {
    bool kept = !llvm::is_contained(reduced, static_cast<int64_t>(axis));
    (kept ? keptAxes : tapAxes).push_back(static_cast<int64_t>(axis));
    (kept ? keptShape : tapShape).push_back(size);
  }
}

SmallVector<IndexExpr> KeptAxes::whole(ArrayRef<IndexExpr> kept, ArrayRef<IndexExpr> taps) const {
  SmallVector<IndexExpr> result(keptAxes.size() + tapAxes.size());
  for (auto [axis, place] : llvm::zip_equal(keptAxes, kept))
    result[axis] = place;
  for (auto [axis, place] : llvm::zip_equal(tapAxes, taps))
    result[axis] = place;
  return result;
}

SmallVector<int64_t> KeptAxes::keptOf(ArrayRef<int64_t> perDimension) const {
  return llvm::map_to_vector(keptAxes, [&](int64_t axis) { return perDimension[axis]; });
}

int64_t KeptAxes::taps() const {
  int64_t result = 1;
  for (int64_t size : tapShape)
    result *= size;
  return result;
}

Place viewOf(const Place &place, ArrayRef<int64_t> shape, ArrayRef<int64_t> strides) {
  auto layout = nn::LayoutAttr::get(place.type.getContext(), strides);
  return {place.buffer, RankedTensorType::get(shape, place.type.getElementType(), layout)};
}

Place keptView(const Place &result, const KeptAxes &axes) {
  SmallVector<int64_t> strides = nn::stridesOf(result.type);
  bool keepsDims = strides.size() == axes.keptAxes.size() + axes.tapAxes.size();
  return viewOf(result, axes.keptShape, keepsDims ? axes.keptOf(strides) : strides);
}

} // namespace nnc
