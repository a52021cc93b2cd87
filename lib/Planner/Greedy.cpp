//===- Greedy.cpp - placing bodies in a good order ------------------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Greedy.h"

#include "lib/Planner/BottomUp.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace nnc::planner {
namespace {

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

} // namespace

uint64_t saturatingMultiply(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<uint64_t>::max() : product;
}

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
  auto tryInOrder = [&](Order order, Fit fit) {
    Candidate candidate = placeInOrder(model, orderBodies(model, bodies, order), fit, budget);
    candidate.method = std::string(orderName(order)) + (fit == Fit::Best ? ", best fit" : "");
    keepBetter(best, std::move(candidate));
    return best.height <= target || budget.isSpent();
  };
  if (tryInOrder(Order::Size, Fit::First))
    return best;
  for (Preference preference : kPreferences) {
    Candidate candidate = placeBottomUp(model, bodies, preference, {}, budget);
    candidate.method = preferenceName(preference);
    keepBetter(best, std::move(candidate));
    if (best.height <= target || budget.isSpent())
      return best;
  }
  for (Order order : kOrders)
    for (Fit fit : {Fit::First, Fit::Best})
      if (tryInOrder(order, fit))
        return best;
  return best;
}

} // namespace nnc::planner
