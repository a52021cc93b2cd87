// Division of a row of output pixels into register tiles.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/RowTiles.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace llvm;

namespace nnc {

/// The smallest n ≥ 0 with n·divisor ≥ value.
static int64_t ceilDivClamped(int64_t value, int64_t divisor) {
  return value <= 0 ? 0 : static_cast<int64_t>(divideCeil(value, divisor));
}

/// Output positions whose tap lies inside the image: [first, end).
static std::pair<int64_t, int64_t> insideRange(const WindowAxis &axis, int64_t tap) {
  int64_t offset = axis.begin - tap * axis.dilation;
  int64_t first = ceilDivClamped(offset, axis.stride);
  int64_t end = ceilDivClamped(axis.input + offset, axis.stride);
  return {std::min(first, axis.output), std::min(end, axis.output)};
}

std::pair<int64_t, int64_t> wholeWindows(const WindowAxis &axis) {
  return {insideRange(axis, 0).first, insideRange(axis, axis.kernel - 1).second};
}

static SmallVector<TapGroup, 4> tapsOf(const WindowAxis &axis, int64_t start, int64_t rows) {
  SmallVector<TapGroup, 4> groups;
  for (int64_t tap = 0; tap < axis.kernel; ++tap) {
    auto [first, end] = insideRange(axis, tap);
    first = std::max<int64_t>(first - start, 0);
    end = std::min(end - start, rows);
    if (first >= end)
      continue;
    if (!groups.empty() && groups.back().endTap == tap && groups.back().firstRow == first &&
        groups.back().endRow == end)
      ++groups.back().endTap;
    else
      groups.push_back({tap, tap + 1, first, end});
  }
  return groups;
}

/// Appends tiles for the output positions [start, end), joining equal neighbours.
static void appendTiles(const WindowAxis &axis, int64_t start, int64_t end, int64_t maxRows,
                        SmallVectorImpl<RowTiles> &tiles) {
  int64_t count = divideCeil(end - start, maxRows);
  for (int64_t i = 0; i < count; ++i) {
    int64_t rows = (end - start) / (count - i) + ((end - start) % (count - i) != 0);
    RowTiles tile{start, 1, rows, tapsOf(axis, start, rows)};
    if (!tiles.empty() && tiles.back().rows == rows && tiles.back().taps == tile.taps)
      ++tiles.back().count;
    else
      tiles.push_back(std::move(tile));
    start += rows;
  }
}

/// Appends single pixels whose taps are found at run time.
static void appendPixels(int64_t start, int64_t end, SmallVectorImpl<RowTiles> &tiles) {
  if (start < end)
    tiles.push_back({start, end - start, 1, {}, /*dynamicTaps=*/true});
}

SmallVector<RowTiles> divideRow(const WindowAxis &axis, int64_t maxRows, int64_t maxGroups) {
  SmallVector<RowTiles> tiles;
  appendTiles(axis, 0, axis.output, maxRows, tiles);
  int64_t groups = 0;
  for (const RowTiles &tile : tiles)
    groups += static_cast<int64_t>(tile.taps.size());
  if (groups <= maxGroups)
    return tiles;
  auto [inner, outer] = wholeWindows(axis);
  tiles.clear();
  if (inner >= outer) {
    appendPixels(0, axis.output, tiles);
    return tiles;
  }
  appendPixels(0, inner, tiles);
  appendTiles(axis, inner, outer, maxRows, tiles);
  appendPixels(outer, axis.output, tiles);
  return tiles;
}

} // namespace nnc
