//===- Solve.cpp - from a model to a placement and a bound ----------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Solve.h"

#include "lib/Planner/BottomUp.h"
#include "lib/Planner/LowerBound.h"
#include "lib/Planner/OrderedSearch.h"
#include "lib/Planner/PairSearch.h"
#include "lib/Planner/Reduce.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace nnc::planner {
namespace {

/// Works on one component: a placement that becomes lower and a bound that becomes higher.
class ComponentSolver {
public:
  ComponentSolver(const Model &model, std::span<const uint32_t> bodies, uint64_t lowerBound,
                  Candidate start, Budget &budget)
      : model(model), bodies(bodies), heights(model, bodies), lowerBound(lowerBound),
        best(std::move(start)), budget(budget) {
    best.height = 0;
    for (uint32_t i : bodies)
      best.height = std::max(best.height, best.offsets[i] + model.bodies[i].height);
  }

  /// Greedy orders and a few probes: enough for a dozen bodies.
  void begin(uint64_t work);
  /// Local search, which needs time where the exact search cannot get through.
  void improve(uint64_t work) {
    if (!isDone())
      improveBottomUp(model, bodies, lowerBound, work, best, budget);
  }
  /// Exact search for what is left of the interval between bound and placement.
  void finish(uint64_t work) { bisect(budget.used + std::min(work, budget.left())); }

  /// A component need not be lower than what another one is known to need.
  void raiseBound(uint64_t bound) { lowerBound = std::max(lowerBound, bound); }

  bool isDone() const { return best.height <= lowerBound; }
  const Candidate &placement() const { return best; }
  uint64_t bound() const { return lowerBound; }

private:
  /// Asks the exact search for a placement within `height`.
  Outcome probe(uint64_t height, uint64_t work);
  void bisect(uint64_t end);

  const Model &model;
  std::span<const uint32_t> bodies;
  AttainableHeights heights;
  uint64_t lowerBound;
  Candidate best;
  Budget &budget;
  std::optional<OrderedSearch> ordered;
  std::optional<PairSearch> pairs;
};

void ComponentSolver::begin(uint64_t work) {
  const uint64_t end = budget.used + std::min(work, budget.left());
  if (isDone())
    return;
  Candidate greedy = placeGreedily(model, bodies, lowerBound, budget);
  if (greedy.height < best.height)
    best = std::move(greedy);
  // The bound is met more often than not: ask for it first.
  if (!isDone())
    probe(lowerBound, work / 2);
  bisect(end);
}

/// Halves the interval between the bound and the best placement. Where a probe runs out of its
/// share of the work, only the upper half is looked at further, and the bound stays.
void ComponentSolver::bisect(uint64_t end) {
  const uint64_t grain = heights.grain();
  uint64_t from = lowerBound;
  while (from < best.height && budget.used < end) {
    const uint64_t middle = from + (best.height - from - 1) / 2;
    const uint64_t height = std::max(from, middle / grain * grain);
    const Outcome outcome = probe(height, (end - budget.used) / 2 + 1);
    if (outcome == Outcome::OutOfBudget)
      from = height + grain;
    else
      from = std::max(from, lowerBound);
  }
}

Outcome ComponentSolver::probe(uint64_t height, uint64_t work) {
  if (!ordered)
    ordered.emplace(model, bodies);
  if (!ordered->isApplicable() && !pairs) {
    pairs.emplace(model, bodies);
    budget.used += pairs->setUpWork();
  }
  Budget share{budget.used + work, budget.used};
  const Outcome outcome = pairs ? pairs->run(height, share) : ordered->run(height, share);
  budget.used = share.used;
  if (outcome == Outcome::Impossible)
    lowerBound = std::max(lowerBound, std::min(heights.roundUp(height + 1), best.height));
  if (outcome != Outcome::Found)
    return outcome;
  const std::vector<uint64_t> &offsets = pairs ? pairs->offsets() : ordered->offsets();
  best.height = 0;
  best.method = "branch and bound";
  for (size_t i = 0; i < bodies.size(); ++i) {
    best.offsets[bodies[i]] = offsets[i];
    best.height = std::max(best.height, offsets[i] + model.bodies[bodies[i]].height);
  }
  return outcome;
}

/// Places the easy bodies around the solved components.
Candidate complete(const Model &model, const Core &core, Candidate placed, Budget &budget) {
  Placement placement(model);
  for (const std::vector<uint32_t> &component : core.components)
    for (uint32_t i : component)
      placement.place(i, placed.offsets[i]);
  for (uint32_t i : core.easy) {
    placed.offsets[i] = placement.findOffset(i, Fit::First);
    placement.place(i, placed.offsets[i]);
  }
  budget.used += placement.visits();
  placed.height = placement.height();
  return placed;
}

} // namespace

Solution solveModel(const Model &model, uint64_t lowerBound, Candidate start, Budget &budget) {
  std::vector<uint32_t> all(model.bodies.size());
  std::iota(all.begin(), all.end(), 0);
  Candidate best = placeGreedily(model, all, lowerBound, budget);
  if (!start.offsets.empty() && start.height <= best.height)
    best = std::move(start);
  if (best.height <= lowerBound || budget.isSpent())
    return {std::move(best), lowerBound};

  const Core core = reduceToCore(model, lowerBound);
  std::vector<ComponentSolver> solvers;
  solvers.reserve(core.components.size());
  for (const std::vector<uint32_t> &bodies : core.components)
    solvers.emplace_back(model, bodies, lowerBound, best, budget);
  uint64_t bound = lowerBound;
  // Each round shares a part of the work that is left among the components that are not done.
  auto round = [&](uint64_t part, auto &&step) {
    size_t open = size_t(std::count_if(solvers.begin(), solvers.end(),
                                       [](const ComponentSolver &s) { return !s.isDone(); }));
    const uint64_t end = budget.used + budget.left() / part;
    for (ComponentSolver &solver : solvers) {
      solver.raiseBound(bound);
      if (!solver.isDone() && open != 0 && budget.used < end)
        step(solver, (end - budget.used) / open--);
      bound = std::max(bound, solver.bound());
    }
  };
  round(4, [](ComponentSolver &solver, uint64_t work) { solver.begin(work); });
  round(2, [](ComponentSolver &solver, uint64_t work) { solver.improve(work); });
  round(1, [](ComponentSolver &solver, uint64_t work) { solver.finish(work); });

  Candidate combined = best;
  uint64_t highest = 0;
  for (size_t i = 0; i < solvers.size(); ++i) {
    for (uint32_t body : core.components[i])
      combined.offsets[body] = solvers[i].placement().offsets[body];
    if (solvers[i].placement().height > highest) {
      highest = solvers[i].placement().height;
      combined.method = solvers[i].placement().method;
    }
  }
  combined = complete(model, core, std::move(combined), budget);
  if (combined.height < best.height)
    best = std::move(combined);
  return {std::move(best), bound};
}

} // namespace nnc::planner
