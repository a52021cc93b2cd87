//===- LowerBound.cpp - what no placement can beat ------------------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/LowerBound.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace nnc::planner {
namespace {

/// What one body occupies at one step.
struct Item {
  uint64_t bytes = 0;
  /// Power of two that divides the address of the first byte; 1 if the bytes have holes.
  uint64_t alignment = 1;
  /// The live part, if there is just one.
  const Part *only = nullptr;
};

/// Two items that may overlap, and the bytes they need at least together.
struct Share {
  uint32_t a, b;
  uint64_t bytes;
};

/// The live bodies at one step and which of them may overlap.
class StepLoad {
public:
  StepLoad(const Model &model, const std::vector<uint32_t> &live, uint32_t step);

  /// Sum of the bytes, each item rounded up to `alignment` but for the topmost; items whose start
  /// need not be aligned so are left out, since they may lie in the padding.
  uint64_t bytes(uint64_t alignment) const;

  /// The alignments worth trying, ascending, at most eight.
  std::vector<uint64_t> alignments() const;

private:
  void addItem(const Body &body, uint32_t step);
  void addShares(const Model &model, const std::vector<uint32_t> &live, uint32_t step);
  uint64_t heaviestDisjoint(std::vector<uint32_t> open, uint64_t alignment) const;
  uint64_t weight(uint64_t bytes, uint32_t item, uint64_t alignment) const;
  bool mayShare(uint32_t a, uint32_t b) const;

  std::vector<Item> items;
  std::vector<Share> shares;
  /// Items that occur in `shares`, ascending.
  std::vector<uint32_t> sharing;
};

StepLoad::StepLoad(const Model &model, const std::vector<uint32_t> &live, uint32_t step) {
  for (uint32_t i : live)
    addItem(model.bodies[i], step);
  addShares(model, live, step);
}

void StepLoad::addItem(const Body &body, uint32_t step) {
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  Item item;
  for (const Part &part : body.parts) {
    if (step < part.first || part.last < step)
      continue;
    ranges.push_back({part.offset, part.offset + part.size});
    item.only = ranges.size() == 1 ? &part : nullptr;
  }
  std::sort(ranges.begin(), ranges.end());
  uint64_t end = 0;
  for (auto [from, to] : ranges) {
    item.bytes += to > end ? to - std::max(from, end) : 0;
    end = std::max(end, to);
  }
  if (!ranges.empty() && item.bytes == end - ranges.front().first) {
    const uint64_t start = (body.residue + ranges.front().first) | body.modulus;
    item.alignment = start & (0 - start);
  }
  items.push_back(item);
}

void StepLoad::addShares(const Model &model, const std::vector<uint32_t> &live, uint32_t step) {
  for (uint32_t item = 0; item < items.size(); ++item) {
    for (const Part &part : model.bodies[live[item]].parts) {
      if (part.first != step)
        continue;
      for (const Permission &permission : model.permissions[part.buffer]) {
        const uint32_t body = model.homes[permission.other].body;
        auto other = std::lower_bound(live.begin(), live.end(), body);
        if (!permission.isOutput || other == live.end() || *other != body || body == live[item])
          continue;
        const uint32_t input = uint32_t(other - live.begin());
        // With more than one live part on a side, nothing is known about the two together.
        uint64_t bytes = 0;
        if (items[item].only && items[input].only)
          bytes = std::max(items[item].bytes, items[input].bytes + permission.lead);
        shares.push_back({std::min(item, input), std::max(item, input), bytes});
        sharing.push_back(item);
        sharing.push_back(input);
      }
    }
  }
  // Several permissions for one pair: the weakest demand counts.
  std::sort(shares.begin(), shares.end(), [](const Share &x, const Share &y) {
    return std::tuple(x.a, x.b, x.bytes) < std::tuple(y.a, y.b, y.bytes);
  });
  auto samePair = [](const Share &x, const Share &y) { return x.a == y.a && x.b == y.b; };
  shares.erase(std::unique(shares.begin(), shares.end(), samePair), shares.end());
  std::sort(sharing.begin(), sharing.end());
  sharing.erase(std::unique(sharing.begin(), sharing.end()), sharing.end());
}

std::vector<uint64_t> StepLoad::alignments() const {
  std::vector<uint64_t> found = {1};
  for (const Item &item : items)
    if (std::find(found.begin(), found.end(), item.alignment) == found.end() && found.size() < 8)
      found.push_back(item.alignment);
  std::sort(found.begin(), found.end());
  return found;
}

uint64_t StepLoad::weight(uint64_t bytes, uint32_t item, uint64_t alignment) const {
  if (items[item].alignment < alignment)
    return 0;
  return (bytes + alignment - 1) & ~(alignment - 1);
}

bool StepLoad::mayShare(uint32_t a, uint32_t b) const {
  return std::any_of(shares.begin(), shares.end(), [&](const Share &share) {
    return (share.a == a && share.b == b) || (share.a == b && share.b == a);
  });
}

uint64_t StepLoad::bytes(uint64_t alignment) const {
  uint64_t sum = 0, topPadding = 0;
  for (uint32_t i = 0; i < items.size(); ++i) {
    const uint64_t padded = weight(items[i].bytes, i, alignment);
    if (padded != 0)
      topPadding = std::max(topPadding, padded - items[i].bytes);
    if (!std::binary_search(sharing.begin(), sharing.end(), i))
      sum += padded;
  }
  sum += heaviestDisjoint(sharing, alignment);
  return sum - std::min(sum, topPadding);
}

/// The heaviest choice among `open` of items and of sharing pairs such that no two choices may
/// share. Exhaustive for a dozen items; beyond that the heaviest item alone is chosen each time.
uint64_t StepLoad::heaviestDisjoint(std::vector<uint32_t> open, uint64_t alignment) const {
  if (open.empty())
    return 0;
  auto without = [&](uint32_t a, uint32_t b) {
    std::vector<uint32_t> rest;
    for (uint32_t i : open)
      if (i != a && i != b && !mayShare(i, a) && !mayShare(i, b))
        rest.push_back(i);
    return rest;
  };
  auto own = [&](uint32_t i) { return weight(items[i].bytes, i, alignment); };
  if (open.size() > 12) {
    const uint32_t heaviest = *std::max_element(
        open.begin(), open.end(), [&](uint32_t a, uint32_t b) { return own(a) < own(b); });
    return own(heaviest) + heaviestDisjoint(without(heaviest, heaviest), alignment);
  }
  const uint32_t chosen = open.front();
  uint64_t best = own(chosen) + heaviestDisjoint(without(chosen, chosen), alignment);
  for (const Share &share : shares) {
    const uint32_t other = share.a == chosen ? share.b : share.a;
    if ((share.a != chosen && share.b != chosen) ||
        std::find(open.begin(), open.end(), other) == open.end())
      continue;
    const uint32_t looser = items[share.a].alignment < items[share.b].alignment ? share.a : share.b;
    best = std::max(best, weight(share.bytes, looser, alignment) +
                              heaviestDisjoint(without(share.a, share.b), alignment));
  }
  open.erase(open.begin());
  return std::max(best, heaviestDisjoint(std::move(open), alignment));
}

} // namespace

