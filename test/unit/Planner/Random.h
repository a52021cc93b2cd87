//===- Random.h - seeded problems for the planner's tests -------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NNC_TEST_UNIT_PLANNER_RANDOM_H
#define NNC_TEST_UNIT_PLANNER_RANDOM_H

#include "lib/Planner/Planner.h"

#include <random>

namespace nnc::planner {

/// Ranges of a random problem, all ends included.
struct Shape {
  uint32_t count = 6;
  uint64_t smallest = 1, largest = 5;
  uint32_t steps = 8;
  /// Steps after the first use.
  uint32_t longest = 4;
  /// Alignments are 1, 2, ... 2^alignmentBits.
  uint32_t alignmentBits = 0;
};

class RandomProblem {
public:
  explicit RandomProblem(uint64_t seed) : engine(seed) {}

  /// Uniform in [low, high]; unlike the standard's distributions the same everywhere.
  uint64_t number(uint64_t low, uint64_t high) { return low + engine() % (high - low + 1); }

  std::vector<Buffer> buffers(const Shape &shape) {
    std::vector<Buffer> result;
    for (uint32_t i = 0; i < shape.count; ++i) {
      const uint32_t first = uint32_t(number(0, shape.steps - 1));
      result.push_back({"b" + std::to_string(i), number(shape.smallest, shape.largest),
                        uint64_t(1) << number(0, shape.alignmentBits), first,
                        first + uint32_t(number(0, shape.longest))});
    }
    return result;
  }

  /// Permissions for pairs that touch in one step, each with a chance of `percent`.
  void addPermissions(std::span<const Buffer> buffers, uint64_t percentInPlace,
                      uint64_t percentOverlap, Relations &relations) {
    for (BufferId output = 0; output < buffers.size(); ++output) {
      for (BufferId input = 0; input < buffers.size(); ++input) {
        if (output == input || buffers[input].lastUse != buffers[output].firstUse)
          continue;
        if (number(0, 99) < percentInPlace)
          relations.inPlace.push_back({output, input});
        if (number(0, 99) < percentOverlap)
          relations.overlaps.push_back({output, input, number(0, buffers[output].size),
                                        number(0, 1) ? Sweep::Ascending : Sweep::Descending});
      }
    }
  }

  /// Puts up to `count` random buffers inside others. May contradict itself.
  void addInside(std::span<const Buffer> buffers, uint32_t count, Relations &relations) {
    for (uint32_t i = 0; i < count; ++i) {
      const BufferId inner = BufferId(number(0, buffers.size() - 1));
      const BufferId outer = BufferId(number(0, buffers.size() - 1));
      if (inner != outer && buffers[inner].size <= buffers[outer].size)
        relations.inside.push_back(
            {inner, outer, number(0, buffers[outer].size - buffers[inner].size)});
    }
  }

private:
  std::mt19937_64 engine;
};

} // namespace nnc::planner

#endif // NNC_TEST_UNIT_PLANNER_RANDOM_H
