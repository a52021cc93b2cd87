// What the emitters of convolutions share: axes, taps inside the image, the iteration space.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_WINDOWS_H
#define NNC_TARGETS_COMMON_WINDOWS_H

#include "targets/Common/RegisterTile.h"
#include "targets/Common/RowTiles.h"

namespace nnc {

/// A convolution's spatial dimensions seen as lines of pixels: tiles run along a line. Strides of
/// input, result and extra operands are (batch, channel, line, pixel) after `fromOp`; a
/// one-dimensional convolution has one line.
struct Windows {
  WindowAxis lines, pixels;
  int64_t lineTapStride,
      pixelTapStride; ///< taps of the packed filter that lie between neighbouring taps
  int64_t batch, channels, maps;
  ProductOperands operands;

  /// Lines run along the last dimension, or along the other one where that is short and the other
  /// is longer.
  template <typename Op> static Windows fromOp(Op op, ProductOperands operands);
};

/// Taps of an axis that lie inside the image for an output position: [first, end).
std::pair<LinearIndex, LinearIndex> tapsInside(const Emission &emission, const WindowAxis &axis,
                                               const LinearIndex &position);

/// Border code that a kernel may spend: tap groups per line.
int64_t maxTapGroups(kernel::TileAttr tile);

/// Calls `body` for every tile of a line, with its first pixel; inside loops for equal tiles.
void forEachTile(const Emission &emission, const WindowAxis &pixels, kernel::TileAttr tile,
                 llvm::function_ref<void(const LinearIndex &, const RowTiles &)> body);

} // namespace nnc

#endif
