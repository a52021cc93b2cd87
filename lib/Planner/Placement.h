//===- Placement.h - offsets of the bodies placed so far --------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NNC_LIB_PLANNER_PLACEMENT_H
#define NNC_LIB_PLANNER_PLACEMENT_H

#include "lib/Planner/Model.h"

#include <utility>

namespace nnc::planner {

/// Search work done so far and allowed, in visits of pairs of bodies.
struct Budget {
  uint64_t limit = 0;
  uint64_t used = 0;

  bool isSpent() const { return used >= limit; }
  uint64_t left() const { return isSpent() ? 0 : limit - used; }
};

/// A placement of some bodies, with its height and how it was found.
struct Candidate {
  /// One per body of the model; only those of the bodies asked for count.
  std::vector<uint64_t> offsets;
  uint64_t height = 0;
  std::string method;
};

/// Which of the gaps between placed bodies a new one takes.
enum class Fit {
  /// The lowest that is large enough.
  First,
  /// The smallest that is large enough; the open space at the top counts as the largest.
  Best,
};

/// A partial placement.
class Placement {
public:
  explicit Placement(const Model &model)
      : model(model), offsets(model.bodies.size()), placed(model.bodies.size()) {}

  bool isPlaced(uint32_t body) const { return placed[body]; }
  uint64_t offset(uint32_t body) const { return offsets[body]; }
  uint64_t top(uint32_t body) const { return offsets[body] + model.bodies[body].height; }

  void place(uint32_t body, uint64_t offset) {
    offsets[body] = offset;
    placed[body] = true;
  }
  void remove(uint32_t body) { placed[body] = false; }

  /// The legal offset for `body` among the placed ones. O(d log d) for d neighbours.
  uint64_t findOffset(uint32_t body, Fit fit);

  /// One past the highest byte used.
  uint64_t height() const;

  /// Pairs looked at by `findOffset`.
  uint64_t visits() const { return visited; }

private:
  const Model &model;
  std::vector<uint64_t> offsets;
  std::vector<bool> placed;
  uint64_t visited = 0;
  // Kept to save allocations.
  std::vector<Band> bands;
  std::vector<std::pair<int64_t, int64_t>> blocked;
};

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_PLACEMENT_H
