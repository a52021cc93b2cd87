//===- Solve.h - from a model to a placement and a bound --------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NNC_LIB_PLANNER_SOLVE_H
#define NNC_LIB_PLANNER_SOLVE_H

#include "lib/Planner/Greedy.h"

namespace nnc::planner {

struct Solution {
  Candidate placement;
  /// No placement of the model is lower.
  uint64_t lowerBound = 0;
};

/// Places all bodies of a model: greedy orders, then, unless they meet the bound, the hard core of
/// the model component by component, by local search and by exact search. `lowerBound` is what is
/// known beforehand; `start`, unless empty, a placement to improve on.
Solution solveModel(const Model &model, uint64_t lowerBound, Candidate start, Budget &budget);

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_SOLVE_H
