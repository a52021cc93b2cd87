// Assigns buffers to regions by traffic per byte and plans each region.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/Regions.h"

#include "lib/Support/Identifier.h"
#include "passes/Memory/Traffic.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nnc::memory {

FailureOr<std::vector<MemoryRegion>> parseRegions(ModuleOp module, ArrayRef<std::string> texts) {
  std::vector<MemoryRegion> regions;
  llvm::StringSet<> names;
  for (const std::string &text : texts) {
    auto [name, size] = StringRef(text).split(':');
    MemoryRegion region{name.str(), 0};
    if (!isUsableIdentifier(name) || size.getAsInteger(10, region.limit))
      return module.emitError("region '")
             << text << "' is not of the form NAME:BYTES with a C identifier";
    if (!names.insert(name.lower()).second)
      return module.emitError("region '") << name << "' is named twice";
    regions.push_back(region);
  }
  return regions;
}

namespace {

/// Storages that lie at fixed distances and therefore in one region.
struct Body {
  std::vector<planner::BufferId> members;
  uint64_t bytes = 0; ///< of the largest member, which holds the others
  uint64_t traffic = 0;

  double density() const {
    return bytes == 0 ? 0 : static_cast<double>(traffic) / static_cast<double>(bytes);
  }
};

class RegionPlanner {
public:
  RegionPlanner(func::FuncOp function, const BufferModel &model, ArrayRef<Overwrite> overwrites,
                const std::vector<Overlap> &overlaps, const PlanSettings &settings,
                ArrayRef<MemoryRegion> regions)
      : function(function), model(model), overwrites(overwrites), overlaps(overlaps),
        settings(settings), regions(regions) {}

  FailureOr<RegionsPlan> plan(std::vector<Overlap> &used);

private:
  using Assignment = std::vector<BufferMask>; ///< per region

  std::vector<Body> readBodies();
  /// Bytes of a region with these buffers, after a short search.
  FailureOr<uint64_t> estimate(const BufferMask &mask);
  FailureOr<Assignment> assign(ArrayRef<Body> bodies);
  /// Bytes beyond the limits, after a short search.
  FailureOr<uint64_t> excessOf(const Assignment &assignment);
  FailureOr<RegionsPlan> planEach(const Assignment &assignment, std::vector<Overlap> &used);

