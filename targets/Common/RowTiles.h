// How a row of output pixels is divided into register tiles, and which taps of the filter each tile
// sees.
//
// Taps outside the image are never computed and the image is never copied into a larger one: the
// position of a tile that touches the border is known, so for every tap the range of its pixels
// that lie inside is known too. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#ifndef NNC_TARGETS_COMMON_ROWTILES_H
#define NNC_TARGETS_COMMON_ROWTILES_H

#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <utility>

namespace nnc {

/// One spatial axis of a convolution: input position = output·stride − begin + tap·dilation.
struct WindowAxis {
  int64_t input = 1, output = 1, kernel = 1;
  int64_t stride = 1, dilation = 1, begin = 0;

  /// Whether some tap of some output position lies before or behind the image.
  bool touchesBegin() const { return begin > 0; }
  bool touchesEnd() const {
    return (output - 1) * stride - begin + (kernel - 1) * dilation >= input;
  }
};

/// Output positions that see every tap: [first, end), empty where end ≤ first.
std::pair<int64_t, int64_t> wholeWindows(const WindowAxis &axis);

/// Taps [firstTap, endTap) apply to the pixels [firstRow, endRow) of a tile.
struct TapGroup {
  int64_t firstTap, endTap, firstRow, endRow;
  bool operator==(const TapGroup &) const = default;
};

/// `count` tiles of `rows` output pixels each, one behind the other, the first at `start`. All see
/// the same taps; with `dynamicTaps` (rows is 1 then) the range of taps is computed from the
/// pixel's position while the code runs.
struct RowTiles {
  int64_t start, count, rows;
  llvm::SmallVector<TapGroup, 4> taps;
  bool dynamicTaps = false;
};

/// Divides the axis' output into tiles of at most `maxRows` pixels whose sizes differ by at most
/// one. If that takes more than `maxGroups` tap groups at the borders, border pixels become single
/// tiles with dynamic taps, to keep code small.
llvm::SmallVector<RowTiles> divideRow(const WindowAxis &axis, int64_t maxRows, int64_t maxGroups);

} // namespace nnc

#endif
