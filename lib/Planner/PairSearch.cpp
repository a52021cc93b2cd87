//===- PairSearch.cpp - exact search over pairs ---------------------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/PairSearch.h"

#include <algorithm>

namespace nnc::planner {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

uint32_t liveParts(const Body &body, uint32_t step) {
  return uint32_t(std::count_if(body.parts.begin(), body.parts.end(), [&](const Part &part) {
    return part.first <= step && step <= part.last;
  }));
}

} // namespace

PairSearch::PairSearch(const Model &model, std::span<const uint32_t> bodies)
    : model(model), bodies(bodies.begin(), bodies.end()), steps(loadSteps(model, bodies)) {
  for (const LoadedStep &step : steps)
    rivals.push_back(std::vector<std::vector<Rival>>(step.loads.size()));
  addAlternatives();
}

void PairSearch::addAlternatives() {
  std::vector<uint32_t> local(model.bodies.size(), kNone);
  for (uint32_t i = 0; i < bodies.size(); ++i)
    local[bodies[i]] = i;
  std::vector<Band> bands;
  for (uint32_t a = 0; a < bodies.size(); ++a) {
    for (uint32_t neighbour : model.neighbours[bodies[a]]) {
      const uint32_t b = local[neighbour];
      if (b == kNone || b < a)
        continue;
      for (const Part &partOfA : model.bodies[bodies[a]].parts) {
        for (const Part &partOfB : model.bodies[neighbour].parts) {
          ++looked;
          if (!partOfA.meets(partOfB))
            continue;
          bands.clear();
          model.appendPartBands(partOfA, partOfB, bands);
          const uint32_t index = uint32_t(alternatives.size());
          for (const Band &band : bands)
            alternatives.push_back({a, b, band.below, band.above});
          // Without a permission, either side of the band keeps the parts disjoint.
          if (bands.size() == 1 &&
              uint64_t(bands[0].above - bands[0].below) == partOfA.size + partOfB.size)
            addRivals(index, partOfA, partOfB);
        }
      }
    }
  }
}

void PairSearch::addRivals(uint32_t alternative, const Part &partOfA, const Part &partOfB) {
  const auto [a, b, below, above] = alternatives[alternative];
  const uint32_t first = std::max(partOfA.first, partOfB.first);
  const uint32_t last = std::min(partOfA.last, partOfB.last);
  // Steps are in order of their numbers.
  const auto begin = std::lower_bound(
      steps.begin(), steps.end(), first,
      [](const LoadedStep &step, uint32_t number) { return step.number < number; });
  for (size_t i = size_t(begin - steps.begin()); i < steps.size() && steps[i].number <= last; ++i) {
    const LoadedStep &step = steps[i];
    looked += step.loads.size();
    if (liveParts(model.bodies[bodies[a]], step.number) != 1 ||
        liveParts(model.bodies[bodies[b]], step.number) != 1)
      continue;
    uint32_t loadOfA = kNone, loadOfB = kNone;
    for (uint32_t load = 0; load < step.loads.size(); ++load) {
      if (step.loads[load].item == a)
        loadOfA = load;
      if (step.loads[load].item == b)
        loadOfB = load;
    }
    rivals[i][loadOfA].push_back({alternative, State::Below, loadOfB});
    rivals[i][loadOfB].push_back({alternative, State::Above, loadOfA});
  }
}

Outcome PairSearch::run(uint64_t height, Budget &runBudget) {
  limit = int64_t(height);
  budget = &runBudget;
  lowest.clear();
  highest.clear();
  for (uint32_t i : bodies) {
    const Body &body = model.bodies[i];
    const int64_t space = limit - int64_t(body.height);
    const int64_t start = int64_t(body.alignUp(0));
    if (space < start)
      return Outcome::Impossible;
    lowest.push_back(start);
    highest.push_back(space - ((space - start) & int64_t(body.modulus - 1)));
  }
  states.assign(alternatives.size(), State::Open);
  trail.clear();
  const Outcome outcome = solve();
  if (outcome == Outcome::Found)
    found.assign(lowest.begin(), lowest.end());
  return outcome;
}

Outcome PairSearch::solve() {
  if (budget->isSpent())
    return Outcome::OutOfBudget;
  if (!propagate())
    return Outcome::Impossible;
  const uint32_t picked = pickViolated();
  if (picked == kNone)
    return Outcome::Found;
  // The side that leaves more room comes first.
  const auto [a, b, below, above] = alternatives[picked];
  const int64_t roomBelow = highest[a] + below - lowest[b];
  const int64_t roomAbove = highest[b] - above - lowest[a];
  const State order[] = {roomBelow > roomAbove ? State::Below : State::Above,
                         roomBelow > roomAbove ? State::Above : State::Below};
  for (State state : order) {
    const size_t mark = trail.size();
    decide(picked, state);
    const Outcome outcome = solve();
    if (outcome != Outcome::Impossible)
      return outcome;
    undo(mark);
  }
  return Outcome::Impossible;
}

/// Of the alternatives that the lowest offsets violate, the one with the least room on both sides.
uint32_t PairSearch::pickViolated() const {
  uint32_t picked = kNone;
  int64_t leastRoom = 0;
  for (uint32_t i = 0; i < alternatives.size(); ++i) {
    if (states[i] != State::Open)
      continue;
    const auto [a, b, below, above] = alternatives[i];
    const int64_t difference = lowest[b] - lowest[a];
    if (difference <= below || difference >= above)
      continue;
    const int64_t room = (highest[a] + below - lowest[b]) + (highest[b] - above - lowest[a]);
    if (picked == kNone || room < leastRoom) {
      picked = i;
      leastRoom = room;
    }
  }
  return picked;
}

