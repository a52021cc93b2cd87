//===- OrderedSearch.h - exact search from the bottom up --------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decides whether some bodies fit below a given height, by placing them in the order of their
// offsets. Applies where of two neighbours either lies above the other by a fixed distance w >= 0:
//
//   o_B >= o_A + w(A, B)   or   o_A >= o_B + w(B, A)
//
// Push a solution down until nothing moves: then each body rests at offset 0 or at the distance w
// from one below it. Sorted by offset, each body's place follows from those before it, so only the
// order is unknown. Four rules keep the number of orders small; R1-R3 are in the spirit of Moffitt,
// "MiniMalloc: A Lightweight Memory Allocator for Hardware-Accelerated Machine Learning" (ASPLOS
// 2023):
//
//   R1  offsets never fall; a body that rests below the last offset must be lifted by a later one
//   R2  a body is not placed at or above the top that an open body could have below it
//   R3  open bodies that are not connected in time are independent problems
//   R4  at every step the open bodies, each not before its earliest offset, must fit one upon the
//       other: the one-machine problem with release dates, solved exactly by earliest release first
//
// States from which the search failed are remembered.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_LIB_PLANNER_ORDEREDSEARCH_H
#define NNC_LIB_PLANNER_ORDEREDSEARCH_H

#include "lib/Planner/Placement.h"
#include "lib/Planner/StepLoads.h"

#include <span>
#include <unordered_set>

namespace nnc::planner {

enum class Outcome { Found, Impossible, OutOfBudget };

class OrderedSearch {
public:
  OrderedSearch(const Model &model, std::span<const uint32_t> bodies);

  /// Whether all pairs are of the kind described above.
  bool isApplicable() const { return applicable; }

  /// Looks for a placement with all tops <= `height`.
  Outcome run(uint64_t height, Budget &budget);

  /// The placement found, per body of `bodies`.
  const std::vector<uint64_t> &offsets() const { return found; }

private:
  struct Item {
    uint64_t height = 0, modulus = 1, residue = 0;
    uint32_t first = 0, last = 0;
    /// Index of an equal item that must come earlier, or the item itself.
    uint32_t twin = 0;

    uint64_t alignUp(uint64_t offset) const {
      return offset + ((residue - offset) & (modulus - 1));
    }
  };
  struct Edge {
    uint32_t to;
    /// o_to >= o_from + above if `from` is placed first; `below` the other way round.
    uint64_t above, below;
  };
  struct KeyHash {
    size_t operator()(const std::vector<uint64_t> &key) const;
  };
  using Items = std::vector<uint32_t>;

  bool addEdge(uint32_t a, uint32_t b);
  void findTwins();

  Outcome solve(const Items &open, uint64_t floor, uint32_t last);
  Outcome branch(const Items &open, uint32_t item);
  bool isBuried(uint32_t item, uint64_t floor, uint32_t last) const;
  bool raiseBuried(const Items &open, uint64_t floor, uint32_t last);
  bool fitsEverywhere(const Items &open);
  Items choices(const Items &open, uint64_t floor, uint32_t last) const;
  bool isKnownFailure(const Items &open, uint64_t floor, uint32_t last);
  void place(uint32_t item);
  void undo(size_t mark);
  void visit(size_t pairs) { budget->used += pairs; }

  const Model &model;
  /// Ascending, hence by birth.
  std::vector<uint32_t> bodies;
  bool applicable = true;
  /// Some w is zero: then items at equal offsets cannot be put into an arbitrary order.
  bool hasZeroDistance = false;
  std::vector<Item> items;
  std::vector<std::vector<Edge>> edges;
  std::vector<LoadedStep> steps;

  // State of a run.
  uint64_t limit = 0;
  Budget *budget = nullptr;
  std::vector<uint64_t> lowest;
  std::vector<uint64_t> earliest;
  std::vector<bool> placed;
  struct Change {
    uint32_t item;
    uint64_t lowest;
    bool wasPlacement;
  };
  std::vector<Change> trail;
  std::unordered_set<std::vector<uint64_t>, KeyHash> failures;
  size_t failureWords = 0;
  std::vector<uint64_t> key;
  Stack stack;
  std::vector<uint64_t> found;
};

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_ORDEREDSEARCH_H
