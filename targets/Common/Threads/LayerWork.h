// The independent loops of a layer function, and what they are estimated to cost.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_THREADS_LAYERWORK_H
#define NNC_TARGETS_COMMON_THREADS_LAYERWORK_H

#include "targets/Common/Threads/Division.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace nnc {

/// A loop marked `rt.independent`, of known bounds, and those directly in its body.
struct IndependentLoop {
  mlir::scf::ForOp loop;
  int64_t begin = 0, step = 1;
  std::vector<IndependentLoop> inner;
};

/// Neighbours of one stage: they may all run at the same time.
using IndependentLoops = std::vector<IndependentLoop>;

/// The groups of independent loops of a function, the outermost ones.
std::vector<IndependentLoops> findIndependentLoops(mlir::Operation *function);

/// Their estimated work, in cycles of a core. `lanes`: elements of a vector register, by which
/// loops over single elements are sped up.
WorkList estimateWork(const IndependentLoops &loops, int64_t lanes);

/// Cycles that one turn of a loop takes.
double estimateTurn(mlir::scf::ForOp loop, int64_t lanes);

} // namespace nnc

#endif