LiveBound liveBound(const Model &model) {
  std::vector<std::vector<uint32_t>> born(model.steps.size());
  std::vector<bool> dies(model.steps.size());
  for (uint32_t i = 0; i < model.bodies.size(); ++i) {
    const Body &body = model.bodies[i];
    if (!body.parts.empty())
      born[body.first].push_back(i);
    for (const Part &part : body.parts)
      dies[part.last] = true;
  }
  LiveBound best;
  std::vector<uint32_t> live;
  for (uint32_t step = 0; step < model.steps.size(); ++step) {
    // Bodies are ordered by birth, so `live` stays sorted.
    live.insert(live.end(), born[step].begin(), born[step].end());
    // Where nothing dies, the next step has all this one has.
    if (!dies[step])
      continue;
    const StepLoad load(model, live, step);
    for (uint64_t alignment : load.alignments()) {
      const uint64_t bytes = load.bytes(alignment);
      if (bytes > best.bytes)
        best = {bytes, load.bytes(1), step};
    }
    std::erase_if(live, [&](uint32_t i) { return model.bodies[i].last <= step; });
  }
  return best;
}

AttainableHeights::AttainableHeights(const Model &model, std::span<const uint32_t> bodies) {
  uint64_t grain = 0;
  for (uint32_t i : bodies) {
    const Body &body = model.bodies[i];
    tops.push_back({body.height, body.modulus, body.residue});
    grain = std::gcd(grain, body.residue);
    grain = std::gcd(grain, body.height);
    for (const Part &part : body.parts) {
      grain = std::gcd(grain, std::gcd(part.offset, part.size));
      for (const Permission &permission : model.permissions[part.buffer])
        grain = std::gcd(grain, permission.lead);
    }
  }
  grain = std::max<uint64_t>(grain, 1);
  // Rounding up to a modulus keeps multiples of the grain if one of the two divides the other.
  for (const Top &top : tops)
    if (grain % top.modulus != 0 && top.modulus % grain != 0)
      grain = std::gcd(grain, top.modulus);
  commonGrain = grain;
}

uint64_t AttainableHeights::roundUp(uint64_t height) const {
  for (int round = 0; round < 8; ++round) {
    const uint64_t start = height;
    height = (height + commonGrain - 1) / commonGrain * commonGrain;
    uint64_t lowest = UINT64_MAX;
    for (const Top &top : tops) {
      const uint64_t offset = height > top.height ? height - top.height : 0;
      const uint64_t legal = offset + ((top.residue - offset) & (top.modulus - 1));
      // A body that reaches higher than asked for even at its lowest offset still sets a top.
      lowest = std::min(lowest, legal + top.height);
    }
    if (!tops.empty())
      height = std::max(height, lowest);
    if (height == start)
      break;
  }
  return height;
}

} // namespace nnc::planner
