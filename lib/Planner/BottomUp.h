//===- BottomUp.h - always the body that can lie lowest ---------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds the placement from the arena's start upwards: of all bodies left, the one whose lowest
// offset above its placed neighbours is smallest comes next. With ties broken in favour of long
// live ranges this often meets the bound where list heuristics (Greedy.h) stay several percent
// above it, because long-lived bodies settle at the bottom and short-lived ones fill the skyline
// above them.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_LIB_PLANNER_BOTTOMUP_H
#define NNC_LIB_PLANNER_BOTTOMUP_H

#include "lib/Planner/Placement.h"

#include <span>

namespace nnc::planner {

/// Which of the bodies with the same lowest offset goes first.
enum class Preference { Longest, Tallest, Largest };

inline constexpr Preference kPreferences[] = {Preference::Longest, Preference::Largest,
                                              Preference::Tallest};

std::string_view preferenceName(Preference preference);

/// Places the bodies bottom-up. `handicaps` (bytes, per body of the model, or empty) are subtracted
/// from the lowest offsets when these are compared: the larger, the earlier a body comes. O((n + c)
/// log n) for n bodies with c pairs of neighbours.
Candidate placeBottomUp(const Model &model, std::span<const uint32_t> bodies, Preference preference,
                        std::span<const uint64_t> handicaps, Budget &budget);

/// Improves a placement until `target` is met or `work` is used up, by a search over handicaps:
/// bodies that stand out at the top get larger ones, any other body now and then a new one. Each
/// placement is compacted by placing all anew in the order of the offsets found. Deterministic.
void improveBottomUp(const Model &model, std::span<const uint32_t> bodies, uint64_t target,
                     uint64_t work, Candidate &candidate, Budget &budget);

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_BOTTOMUP_H
