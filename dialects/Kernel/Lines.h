// Along which dimension the pixels of a convolution form lines.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_KERNEL_LINES_H
#define NNC_DIALECTS_KERNEL_LINES_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace nnc::kernel {

/// Whether tiles of pixels run along the last but one spatial dimension of the result rather than
/// along the last: they do where the last is too short to fill a tile and the first is longer.
inline bool linesRunAlongHeight(int64_t height, int64_t width) {
  return width < 7 && height > width;
}

/// The spatial dimension of a result along which its tiles run.
inline size_t tileDimension(llvm::ArrayRef<int64_t> spatial) {
  size_t last = spatial.size() - 1;
  return last > 0 && linesRunAlongHeight(spatial[last - 1], spatial[last]) ? last - 1 : last;
}

} // namespace nnc::kernel

#endif