bool PairSearch::propagate() {
  bool changed = true;
  while (changed) {
    changed = false;
    if (!tightenPairs(changed))
      return false;
    if (changed)
      continue;
    for (size_t i = 0; i < steps.size(); ++i)
      if (!tightenStep(i, changed))
        return false;
  }
  return true;
}

bool PairSearch::tightenPairs(bool &changed) {
  budget->used += alternatives.size();
  for (uint32_t i = 0; i < alternatives.size(); ++i) {
    const Alternative &alternative = alternatives[i];
    if (states[i] == State::Open) {
      const bool canBeBelow = lowest[alternative.b] - highest[alternative.a] <= alternative.below;
      const bool canBeAbove = highest[alternative.b] - lowest[alternative.a] >= alternative.above;
      if (!canBeBelow && !canBeAbove)
        return false;
      if (canBeBelow && canBeAbove)
        continue;
      decide(i, canBeBelow ? State::Below : State::Above);
      changed = true;
    }
    if (!apply(alternative, states[i], changed))
      return false;
  }
  return true;
}

bool PairSearch::apply(const Alternative &alternative, State state, bool &changed) {
  const auto [a, b, below, above] = alternative;
  if (state == State::Below)
    return raise(a, lowest[b] - below, changed) && lower(b, highest[a] + below, changed);
  return raise(b, lowest[a] + above, changed) && lower(a, highest[b] - above, changed);
}

bool PairSearch::tightenStep(size_t index, bool &changed) {
  const LoadedStep &step = steps[index];
  if (!fitsAt(step))
    return false;
  for (size_t i = 0; i < step.loads.size(); ++i)
    if (!stackBelow(step, step.loads[i], rivals[index][i], changed) ||
        !stackAbove(step, step.loads[i], rivals[index][i], changed))
      return false;
  return true;
}

/// All loads of a step must fit one upon the other.
bool PairSearch::fitsAt(const LoadedStep &step) {
  budget->used += step.loads.size();
  stack.clear();
  for (const Load &load : step.loads)
    stack.add({uint64_t(lowest[load.item]) + load.bottom, ownBytes(step, load), load.alignment});
  return stack.fitsBelow(uint64_t(limit));
}

/// The bytes of a load that no other load at the step can share.
uint64_t PairSearch::ownBytes(const LoadedStep &step, const Load &load) const {
  uint64_t bytes = load.bytes;
  for (const Sharing &sharing : step.sharing)
    if (sharing.item == load.item && !areDisjoint(sharing.item, sharing.other))
      bytes -= std::min(bytes, sharing.shared);
  return bytes;
}

/// Whether the ranges of the offsets already keep two items apart.
bool PairSearch::areDisjoint(uint32_t a, uint32_t b) const {
  return lowest[b] >= highest[a] + int64_t(model.bodies[bodies[a]].height) ||
         lowest[a] >= highest[b] + int64_t(model.bodies[bodies[b]].height);
}

/// A load lies above the stack of all that is decided to lie below it.
bool PairSearch::stackBelow(const LoadedStep &step, const Load &load,
                            const std::vector<Rival> &others, bool &changed) {
  budget->used += others.size();
  stack.clear();
  for (const Rival &rival : others) {
    const Load &other = step.loads[rival.load];
    if (states[rival.alternative] == rival.whenBelow)
      stack.add({uint64_t(lowest[other.item]) + other.bottom, ownBytes(step, other)});
  }
  if (stack.size() < 2)
    return true;
  const int64_t top = int64_t(stack.top());
  return raise(load.item, top - int64_t(load.bottom), changed);
}

/// The same from the arena's end downwards.
bool PairSearch::stackAbove(const LoadedStep &step, const Load &load,
                            const std::vector<Rival> &others, bool &changed) {
  budget->used += others.size();
  auto topOf = [](const Load &l) { return int64_t(l.bottom + l.bytes); };
  stack.clear();
  for (const Rival &rival : others) {
    const Load &other = step.loads[rival.load];
    const State state = states[rival.alternative];
    if (state != State::Open && state != rival.whenBelow)
      stack.add({uint64_t(limit - highest[other.item] - topOf(other)), ownBytes(step, other)});
  }
  if (stack.size() < 2)
    return true;
  const int64_t depth = int64_t(stack.top());
  return lower(load.item, limit - depth - topOf(load), changed);
}

void PairSearch::decide(uint32_t alternative, State state) {
  trail.push_back({Change::Decision, alternative, 0});
  states[alternative] = state;
}

bool PairSearch::raise(uint32_t item, int64_t offset, bool &changed) {
  if (offset <= lowest[item])
    return true;
  trail.push_back({Change::Lowest, item, lowest[item]});
  lowest[item] = int64_t(model.bodies[bodies[item]].alignUp(uint64_t(offset)));
  changed = true;
  return lowest[item] <= highest[item];
}

bool PairSearch::lower(uint32_t item, int64_t offset, bool &changed) {
  if (offset >= highest[item])
    return true;
  const int64_t excess = (highest[item] - offset) & int64_t(model.bodies[bodies[item]].modulus - 1);
  // `highest` is legal, so the next legal offset below is found from the distance to it.
  const int64_t step = int64_t(model.bodies[bodies[item]].modulus);
  const int64_t legal = excess == 0 ? offset : offset - (step - excess);
  trail.push_back({Change::Highest, item, highest[item]});
  highest[item] = legal;
  changed = true;
  return lowest[item] <= highest[item];
}

void PairSearch::undo(size_t mark) {
  while (trail.size() > mark) {
    const Change &change = trail.back();
    if (change.kind == Change::Lowest)
      lowest[change.index] = change.old;
    else if (change.kind == Change::Highest)
      highest[change.index] = change.old;
    else
      states[change.index] = State::Open;
    trail.pop_back();
  }
}

} // namespace nnc::planner
