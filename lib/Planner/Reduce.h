//===- Reduce.h - bodies that fit wherever the others are -------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NNC_LIB_PLANNER_REDUCE_H
#define NNC_LIB_PLANNER_REDUCE_H

#include "lib/Planner/Model.h"

namespace nnc::planner {

/// What is left to decide about an arena of a given height.
struct Core {
  /// Bodies to be placed by search, in groups that are not connected in time; ascending.
  std::vector<std::vector<uint32_t>> components;
  /// The others, in the order in which they are to be placed after all components are: whatever
  /// lies around them then, a legal offset is left.
  std::vector<uint32_t> easy;
};

/// Takes bodies away one after the other: a body goes if its remaining neighbours, wherever they
/// lie, cannot block all of its legal offsets below `height`. Holds for all larger heights as well.
Core reduceToCore(const Model &model, uint64_t height);

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_REDUCE_H
