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

struct StepLoads {
  /// Ascending; only steps where something dies (others hold no more than the step after them) and
  /// where at least two items have bytes.
  std::vector<LoadedStep> steps;
  /// Every contiguous run of bytes starts at a multiple of this, so no two runs share such a block.
  uint64_t block = 1;
};

StepLoads loadSteps(const Model &model, std::span<const uint32_t> bodies);

/// The lowest top of some loads put one upon the other, each given with the lowest place it may
/// start at and its bytes: the one-machine problem with release dates. Sorts the list. In blocks.
uint64_t stackedTop(std::vector<std::pair<uint64_t, uint64_t>> &releases, uint64_t block);

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_STEPLOADS_H
