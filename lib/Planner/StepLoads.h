//===- StepLoads.h - bytes per body and step --------------------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the exact searches count at each step: bytes that must be disjoint in any solution.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_LIB_PLANNER_STEPLOADS_H
#define NNC_LIB_PLANNER_STEPLOADS_H

#include "lib/Planner/Model.h"

#include <span>

namespace nnc::planner {

/// Bytes of an item (a position in a list of bodies) from `bottom` bytes above its offset on.
struct Load {
  uint32_t item = 0;
  uint64_t bottom = 0;
  uint64_t bytes = 0;
  /// Power of two that divides the address of every contiguous run of the bytes.
  uint64_t alignment = 1;
};

/// Bytes of an item that it may have in common with `other` at a step; they count only if the two
/// are known to be disjoint.
struct Sharing {
  uint32_t item = 0, other = 0;
  uint64_t shared = 0;
};

struct LoadedStep {
  uint32_t number = 0;
  std::vector<Load> loads;
  std::vector<Sharing> sharing;
};

/// Only steps where something dies (others hold no more than the step after them) and where at
/// least two items have bytes; ascending.
std::vector<LoadedStep> loadSteps(const Model &model, std::span<const uint32_t> bodies);

/// The bytes of a load and the lowest address they can start at.
struct Release {
  uint64_t earliest = 0;
  uint64_t bytes = 0;
  uint64_t alignment = 1;
};

/// Stacks loads one upon the other.
class Stack {
public:
  void clear() { releases.clear(); }
  void add(Release release) {
    if (release.bytes != 0)
      releases.push_back(release);
  }
  size_t size() const { return releases.size(); }

  /// The lowest top of all loads one upon the other, alignments aside: the one-machine problem with
  /// release dates, solved by earliest release first.
  uint64_t top();

  /// Whether the loads can lie below `height`. For each alignment a that occurs, the loads aligned
  /// to a or more are counted in blocks of a bytes: no two of them share a block.
  bool fitsBelow(uint64_t height);

private:
  std::vector<Release> releases;
};

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_STEPLOADS_H
