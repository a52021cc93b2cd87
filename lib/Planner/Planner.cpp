//===- Planner.cpp - one arena for all buffers of a model -----------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Planner.h"

#include "lib/Planner/LowerBound.h"
#include "lib/Planner/Model.h"
#include "lib/Planner/Solve.h"

#include <algorithm>
#include <numeric>

namespace nnc::planner {
namespace {

/// The placement of a fused model in terms of the original one.
Candidate translate(const Model &fused, const Candidate &candidate, const Model &model) {
  Candidate result = candidate;
  result.offsets.assign(model.bodies.size(), 0);
  for (size_t buffer = 0; buffer < model.homes.size(); ++buffer) {
    const Home &from = fused.homes[buffer], &to = model.homes[buffer];
    result.offsets[to.body] = candidate.offsets[from.body] + from.offset - to.offset;
  }
  return result;
}

bool hasInPlace(const Model &model) {
  for (const std::vector<Permission> &list : model.permissions)
    for (const Permission &permission : list)
      if (permission.kind == Permission::EqualStarts)
        return true;
  return false;
}

Solution solve(const Model &model, uint64_t lowerBound, Budget &budget) {
  if (!hasInPlace(model))
    return solveModel(model, lowerBound, {}, budget);
  const Model fused = fuseInPlace(model);
  Budget half{budget.limit / 2, 0};
  const Solution solution = solveModel(fused, lowerBound, {}, half);
  budget.used += half.used;
  Candidate start = translate(fused, solution.placement, model);
  if (start.height <= lowerBound)
    return {std::move(start), lowerBound};
  // Fusing is a choice, so what was proved about the fused model proves nothing about this one.
  return solveModel(model, lowerBound, std::move(start), budget);
}

void describePeak(std::span<const Buffer> buffers, const Model &model, const LiveBound &live,
                  Plan &plan) {
  plan.liveBytes = live.liveBytes;
  if (model.steps.empty())
    return;
  plan.peakStep = model.steps[live.step];
  std::vector<const Part *> alive;
  for (const Body &body : model.bodies)
    for (const Part &part : body.parts)
      if (part.first <= live.step && live.step <= part.last)
        alive.push_back(&part);
  std::sort(alive.begin(), alive.end(), [](const Part *a, const Part *b) {
    return std::pair(b->size, a->buffer) < std::pair(a->size, b->buffer);
  });
  for (const Part *part : alive)
    plan.alive.push_back(buffers[part->buffer].name);
}

} // namespace

PlanResult plan(std::span<const Buffer> buffers, const Relations &relations,
                const Options &options) {
  std::variant<Model, PlanError> built = buildModel(buffers, relations);
  if (PlanError *error = std::get_if<PlanError>(&built))
    return std::move(*error);
  const Model &model = std::get<Model>(built);

  std::vector<uint32_t> all(model.bodies.size());
  std::iota(all.begin(), all.end(), 0);
  const LiveBound live = liveBound(model);
  const uint64_t lowerBound = AttainableHeights(model, all).roundUp(live.bytes);
  Budget budget{options.workLimit, 0};
  const Solution solution = solve(model, lowerBound, budget);

  Plan result;
  result.arenaSize = solution.placement.height;
  result.lowerBound = std::min(solution.lowerBound, result.arenaSize);
  result.method = solution.placement.method;
  result.work = budget.used;
  for (const Home &home : model.homes)
    result.offsets.push_back(solution.placement.offsets[home.body] + home.offset);
  for (const Buffer &buffer : buffers)
    result.alignment = std::max(result.alignment, buffer.alignment);
  describePeak(buffers, model, live, result);
  return result;
}

} // namespace nnc::planner
