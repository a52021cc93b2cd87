//===- Greedy.cpp - placing bodies in a good order ------------------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Greedy.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace nnc::planner {
namespace {

/// Sizes are up to 2^62, so products are cut off instead of wrapping.
uint64_t saturatingMultiply(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<uint64_t>::max() : product;
}

uint64_t saturatingAdd(uint64_t a, uint64_t b) {
  uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<uint64_t>::max() : sum;
}

uint64_t area(const Body &body) {
  uint64_t sum = 0;
  for (const Part &part : body.parts)
    sum = saturatingAdd(sum, saturatingMultiply(part.size, part.last - part.first + 1));
  return sum;
}

/// The larger, the earlier the body comes.
std::vector<uint64_t> priorities(const Model &model, std::span<const uint32_t> bodies,
                                 Order order) {
  std::vector<uint64_t> load(order == Order::Breadth ? model.steps.size() : 0);
  if (order == Order::Breadth)
    for (uint32_t i : bodies)
      for (const Part &part : model.bodies[i].parts)
        for (uint32_t step = part.first; step <= part.last; ++step)
          load[step] += part.size;

  auto priority = [&](uint32_t i) -> uint64_t {
    const Body &body = model.bodies[i];
    uint64_t value = 0;
    switch (order) {
    case Order::Size:
      return body.height;
    case Order::Area:
      return area(body);
    case Order::Lifetime:
      return body.last - body.first;
    case Order::Breadth:
      for (const Part &part : body.parts)
        for (uint32_t step = part.first; step <= part.last; ++step)
          value = std::max(value, load[step]);
      return value;
    case Order::Conflict:
      for (uint32_t j : model.neighbours[i])
        value = saturatingAdd(value, model.bodies[j].height);
      return value;
    case Order::Birth:
      return ~uint64_t(body.first);
    case Order::Death:
      return body.last;
    }
    return 0;
  };
  std::vector<uint64_t> values(model.bodies.size());
  for (uint32_t i : bodies)
    values[i] = priority(i);
  return values;
}

void keepBetter(Candidate &best, Candidate &&other) {
  if (best.offsets.empty() || other.height < best.height)
    best = std::move(other);
}

/// Marsaglia's xorshift64: a fixed sequence of pseudo-random numbers.
class Random {
public:
  uint64_t below(uint64_t bound) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % bound;
  }

private:
  uint64_t state = 0x9E3779B97F4A7C15;
};

} // namespace

std::string_view orderName(Order order) {
  switch (order) {
  case Order::Size:
    return "greedy by size";
  case Order::Area:
    return "greedy by area";
  case Order::Lifetime:
    return "greedy by lifetime";
  case Order::Breadth:
    return "greedy by breadth";
  case Order::Conflict:
    return "greedy by conflicts";
  case Order::Birth:
    return "greedy by birth";
  case Order::Death:
    return "greedy by death";
  }
  return "";
}

std::vector<uint32_t> orderBodies(const Model &model, std::span<const uint32_t> bodies,
                                  Order order) {
  const std::vector<uint64_t> values = priorities(model, bodies, order);
  auto key = [&](uint32_t i) {
    const Body &body = model.bodies[i];
    return std::tuple(~values[i], ~body.height, ~(body.last - body.first), i);
  };
  std::vector<uint32_t> result(bodies.begin(), bodies.end());
  std::sort(result.begin(), result.end(), [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
  return result;
}

Candidate placeInOrder(const Model &model, std::span<const uint32_t> order, Fit fit,
                       Budget &budget) {
  Placement placement(model);
  Candidate result;
  result.offsets.resize(model.bodies.size());
  for (uint32_t i : order) {
    placement.place(i, placement.findOffset(i, fit));
    result.offsets[i] = placement.offset(i);
    result.height = std::max(result.height, placement.top(i));
  }
  budget.used += placement.visits();
  return result;
}

Candidate placeGreedily(const Model &model, std::span<const uint32_t> bodies, uint64_t target,
                        Budget &budget) {
  Candidate best;
  for (Order order : kOrders) {
    const std::vector<uint32_t> sequence = orderBodies(model, bodies, order);
    for (Fit fit : {Fit::First, Fit::Best}) {
      Candidate candidate = placeInOrder(model, sequence, fit, budget);
      candidate.method = std::string(orderName(order)) + (fit == Fit::Best ? ", best fit" : "");
      keepBetter(best, std::move(candidate));
      if (best.height <= target)
        return best;
    }
  }
  return best;
}

void improveByReordering(const Model &model, std::span<const uint32_t> bodies, uint64_t target,
                         uint64_t work, Candidate &candidate, Budget &budget) {
  // The order by offset reproduces the given placement or a lower one.
  std::vector<uint32_t> current(bodies.begin(), bodies.end());
  std::sort(current.begin(), current.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(candidate.offsets[a], a) < std::pair(candidate.offsets[b], b);
  });
  Candidate base = placeInOrder(model, current, Fit::First, budget);
  Random random;
  const uint64_t end = budget.used + std::min(work, budget.left());
  while (std::min(base.height, candidate.height) > target && budget.used < end) {
    std::vector<uint32_t> next = current;
    // Whatever stands out goes to a random earlier place; so does one body of the others, since the
    // cause may lie below.
    for (size_t i = 1; i < next.size(); ++i) {
      const bool standsOut = base.offsets[next[i]] + model.bodies[next[i]].height == base.height;
      if (standsOut)
        std::rotate(next.begin() + ptrdiff_t(random.below(i)), next.begin() + ptrdiff_t(i),
                    next.begin() + ptrdiff_t(i) + 1);
    }
    if (next.size() > 1) {
      const size_t from = random.below(next.size()), to = random.below(next.size());
      std::swap(next[from], next[to]);
    }
    Candidate trial = placeInOrder(model, next, Fit::First, budget);
    // Steps to equal heights are taken, too: they lead off plateaus.
    if (trial.height <= base.height) {
      current = std::move(next);
      base = std::move(trial);
    }
  }
  if (base.height < candidate.height) {
    base.method = "local search";
    candidate = std::move(base);
  }
}

} // namespace nnc::planner
