//===- BottomUp.cpp - always the body that can lie lowest -----------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/BottomUp.h"

#include "lib/Planner/Greedy.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>

namespace nnc::planner {
namespace {

/// Marsaglia's xorshift64: a fixed sequence of pseudo-random numbers.
class Random {
public:
  /// In [0, bound).
  uint64_t below(uint64_t bound) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % bound;
  }

private:
  uint64_t state = 0x9E3779B97F4A7C15;
};

/// Ascending: what has the smaller value comes first.
uint64_t rank(const Body &body, Preference preference) {
  const uint64_t life = uint64_t(body.last - body.first) + 1;
  switch (preference) {
  case Preference::Longest:
    return ~life;
  case Preference::Tallest:
    return ~body.height;
  case Preference::Largest:
    return ~saturatingMultiply(life, body.height);
  }
  return 0;
}

/// How far above the start of `lower` the body `upper` can lie in any case.
uint64_t clearance(const Model &model, uint32_t lower, uint32_t upper, std::vector<Band> &bands) {
  bands.clear();
  model.appendBands(lower, upper, bands);
  int64_t highest = 0;
  for (const Band &band : bands)
    highest = std::max(highest, band.above);
  return uint64_t(highest);
}

/// Places all anew in the order of the offsets, which can only close gaps.
Candidate compact(const Model &model, std::span<const uint32_t> bodies, const Candidate &candidate,
                  Budget &budget) {
  std::vector<uint32_t> order(bodies.begin(), bodies.end());
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(candidate.offsets[a], a) < std::pair(candidate.offsets[b], b);
  });
  return placeInOrder(model, order, Fit::First, budget);
}

} // namespace

std::string_view preferenceName(Preference preference) {
  switch (preference) {
  case Preference::Longest:
    return "bottom-up, longest first";
  case Preference::Tallest:
    return "bottom-up, tallest first";
  case Preference::Largest:
    return "bottom-up, largest first";
  }
  return "";
}

Candidate placeBottomUp(const Model &model, std::span<const uint32_t> bodies, Preference preference,
                        std::span<const uint64_t> handicaps, Budget &budget) {
  using Key = std::tuple<int64_t, uint64_t, uint32_t>;
  Candidate result;
  std::vector<uint64_t> &lowest = result.offsets;
  lowest.resize(model.bodies.size());
  std::vector<bool> isOpen(model.bodies.size());
  auto key = [&](uint32_t i) {
    const uint64_t handicap = handicaps.empty() ? 0 : handicaps[i];
    return Key(int64_t(lowest[i]) - int64_t(handicap), rank(model.bodies[i], preference), i);
  };
  std::priority_queue<Key, std::vector<Key>, std::greater<Key>> queue;
  for (uint32_t i : bodies) {
    lowest[i] = model.bodies[i].alignUp(0);
    isOpen[i] = true;
    queue.push(key(i));
  }
  std::vector<Band> bands;
  while (!queue.empty()) {
    // Keys only grow; one that is out of date goes back with its new value.
    const Key top = queue.top();
    const uint32_t i = std::get<2>(top);
    queue.pop();
    if (key(i) != top) {
      queue.push(key(i));
      continue;
    }
    isOpen[i] = false;
    result.height = std::max(result.height, lowest[i] + model.bodies[i].height);
    for (uint32_t j : model.neighbours[i])
      if (isOpen[j])
        lowest[j] =
            std::max(lowest[j], model.bodies[j].alignUp(lowest[i] + clearance(model, i, j, bands)));
    budget.used += model.neighbours[i].size() + 1;
  }
  return result;
}

void improveBottomUp(const Model &model, std::span<const uint32_t> bodies, uint64_t target,
                     uint64_t work, Candidate &candidate, Budget &budget) {
  const uint64_t end = budget.used + std::min(work, budget.left());
  Random random;
  std::vector<uint64_t> handicaps(model.bodies.size()), trialHandicaps;
  Preference preference = Preference::Longest;
  Candidate current;
  for (Preference trial : kPreferences) {
    Candidate placed = placeBottomUp(model, bodies, trial, {}, budget);
    placed = compact(model, bodies, placed, budget);
    if (current.offsets.empty() || placed.height < current.height) {
      current = std::move(placed);
      preference = trial;
    }
  }
  while (std::min(current.height, candidate.height) > target && budget.used < end) {
    trialHandicaps = handicaps;
    for (uint32_t i : bodies)
      if (current.offsets[i] + model.bodies[i].height == current.height)
        trialHandicaps[i] =
            std::min(trialHandicaps[i] + random.below(model.bodies[i].height + 1), current.height);
    const uint32_t other = bodies[random.below(bodies.size())];
    trialHandicaps[other] = random.below(model.bodies[other].height + 1);

    Candidate trial = placeBottomUp(model, bodies, preference, trialHandicaps, budget);
    trial = compact(model, bodies, trial, budget);
    // Steps to equal heights are taken, too: they lead off plateaus.
    if (trial.height <= current.height) {
      handicaps.swap(trialHandicaps);
      current = std::move(trial);
    }
  }
  if (current.height < candidate.height) {
    current.method = "local search";
    candidate = std::move(current);
  }
}

} // namespace nnc::planner
