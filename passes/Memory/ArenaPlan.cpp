// Calls the planner: without overlaps, with them, and with as few as give the same arena.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/ArenaPlan.h"

using namespace mlir;

namespace nnc::memory {

namespace {

class ArenaPlanner {
public:
  ArenaPlanner(func::FuncOp function, const BufferModel &model, ArrayRef<Overwrite> overwrites,
               const PlanSettings &settings, const BufferMask &meant);

  /// Whether both are in this arena.
  bool knows(planner::BufferId a, planner::BufferId b) const {
    return meant.empty() || (meant[a] && meant[b]);
  }
  FailureOr<planner::Plan> plan(ArrayRef<Overlap> overlaps);
  /// Whether what lives during the call would not fit an arena of this size side by side.
  bool isCrowded(const Overlap &overlap, uint64_t arena) const;

private:
  func::FuncOp function;
  uint64_t workLimit;
  const BufferMask &meant;
  std::vector<planner::Buffer> buffers; ///< in the order of the model's arena storages
  planner::Relations relations;
};

ArenaPlanner::ArenaPlanner(func::FuncOp function, const BufferModel &model,
                           ArrayRef<Overwrite> overwrites, const PlanSettings &settings,
                           const BufferMask &meant)
    : function(function), workLimit(settings.workLimit), meant(meant) {
  for (unsigned number : model.arena) {
    const Storage &storage = model.storages[number];
    buffers.push_back({storage.name, static_cast<uint64_t>(storage.bytes),
                       std::max<uint64_t>(settings.alignment, static_cast<uint64_t>(storage.width)),
                       storage.first, storage.last});
  }
  for (size_t i = 0; i < meant.size(); ++i)
    if (!meant[i])
      buffers[i].size = 0;
  for (const planner::Inside &inside : model.inside) {
    if (!knows(inside.inner, inside.outer))
      continue;
    relations.inside.push_back(inside);
    buffers[inside.inner].alignment = 1; // a part lies where its whole puts it
  }
  for (const Overwrite &overwrite : overwrites)
    if (knows(overwrite.relation.output, overwrite.relation.input))
      relations.inPlace.push_back(overwrite.relation);
}

FailureOr<planner::Plan> ArenaPlanner::plan(ArrayRef<Overlap> overlaps) {
  relations.overlaps.clear();
  for (const Overlap &overlap : overlaps)
    relations.overlaps.push_back(overlap.relation());
  planner::PlanResult result = planner::plan(buffers, relations, {workLimit});
  if (auto *error = std::get_if<planner::PlanError>(&result))
    return function.emitError("no memory plan: ") << error->message;
  auto &found = std::get<planner::Plan>(result);
  // A second opinion: no two buffers that live at the same time overlap without permission.
  std::string fault = planner::verify(found, buffers, relations);
  if (!fault.empty())
    return function.emitError("memory plan is wrong: ") << fault;
  return std::move(found);
}

bool ArenaPlanner::isCrowded(const Overlap &overlap, uint64_t arena) const {
  std::vector<bool> isPart(buffers.size());
  for (const planner::Inside &inside : relations.inside)
    isPart[inside.inner] = true;
  uint32_t step = buffers[overlap.output].firstUse;
  uint64_t live = 0;
  for (auto [number, buffer] : llvm::enumerate(buffers))
    if (!isPart[number] && buffer.firstUse <= step && step <= buffer.lastUse)
      live += buffer.size;
  return live > arena;
}

} // namespace

FailureOr<planner::Plan> planArena(func::FuncOp function, const BufferModel &model,
                                   ArrayRef<Overwrite> overwrites, std::vector<Overlap> &overlaps,
                                   const PlanSettings &settings, const BufferMask &meant) {
  ArenaPlanner planner(function, model, overwrites, settings, meant);
  llvm::erase_if(overlaps, [&](const Overlap &overlap) {
    return !planner.knows(overlap.output, overlap.operand);
  });
  FailureOr<planner::Plan> best = planner.plan({});
  std::vector<Overlap> chosen;
  auto attempt = [&](std::vector<Overlap> permitted, bool evenIfEqual) {
    FailureOr<planner::Plan> found = planner.plan(permitted);
    if (failed(found) || failed(best)) {
      best = failure();
      return;
    }
    if (found->arenaSize > best->arenaSize || (found->arenaSize == best->arenaSize && !evenIfEqual))
      return;
    best = std::move(found);
    chosen = std::move(permitted);
  };
  if (!overlaps.empty()) {
    // All one way, then each layer against the one before.
    attempt(overlaps, /*evenIfEqual=*/false);
    alternateOrders(overlaps);
    attempt(overlaps, /*evenIfEqual=*/false);
  }
  // An overlap hinders LLVM: without those that no crowd demands the arena is often as small.
  if (!chosen.empty() && succeeded(best)) {
    std::vector<Overlap> needed = chosen;
    llvm::erase_if(needed, [&](const Overlap &overlap) {
      return !planner.isCrowded(overlap, best->arenaSize);
    });
    attempt(needed, /*evenIfEqual=*/true);
  }
  overlaps = std::move(chosen);
  return best;
}

} // namespace nnc::memory
