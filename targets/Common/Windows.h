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

  /// The lists of strides with an entry for each of these dimensions.
  llvm::SmallVector<llvm::SmallVector<int64_t> *> strideLists();
  /// Exchanges lines and pixels where lines are short and many.
  void chooseLines();
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

/// Loops of a convolution over `groups` groups of channels, with packed filters, or of one with a
/// filter for each channel. Addresses start at the operands' bases.
void emitWindows(const Emission &emission, kernel::ProductOpInterface op, Windows windows,
                 int64_t groups);
void emitDepthwiseWindows(const Emission &emission, kernel::ProductOpInterface op, Windows windows);

} // namespace nnc

#endif
