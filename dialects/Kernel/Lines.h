// Along which dimension the pixels of a convolution form lines.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_KERNEL_LINES_H
#define NNC_DIALECTS_KERNEL_LINES_H

#include <cstdint>

namespace nnc::kernel {

/// Whether tiles of pixels run along the first of two spatial dimensions of the result rather than
/// along the last: they do where the last is too short to fill a tile and the first is longer.
inline bool linesRunAlongHeight(int64_t height, int64_t width) {
  return width < 7 && height > width;
}

} // namespace nnc::kernel

#endif
