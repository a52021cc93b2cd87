//===- Planner.h - one arena for all buffers of a model ---------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Given buffers with sizes and live ranges, find offsets in one arena such that buffers that live
// at the same time do not overlap and the arena is as small as possible:
//
//   minimise  max_i (o_i + s_i)
//   subject to  o_i = 0 (mod a_i)  and, for i, j with [f_i, l_i] meeting [f_j, l_j],
//               o_i + s_i <= o_j  or  o_j + s_j <= o_i
//
// (o offset, s size, a alignment, f/l first and last step of use.) This is offline dynamic storage
// allocation, problem SR2 of Garey and Johnson, "Computers and Intractability" (1979): strongly
// NP-hard, but networks give instances that are solved and proved in microseconds. Greedy orders
// find a plan, a lower bound often proves it, and a branch and bound closes what is left
// (README.md).
//
// Everything is deterministic: limits count search steps and never look at a clock.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_LIB_PLANNER_PLANNER_H
#define NNC_LIB_PLANNER_PLANNER_H

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nnc::planner {

/// Position of a buffer in the list given to `plan`.
using BufferId = uint32_t;

/// One contiguous range of bytes that must hold its contents from step `firstUse` to step
/// `lastUse`, both included. A step is one layer's execution, numbered in execution order: a layer
/// that reads `x` and writes `y` makes both live at its step.
struct Buffer {
  /// Appears in messages and in `Plan::alive`; need not be unique.
  std::string name;
  /// Bytes; zero is allowed and takes no space.
  uint64_t size = 0;
  /// Bytes, a power of two; may exceed the size.
  uint64_t alignment = 1;
  uint32_t firstUse = 0;
  uint32_t lastUse = 0;
};

/// Demands that the bytes of `inner` are the bytes [offset, offset + inner.size) of `outer`: the
/// parts of a concatenation write straight into its result, the parts of a split read straight from
/// its source. Where the two live ranges leave a gap between them, the bytes of `inner` stay
/// reserved through the gap, because the value passes from one to the other. `inner` may be `outer`
/// of others in turn and may lie inside several buffers.
struct Inside {
  BufferId inner = 0;
  BufferId outer = 0;
  /// Bytes.
  uint64_t offset = 0;
  /// `inner` is never written on its own (a slice). Read-only parts may overlap each other; other
  /// parts that overlap in bytes and time are an error.
  bool readOnly = false;
};

/// Permits, never demands, that `output` begins at the very address of `input`. Counts only if
/// `input` dies at the step where `output` is born; otherwise it is ignored. Several permissions
/// may name the same buffer (either operand of an addition).
struct InPlace {
  BufferId output = 0;
  BufferId input = 0;
};

/// The direction in which a kernel goes through its input and its output.
enum class Sweep { Ascending, Descending };

/// Permits that `output` overlaps `input` partly, for kernels that are done with a byte of the
/// input before they write it. Unless the two are disjoint,
///
///   ascending:   o_output + lead <= o_input                            (starts compared)
///   descending:  o_output + s_output >= o_input + s_input + lead       (ends compared)
///
/// `lead` is the distance in bytes that the writer must keep, zero for an elementwise kernel.
/// Counts only if `input` dies at the step where `output` is born. A pair may have permissions of
/// all kinds.
struct Overlap {
  BufferId output = 0;
  BufferId input = 0;
  /// Bytes.
  uint64_t lead = 0;
  Sweep sweep = Sweep::Ascending;
};

/// What is known about pairs of buffers beyond their live ranges.
struct Relations {
  std::vector<Inside> inside;
  std::vector<InPlace> inPlace;
  std::vector<Overlap> overlaps;
};

struct Options {
  /// Work allowed for improving a plan whose optimality is not evident, and for the proof. The unit
  /// is one visit of a pair of buffers, a few nanoseconds; the result depends on it, never on a
  /// clock. With 0 only the greedy orders run.
  uint64_t workLimit = 20'000'000;
};

/// A placement of all buffers.
struct Plan {
  /// Bytes from the arena's start, one per buffer. The arena itself must be aligned to `alignment`.
  std::vector<uint64_t> offsets;
  /// One past the highest byte used; not rounded up.
  uint64_t arenaSize = 0;
  /// Largest alignment asked for, at least 1.
  uint64_t alignment = 1;
  /// No placement can be smaller than this: the largest of the live bytes at a step (alignment
  /// padding that cannot be avoided included) and of what the search proved.
  uint64_t lowerBound = 0;
  /// The live bytes alone, without padding, at `peakStep`: the floor a reader can check by hand.
  uint64_t liveBytes = 0;
  /// A step (in the caller's numbering) where the live bytes reach their bound.
  uint32_t peakStep = 0;
  /// Names of the buffers alive at `peakStep`, largest first, zero-size ones left out.
  std::vector<std::string> alive;
  /// The way the placement was found, for reports: "greedy by size", "branch and bound", ...
  std::string method;
  /// Search work done, in the unit of `Options::workLimit`.
  uint64_t work = 0;

  /// Bytes above the bound; zero proves the plan optimal.
  uint64_t gap() const { return arenaSize - lowerBound; }
  bool isOptimal() const { return arenaSize == lowerBound; }
};

/// Why no plan can exist; the buffers concerned are named in the message.
struct PlanError {
  std::string message;
};

using PlanResult = std::variant<Plan, PlanError>;

/// Places all buffers. Fails only on contradictory input: an alignment that is no power of two, a
/// live range that ends before it begins, relations that name no buffer or exclude each other,
/// sizes beyond 2^62 bytes in total.
///
/// Time: O(n log n + c) for n buffers with c pairs alive together, per greedy order, plus at most
/// `workLimit` search steps.
PlanResult plan(std::span<const Buffer> buffers, const Relations &relations = {},
                const Options &options = {});

/// Checks a plan against its input from first principles, sharing no code with `plan`: alignment,
/// relations, no two buffers that live at the same time overlap without permission, arena size.
/// Returns an empty string or the first fault found. O(n^2).
std::string verify(const Plan &plan, std::span<const Buffer> buffers,
                   const Relations &relations = {});

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_PLANNER_H
