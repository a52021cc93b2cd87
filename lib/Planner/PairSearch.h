//===- PairSearch.h - exact search over pairs -------------------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decides whether some bodies fit below a given height, for any bands: bodies with overhanging
// parts and in-place permissions included. Each band (below, above) of a pair is an alternative
//
//   o_B - o_A <= below   or   o_B - o_A >= above
//
// The search keeps a lowest and a highest offset per body, derives from them and from the decided
// alternatives what it can, and branches on an alternative that the lowest offsets violate. If they
// violate none, they are a solution. This is the disjunctive model of scheduling (Balas 1969:
// "Machine sequencing via disjunctive graphs") with offsets for time.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_LIB_PLANNER_PAIRSEARCH_H
#define NNC_LIB_PLANNER_PAIRSEARCH_H

#include "lib/Planner/OrderedSearch.h"

namespace nnc::planner {

class PairSearch {
public:
  PairSearch(const Model &model, std::span<const uint32_t> bodies);

  /// Pairs and steps looked at to set up the search.
  uint64_t setUpWork() const { return looked; }

  /// Looks for a placement with all tops <= `height`.
  Outcome run(uint64_t height, Budget &budget);

  /// The placement found, per body of `bodies`.
  const std::vector<uint64_t> &offsets() const { return found; }

private:
  enum class State : uint8_t { Open, Below, Above };

  struct Alternative {
    uint32_t a, b;
    int64_t below, above;
  };
  /// A load that lies wholly below the one that holds this record once `alternative` is in state
  /// `whenBelow`, and wholly above it in the opposite state.
  struct Rival {
    uint32_t alternative;
    State whenBelow;
    uint32_t load;
  };

  void addAlternatives();
  void addRivals(uint32_t alternative, const Part &partOfA, const Part &partOfB);
  bool propagate();
  bool tightenPairs(bool &changed);
  bool tightenStep(size_t index, bool &changed);
  bool stackBelow(const LoadedStep &step, const Load &load, const std::vector<Rival> &others,
                  bool &changed);
  bool stackAbove(const LoadedStep &step, const Load &load, const std::vector<Rival> &others,
                  bool &changed);
  bool fitsAt(const LoadedStep &step);
  uint64_t ownBytes(const LoadedStep &step, const Load &load) const;
  bool areDisjoint(uint32_t a, uint32_t b) const;
  void decide(uint32_t alternative, State state);
  bool apply(const Alternative &alternative, State state, bool &changed);
  bool raise(uint32_t item, int64_t offset, bool &changed);
  bool lower(uint32_t item, int64_t offset, bool &changed);
  /// Index of the alternative to branch on, or none.
  uint32_t pickViolated() const;
  Outcome solve();
  void undo(size_t mark);

  const Model &model;
  std::vector<uint32_t> bodies;
  std::vector<Alternative> alternatives;
  std::vector<LoadedStep> steps;
  /// Per step and load.
  std::vector<std::vector<std::vector<Rival>>> rivals;

  uint64_t looked = 0;

  // State of a run.
  int64_t limit = 0;
  Budget *budget = nullptr;
  std::vector<int64_t> lowest, highest;
  std::vector<State> states;
  struct Change {
    enum { Lowest, Highest, Decision } kind;
    uint32_t index;
    int64_t old;
  };
  std::vector<Change> trail;
  Stack stack;
  std::vector<uint64_t> found;
};

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_PAIRSEARCH_H