  func::FuncOp function;
  const BufferModel &model;
  ArrayRef<Overwrite> overwrites;
  const std::vector<Overlap> &overlaps;
  PlanSettings settings;
  ArrayRef<MemoryRegion> regions;
};

std::vector<Body> RegionPlanner::readBodies() {
  SymbolTable symbols(function->getParentOfType<ModuleOp>());
  DenseMap<unsigned, uint64_t> traffic = countTraffic(model, symbols);
  llvm::MapVector<unsigned, Body> bodies;
  for (auto [id, number] : llvm::enumerate(model.arena)) {
    const Storage &storage = model.storages[number];
    Body &body = bodies[storage.body];
    body.members.push_back(static_cast<planner::BufferId>(id));
    body.bytes = std::max(body.bytes, static_cast<uint64_t>(storage.bytes));
    body.traffic = traffic.lookup(storage.body);
  }
  std::vector<Body> list;
  for (auto &[number, body] : bodies)
    list.push_back(std::move(body));
  return list;
}

FailureOr<uint64_t> RegionPlanner::estimate(const BufferMask &mask) {
  constexpr uint64_t kShort = 20'000;
  std::vector<Overlap> candidates = overlaps;
  FailureOr<planner::Plan> plan =
      planArena(function, model, overwrites, candidates,
                {settings.alignment, std::min(settings.workLimit, kShort)}, mask);
  if (failed(plan))
    return failure();
  return plan->arenaSize;
}

FailureOr<RegionPlanner::Assignment> RegionPlanner::assign(ArrayRef<Body> bodies) {
  Assignment assignment(regions.size(), BufferMask(model.arena.size(), false));
  size_t largest = 0;
  for (size_t r = 1; r < regions.size(); ++r)
    if (regions[r].limit > regions[largest].limit)
      largest = r;
  auto put = [&](const Body &body, size_t region, bool there) {
    for (planner::BufferId member : body.members)
      assignment[region][member] = there;
  };
  for (const Body &body : bodies) {
    bool placed = false;
    for (size_t r = 0; r < regions.size() && !placed; ++r) {
      if (body.bytes > regions[r].limit)
        continue;
      put(body, r, true);
      FailureOr<uint64_t> size = estimate(assignment[r]);
      if (failed(size))
        return failure();
      placed = *size <= regions[r].limit;
      if (!placed)
        put(body, r, false);
    }
    if (!placed)
      put(body, largest, true);
  }
  return assignment;
}

FailureOr<uint64_t> RegionPlanner::excessOf(const Assignment &assignment) {
  uint64_t excess = 0;
  for (auto [mask, region] : llvm::zip_equal(assignment, regions)) {
    FailureOr<uint64_t> size = estimate(mask);
    if (failed(size))
      return failure();
    excess += *size > region.limit ? *size - region.limit : 0;
  }
  return excess;
}

FailureOr<RegionsPlan> RegionPlanner::planEach(const Assignment &assignment,
                                               std::vector<Overlap> &used) {
  RegionsPlan out;
  out.whole.offsets.assign(model.arena.size(), 0);
  llvm::DenseSet<Operation *> decided;
  uint64_t end = 0, gaps = 0;
  for (auto [mask, region] : llvm::zip_equal(assignment, regions)) {
    // A layer has one order; another region must not choose it anew.
    std::vector<Overlap> candidates = overlaps;
    llvm::erase_if(candidates,
                   [&](const Overlap &overlap) { return decided.contains(overlap.layer); });
    FailureOr<planner::Plan> plan =
        planArena(function, model, overwrites, candidates, settings, mask);
    if (failed(plan))
      return failure();
    for (const Overlap &overlap : candidates) {
      decided.insert(overlap.layer);
      used.push_back(overlap);
    }
    uint64_t start = llvm::alignTo(end, std::max<uint64_t>(settings.alignment, plan->alignment));
    for (size_t i = 0; i < mask.size(); ++i)
      if (mask[i])
        out.whole.offsets[i] = start + plan->offsets[i];
    end = start + plan->arenaSize;
    gaps += plan->gap();
    out.whole.alignment = std::max(out.whole.alignment, plan->alignment);
    if (plan->liveBytes > out.whole.liveBytes) {
      out.whole.liveBytes = plan->liveBytes;
      out.whole.peakStep = plan->peakStep;
      out.whole.alive = plan->alive;
      out.whole.method = plan->method;
    }
    out.regions.push_back({region, start, std::move(*plan)});
  }
  out.whole.arenaSize = end;
  out.whole.lowerBound = end - gaps;
  return out;
}

FailureOr<RegionsPlan> RegionPlanner::plan(std::vector<Overlap> &used) {
  std::vector<Body> bodies = readBodies();
  llvm::sort(bodies, [](const Body &a, const Body &b) {
    if (a.density() != b.density())
      return a.density() > b.density();
    return a.members.front() < b.members.front();
  });
  FailureOr<Assignment> best = assign(bodies);
  if (failed(best))
    return failure();
  FailureOr<uint64_t> excess = excessOf(*best);
  if (failed(excess))
    return failure();
  if (*excess > 0) {
    // Whatever the traffic, the largest have the fewest places to go.
    llvm::sort(bodies, [](const Body &a, const Body &b) {
      return a.bytes != b.bytes ? a.bytes > b.bytes : a.members.front() < b.members.front();
    });
    FailureOr<Assignment> other = assign(bodies);
    FailureOr<uint64_t> less = succeeded(other) ? excessOf(*other) : FailureOr<uint64_t>();
    if (failed(less))
      return failure();
    if (*less < *excess)
      best = std::move(other);
  }
  return planEach(*best, used);
}

} // namespace

FailureOr<RegionsPlan> planRegions(func::FuncOp function, const BufferModel &model,
                                   ArrayRef<Overwrite> overwrites, std::vector<Overlap> &overlaps,
                                   const PlanSettings &settings, ArrayRef<MemoryRegion> regions) {
  if (regions.empty()) {
    FailureOr<planner::Plan> plan = planArena(function, model, overwrites, overlaps, settings);
    if (failed(plan))
      return failure();
    return RegionsPlan{std::move(*plan), {}};
  }
  std::vector<Overlap> used;
  FailureOr<RegionsPlan> plan =
      RegionPlanner(function, model, overwrites, overlaps, settings, regions).plan(used);
  overlaps = std::move(used);
  return plan;
}

} // namespace nnc::memory
