//===- OrderedSearch.cpp - exact search from the bottom up ----------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Why the rules lose nothing: among all solutions take one with the smallest sum of offsets and
// list its items by offset. If the next item i were not at its lowest offset, or an open item j had
// room below i (R2), moving that item down would give a smaller sum; it cannot disturb the items
// after it, which all start at or above o_i. So this solution is never cut off. Items at equal
// offsets do not touch, unless some distance is zero, and may be listed by index.
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/OrderedSearch.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace nnc::planner {
namespace {

/// Words kept for failed states: 32 MiB.
constexpr size_t kMaxFailureWords = size_t(4) << 20;

/// Smaller problems are searched anew.
constexpr size_t kMinRemembered = 4;

} // namespace

size_t OrderedSearch::KeyHash::operator()(const std::vector<uint64_t> &key) const {
  uint64_t hash = key.size();
  for (uint64_t word : key) {
    hash = (hash ^ word) * 0x9E3779B97F4A7C15;
    hash ^= hash >> 29;
  }
  return hash;
}

OrderedSearch::OrderedSearch(const Model &model, std::span<const uint32_t> bodies)
    : model(model), bodies(bodies.begin(), bodies.end()), edges(bodies.size()) {
  std::vector<uint32_t> local(model.bodies.size(), UINT32_MAX);
  for (uint32_t i = 0; i < this->bodies.size(); ++i) {
    const Body &body = model.bodies[this->bodies[i]];
    local[this->bodies[i]] = i;
    items.push_back({body.height, body.modulus, body.residue, body.first, body.last, i});
  }
  for (uint32_t i = 0; i < items.size() && applicable; ++i)
    for (uint32_t neighbour : model.neighbours[this->bodies[i]])
      if (local[neighbour] != UINT32_MAX && local[neighbour] > i)
        applicable = applicable && addEdge(i, local[neighbour]);
  if (!applicable)
    return;
  steps = loadSteps(model, this->bodies);
  for (LoadedStep &step : steps)
    for (const Sharing &sharing : step.sharing)
      for (Load &load : step.loads)
        if (load.item == sharing.item)
          load.bytes -= std::min(load.bytes, sharing.shared);
  findTwins();
}

/// False if the forbidden differences are not one interval around zero.
bool OrderedSearch::addEdge(uint32_t a, uint32_t b) {
  std::vector<Band> bands;
  model.appendBands(bodies[a], bodies[b], bands);
  std::sort(bands.begin(), bands.end(),
            [](const Band &x, const Band &y) { return x.below < y.below; });
  if (bands.empty())
    return true;
  Band whole = bands.front();
  for (const Band &band : bands) {
    if (band.below >= whole.above)
      return false;
    whole.above = std::max(whole.above, band.above);
  }
  if (whole.below > 0 || whole.above < 0)
    return false;
  const uint64_t above = uint64_t(whole.above), below = uint64_t(-whole.below);
  hasZeroDistance = hasZeroDistance || above == 0 || below == 0;
  edges[a].push_back({b, above, below});
  edges[b].push_back({a, below, above});
  return true;
}

void OrderedSearch::findTwins() {
  auto isPlain = [&](uint32_t i) { return model.bodies[bodies[i]].isPlain; };
  auto key = [&](uint32_t i) {
    const Item &item = items[i];
    return std::tuple(item.first, item.last, item.height, item.modulus, item.residue);
  };
  // The canonical order puts equal bodies next to each other.
  for (uint32_t i = 1; i < items.size(); ++i)
    if (isPlain(i) && isPlain(i - 1) && key(i) == key(i - 1))
      items[i].twin = i - 1;
}

Outcome OrderedSearch::run(uint64_t height, Budget &runBudget) {
  limit = height;
  budget = &runBudget;
  lowest.clear();
  Items open;
  for (uint32_t i = 0; i < items.size(); ++i) {
    lowest.push_back(items[i].alignUp(0));
    open.push_back(i);
  }
  earliest.assign(items.size(), 0);
  placed.assign(items.size(), false);
  trail.clear();
  failures.clear();
  failureWords = 0;
  if (!raiseBuried(open, 0, 0) || !fitsEverywhere(open))
    return Outcome::Impossible;
  const Outcome outcome = solve(open, 0, 0);
  if (outcome == Outcome::Found)
    found = lowest;
  return outcome;
}

/// Places all open items, none below `floor`; `last` was placed there. The caller has checked R1,
/// R4.
Outcome OrderedSearch::solve(const Items &open, uint64_t floor, uint32_t last) {
  if (open.empty())
    return Outcome::Found;
  if (budget->isSpent())
    return Outcome::OutOfBudget;
  if (isKnownFailure(open, floor, last))
    return Outcome::Impossible;
  std::vector<uint64_t> failure;
  if (open.size() >= kMinRemembered)
    failure = key;
  for (uint32_t item : choices(open, floor, last)) {
    const Outcome outcome = branch(open, item);
    if (outcome != Outcome::Impossible)
      return outcome;
  }
  if (!failure.empty() && failureWords < kMaxFailureWords) {
    failureWords += failure.size();
    failures.insert(std::move(failure));
  }
  return Outcome::Impossible;
}

/// Places `item` next and solves what remains, part by part (R3).
Outcome OrderedSearch::branch(const Items &open, uint32_t item) {
  const size_t mark = trail.size();
  const uint64_t floor = lowest[item];
  place(item);
  Items rest;
  rest.reserve(open.size());
  std::copy_if(open.begin(), open.end(), std::back_inserter(rest),
               [&](uint32_t i) { return i != item; });

  Outcome outcome =
      raiseBuried(rest, floor, item) && fitsEverywhere(rest) ? Outcome::Found : Outcome::Impossible;
  // Items are numbered by birth: a part ends where the next item is born after all before it died.
  for (size_t from = 0; from < rest.size() && outcome == Outcome::Found;) {
    size_t to = from;
    uint32_t death = items[rest[from]].last;
    while (to < rest.size() && items[rest[to]].first <= death)
      death = std::max(death, items[rest[to++]].last);
    outcome =
        solve(Items(rest.begin() + ptrdiff_t(from), rest.begin() + ptrdiff_t(to)), floor, item);
    from = to;
  }
  if (outcome != Outcome::Found)
    undo(mark);
  return outcome;
}

/// R1. An item at the floor itself was due before `last`, too, if its index is smaller.
bool OrderedSearch::isBuried(uint32_t item, uint64_t floor, uint32_t last) const {
  return lowest[item] < floor || (lowest[item] == floor && item < last && !hasZeroDistance);
}

/// Finds the earliest offset of each open item; false if one can no longer be lifted to the floor.
bool OrderedSearch::raiseBuried(const Items &open, uint64_t floor, uint32_t last) {
  for (uint32_t i : open) {
    earliest[i] = lowest[i];
    if (!isBuried(i, floor, last))
      continue;
    uint64_t raised = UINT64_MAX;
    for (const Edge &edge : edges[i])
      if (!placed[edge.to])
        raised = std::min(raised, std::max(lowest[edge.to], floor) + edge.below);
    visit(edges[i].size());
    if (raised == UINT64_MAX)
      return false;
    earliest[i] = items[i].alignUp(raised);
  }
  return true;
}

/// R4.
bool OrderedSearch::fitsEverywhere(const Items &open) {
  if (open.empty())
    return true;
  uint32_t death = 0;
  for (uint32_t i : open) {
    if (earliest[i] + items[i].height > limit)
      return false;
    death = std::max(death, items[i].last);
  }
  auto step =
      std::lower_bound(steps.begin(), steps.end(), items[open.front()].first,
                       [](const LoadedStep &s, uint32_t number) { return s.number < number; });
  for (; step != steps.end() && step->number <= death; ++step) {
    stack.clear();
    for (const Load &load : step->loads)
      if (!placed[load.item])
        stack.add({earliest[load.item] + load.bottom, load.bytes, load.alignment});
    visit(step->loads.size());
    if (!stack.fitsBelow(limit))
      return false;
  }
  return true;
}

/// The items that may come next, most promising first.
OrderedSearch::Items OrderedSearch::choices(const Items &open, uint64_t floor,
                                            uint32_t last) const {
  uint64_t ceiling = UINT64_MAX;
  for (uint32_t i : open)
    ceiling = std::min(ceiling, lowest[i] + items[i].height);
  Items result;
  for (uint32_t i : open) {
    const bool afterTwin = items[i].twin == i || placed[items[i].twin];
    if (!isBuried(i, floor, last) && lowest[i] < ceiling && afterTwin)
      result.push_back(i);
  }
  auto rank = [&](uint32_t i) {
    return std::tuple(lowest[i], ~items[i].height, ~(items[i].last - items[i].first), i);
  };
  std::sort(result.begin(), result.end(),
            [&](uint32_t a, uint32_t b) { return rank(a) < rank(b); });
  return result;
}

/// States with the same open items, floor and lowest offsets have the same continuations. Leaves
/// the state in `key`.
bool OrderedSearch::isKnownFailure(const Items &open, uint64_t floor, uint32_t last) {
  visit(open.size() + 1);
  if (open.size() < kMinRemembered)
    return false;
  key.assign({floor});
  uint64_t word = 0;
  for (size_t i = 0; i < open.size(); ++i) {
    // The open items as a sequence of pairs would double the key; pack two numbers into a word.
    word = word << 32 | open[i];
    if (i % 2 == 1 || i + 1 == open.size())
      key.push_back(std::exchange(word, 0));
  }
  for (uint32_t i : open)
    key.push_back(lowest[i] << 1 | uint64_t(isBuried(i, floor, last)));
  return failures.contains(key);
}

void OrderedSearch::place(uint32_t item) {
  placed[item] = true;
  trail.push_back({item, 0, true});
  for (const Edge &edge : edges[item]) {
    if (placed[edge.to])
      continue;
    const uint64_t raised = items[edge.to].alignUp(lowest[item] + edge.above);
    if (raised > lowest[edge.to]) {
      trail.push_back({edge.to, lowest[edge.to], false});
      lowest[edge.to] = raised;
    }
  }
  visit(edges[item].size());
}

void OrderedSearch::undo(size_t mark) {
  while (trail.size() > mark) {
    const Change &change = trail.back();
    if (change.wasPlacement)
      placed[change.item] = false;
    else
      lowest[change.item] = change.lowest;
    trail.pop_back();
  }
}

} // namespace nnc::planner
