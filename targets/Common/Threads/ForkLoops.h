// Moves a group of independent loops into a function that computes one part of them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_THREADS_FORKLOOPS_H
#define NNC_TARGETS_COMMON_THREADS_FORKLOOPS_H

#include "targets/Common/Threads/LayerWork.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

namespace nnc {

/// Replaces the loops, which stand in `layer`, by a call of the parts through `executor`.
void forkLoops(const IndependentLoops &loops, const WorkList &work, const Division &division,
               mlir::func::FuncOp layer, mlir::Value executor, mlir::SymbolTable &symbols);

} // namespace nnc

#endif
