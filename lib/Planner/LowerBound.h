//===- LowerBound.h - what no placement can beat ----------------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two bounds: the bytes that are live together at one step, and the heights that sums of the given
// sizes and alignments can reach at all.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_LIB_PLANNER_LOWERBOUND_H
#define NNC_LIB_PLANNER_LOWERBOUND_H

#include "lib/Planner/Model.h"

#include <span>

namespace nnc::planner {

struct LiveBound {
  /// Live bytes plus alignment padding that no order of the live bodies avoids; a lower bound.
  uint64_t bytes = 0;
  /// Live bytes without padding at `step`.
  uint64_t liveBytes = 0;
  /// Renumbered step of the maximum.
  uint32_t step = 0;
};

/// Maximum over the steps of the bytes that must be there at once. Where permissions let bodies
/// overlap, the heaviest set that is disjoint in any case counts.
LiveBound liveBound(const Model &model);

/// The arena sizes that a tightly packed placement of some bodies can have. In a placement where
/// nothing can move down, every offset is a sum of sizes rounded up to alignments; hence all sizes
/// are multiples of a common grain, and the top is o + h of some body with o legal for it.
class AttainableHeights {
public:
  AttainableHeights(const Model &model, std::span<const uint32_t> bodies);

  /// The smallest attainable height >= `height`, or a value below it: still a lower bound.
  uint64_t roundUp(uint64_t height) const;

  uint64_t grain() const { return commonGrain; }

private:
  struct Top {
    uint64_t height, modulus, residue;
  };
  std::vector<Top> tops;
  uint64_t commonGrain = 1;
};

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_LOWERBOUND_H
