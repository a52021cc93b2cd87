// Walking over the elements of tensors by their indices.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_REFERENCE_SHAPE_H
#define NNC_LIB_REFERENCE_SHAPE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace nnc::reference {

using Index = llvm::SmallVector<int64_t, 6>;

inline Index rowMajorStrides(llvm::ArrayRef<int64_t> shape) {
  Index strides(shape.size(), 1);
  for (size_t d = shape.size(); d-- > 1;)
    strides[d - 1] = strides[d] * shape[d];
  return strides;
}

/// Strides with which an operand of shape `from` is read as one of shape `to`: 0 in repeated
/// dimensions.
inline Index broadcastStrides(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to) {
  Index own = rowMajorStrides(from), strides(to.size(), 0);
  size_t shift = to.size() - from.size();
  for (size_t d = 0; d < from.size(); ++d)
    strides[shift + d] = from[d] == 1 ? 0 : own[d];
  return strides;
}

inline int64_t dot(llvm::ArrayRef<int64_t> index, llvm::ArrayRef<int64_t> strides) {
  int64_t offset = 0;
  for (size_t d = 0; d < index.size(); ++d)
    offset += index[d] * strides[d];
  return offset;
}

inline int64_t product(llvm::ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes)
    result *= size;
  return result;
}

/// Calls `body(linear, index)` for each index of a shape, in row-major order.
template <typename Body> void forEachIndex(llvm::ArrayRef<int64_t> shape, Body body) {
  int64_t count = product(shape);
  Index index(shape.size(), 0);
  for (int64_t linear = 0; linear < count; ++linear) {
    body(linear, llvm::ArrayRef<int64_t>(index));
    for (size_t d = shape.size(); d-- > 0;) {
      if (++index[d] < shape[d])
        break;
      index[d] = 0;
    }
  }
}

} // namespace nnc::reference

#endif
