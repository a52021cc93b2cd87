//===- Exhaustive.h - the smallest arena by trying everything ---*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NNC_TEST_UNIT_PLANNER_EXHAUSTIVE_H
#define NNC_TEST_UNIT_PLANNER_EXHAUSTIVE_H

#include "lib/Planner/Planner.h"

#include <optional>

namespace nnc::planner {

/// Tries all offsets, byte by byte, for arenas of `from`, `from` + 1, ... `limit` bytes. No thought
/// went into making it fast; good for half a dozen buffers of a few bytes.
std::optional<uint64_t> smallestArena(std::span<const Buffer> buffers, const Relations &relations,
                                      uint64_t from, uint64_t limit);

} // namespace nnc::planner

#endif // NNC_TEST_UNIT_PLANNER_EXHAUSTIVE_H
