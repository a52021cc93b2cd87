// How the columns of a packed operand lie in panels.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_KERNEL_PANELS_H
#define NNC_DIALECTS_KERNEL_PANELS_H

#include "llvm/Support/MathExtras.h"

#include <cstdint>

namespace nnc::kernel {

/// N columns in panels of `width` columns; panel p holds [K][panelWidth(p)] elements and starts at
/// element p·K·width. The last panel, where N is no multiple of `width`, is only as wide as its
/// vectors.
struct Panels {
  int64_t columns; ///< N
  int64_t width;   ///< columns of a full panel (NR)
  int64_t vector;  ///< elements of a machine vector

  int64_t fullPanels() const { return columns / width; }
  /// Columns of the last, narrower panel; 0 if there is none.
  int64_t restColumns() const { return columns % width; }
  /// The same with the columns of zeros that fill its last vector: whole vectors, then one of a
  /// power of two.
  int64_t restWidth() const {
    int64_t rest = restColumns(), tail = rest % vector;
    return rest - tail + (tail ? static_cast<int64_t>(llvm::PowerOf2Ceil(tail)) : 0);
  }
  /// Columns of the widest panel, zeros included.
  int64_t largestWidth() const { return fullPanels() ? width : restWidth(); }
  /// Elements of all panels for K = `depth`.
  int64_t elements(int64_t depth) const { return depth * (fullPanels() * width + restWidth()); }
};

/// Elements from one place of a transform domain to the next one, where each has `elements` of f32.
/// A tile writes or reads all places at once: if they lay a multiple of 1 KiB apart, they would
/// take turns in a few sets of the cache.
inline int64_t placeStride(int64_t elements) {
  constexpr int64_t kConflict = 1024 / 4, kLine = 64 / 4;
  return elements % kConflict == 0 ? elements + kLine : elements;
}

} // namespace nnc::kernel

#endif
