// What the emitters of convolutions share: axes, taps inside the image, the iteration space.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_WINDOWS_H
#define NNC_TARGETS_COMMON_WINDOWS_H

#include "targets/Common/RegisterTile.h"
#include "targets/Common/RowTiles.h"

#include <array>

namespace nnc {

/// A convolution's spatial dimensions seen as planes of lines of pixels: tiles run along a line.
/// Strides of input, result and extra operands are (batch, channel, plane, line, pixel) after
/// `fromOp`; with one or two dimensions there is one plane, with one dimension one line.
struct Windows {
  WindowAxis planes, lines, pixels;
  int64_t planeTapStride = 0, lineTapStride,
          pixelTapStride; ///< taps of the packed filter that lie between neighbouring taps
  int64_t batch, channels, maps;
  ProductOperands operands;
  /// Lines of the result that see all lines of the filter have straight code for those.
  bool straightLines = false;

  /// The lists of strides with an entry for each of these dimensions.
  llvm::SmallVector<llvm::SmallVector<int64_t> *> strideLists();
  /// Makes strides of `spatial` dimensions those of all three.
  void addDimensions(size_t spatial);
  /// Exchanges lines and pixels where lines are short and many.
  void chooseLines();
  /// Whether taps may lie outside the image along planes or lines.
  bool missesLines() const {
    return planes.touchesBegin() || planes.touchesEnd() || lines.touchesBegin() ||
           lines.touchesEnd();
  }
  /// Taps of a filter.
  int64_t taps() const { return planes.kernel * lines.kernel * pixels.kernel; }
  /// Lines run along the last dimension, or along the other one where that is short and the other
  /// is longer, and no order is asked for.
  template <typename Op>
  static Windows fromOp(const Emission &emission, Op op, ProductOperands operands);
};

/// Taps of an axis that lie inside the image for an output position: [first, end).
std::pair<LinearIndex, LinearIndex> tapsInside(const Emission &emission, const WindowAxis &axis,
                                               const LinearIndex &position);

/// Border code that a kernel may spend: tap groups per line.
int64_t maxTapGroups(kernel::TileAttr tile);

/// Calls `body` for every tile of a line, with its first pixel; inside loops for equal tiles.
void forEachTile(const Emission &emission, const WindowAxis &pixels, kernel::TileAttr tile,
                 llvm::function_ref<void(const LinearIndex &, const RowTiles &)> body);

/// The first output pixel of a tile, and the taps of its plane and its line that lie inside the
/// image.
struct TilePosition {
  LinearIndex batch, plane, line, pixel;
  std::pair<LinearIndex, LinearIndex> planeTaps, lineTaps;

  /// Σ of the first input position of the tile's first window times strides (batch, plane, line,
  /// pixel); outside the image where it begins there.
  LinearIndex input(const Windows &windows, std::array<int64_t, 4> strides) const;
};

/// Calls `body` for the tiles of all lines.
void overTiles(const Emission &emission, const Windows &windows, kernel::TileAttr tile,
               llvm::function_ref<void(const TilePosition &, const RowTiles &)> body);

/// A step in the input, and the number of the tap in the packed filter.
struct TapOffset {
  LinearIndex input, tap;
};

/// Carries values through the lines of the filter that lie inside the image for a tile. Input
/// strides are those of (plane, line).
Values overLineTaps(const Emission &emission, const Windows &windows, const TilePosition &position,
                    std::pair<int64_t, int64_t> strides, mlir::ValueRange carried,
                    llvm::function_ref<Values(const TapOffset &, mlir::ValueRange)> body);

/// Carries values through the lines of the filter that lie outside the image for a tile, with their
/// place in the packed filter.
Values overMissingLineTaps(const Emission &emission, const Windows &windows,
                           const TilePosition &position, int64_t tapElements,
                           mlir::ValueRange carried,
                           llvm::function_ref<Values(const LinearIndex &, mlir::ValueRange)> body);

/// All taps of a tile along a line: its groups, and groups without rows for taps that are outside
/// the image for all rows.
llvm::SmallVector<TapGroup> allTaps(const RowTiles &tiles, int64_t kernel);

/// Loops of a convolution over `groups` groups of channels, with packed filters, or of one with a
/// filter for each channel. Addresses start at the operands' bases.
void emitWindows(const Emission &emission, kernel::ProductOpInterface op, Windows windows,
                 int64_t groups);
void emitDepthwiseWindows(const Emission &emission, kernel::ProductOpInterface op, Windows windows);

} // namespace nnc

#endif
