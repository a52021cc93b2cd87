// The search for a place of every buffer in the arena.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_ARENAPLAN_H
#define NNC_PASSES_MEMORY_ARENAPLAN_H

#include "passes/Memory/InPlace.h"
#include "passes/Memory/Overlaps.h"

namespace nnc::memory {

/// How buffers are placed.
struct PlanSettings {
  unsigned alignment = 1; ///< of each buffer, in bytes
  uint64_t workLimit = 0; ///< search steps
};

/// Which of the arena's buffers are meant, in the planner's numbers; empty: all.
using BufferMask = std::vector<bool>;

/// Places the buffers of a model. Of `overlaps` only those stay, each with its order, that make the
/// arena smaller. An error, at the function, where no plan exists. Buffers that are not meant take
/// no place.
mlir::FailureOr<planner::Plan> planArena(mlir::func::FuncOp function, const BufferModel &model,
                                         llvm::ArrayRef<Overwrite> overwrites,
                                         std::vector<Overlap> &overlaps,
                                         const PlanSettings &settings,
                                         const BufferMask &meant = {});

} // namespace nnc::memory

#endif
