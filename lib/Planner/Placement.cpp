//===- Placement.cpp - offsets of the bodies placed so far ----------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Placement.h"

#include <algorithm>

namespace nnc::planner {

uint64_t Placement::findOffset(uint32_t body, Fit fit) {
  const Body &self = model.bodies[body];
  blocked.clear();
  for (uint32_t other : model.neighbours[body]) {
    if (!placed[other])
      continue;
    bands.clear();
    model.appendBands(other, body, bands);
    const int64_t base = int64_t(offsets[other]);
    for (const Band &band : bands)
      blocked.push_back({base + band.below, base + band.above});
  }
  // Sorting costs more than looking.
  visited += model.neighbours[body].size() + 1 + 2 * blocked.size();
  std::sort(blocked.begin(), blocked.end());

  // `offset` is the lowest candidate left; all intervals seen so far end at or below it.
  uint64_t offset = self.alignUp(0);
  uint64_t best = 0, bestGap = UINT64_MAX;
  for (auto [from, to] : blocked) {
    if (from >= int64_t(offset)) {
      if (fit == Fit::First)
        return offset;
      const uint64_t gap = uint64_t(from) - offset;
      if (gap < bestGap) {
        best = offset;
        bestGap = gap;
      }
    }
    if (to > int64_t(offset))
      offset = self.alignUp(uint64_t(to));
  }
  return bestGap == UINT64_MAX ? offset : best;
}

uint64_t Placement::height() const {
  uint64_t highest = 0;
  for (uint32_t i = 0; i < offsets.size(); ++i)
    if (placed[i])
      highest = std::max(highest, top(i));
  return highest;
}

} // namespace nnc::planner
