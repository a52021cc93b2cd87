// The memory plan for machines with several memories, fast and small ones beside slow and large
// ones. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_REGIONS_H
#define NNC_PASSES_MEMORY_REGIONS_H

#include "lib/Support/MemoryRegion.h"
#include "passes/Memory/ArenaPlan.h"

namespace nnc::memory {

/// What the plan puts into one region. Regions follow each other in one address space, the first at
/// 0, so that all that is said about addresses in an arena holds for them too.
struct RegionPlan {
  MemoryRegion region;
  uint64_t start = 0; ///< of the region, in bytes
  planner::Plan plan; ///< offsets from `start`, of its own buffers
};

/// A plan of everything and how it divides into regions.
struct RegionsPlan {
  planner::Plan whole;
  std::vector<RegionPlan> regions;
};

/// "NAME:BYTES" each, the fastest first. An error at the module where one is not of that form or a
/// name is no C identifier or not unlike the others also when case is ignored.
mlir::FailureOr<std::vector<MemoryRegion>> parseRegions(mlir::ModuleOp module,
                                                        llvm::ArrayRef<std::string> texts);

/// Assigns each body of storages to a region, those with most traffic per byte first, each to the
/// first region that has room for it, and plans each region by itself. What has room nowhere goes
/// to the largest region all the same: who asks for the plan compares it with the limits. No
/// region: `planArena`.
mlir::FailureOr<RegionsPlan> planRegions(mlir::func::FuncOp function, const BufferModel &model,
                                         llvm::ArrayRef<Overwrite> overwrites,
                                         std::vector<Overlap> &overlaps,
                                         const PlanSettings &settings,
                                         llvm::ArrayRef<MemoryRegion> regions);

} // namespace nnc::memory

#endif
