// Loop nests over index variables: their order and which neighbours become one loop.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_LOOPNEST_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_LOOPNEST_H

#include "passes/Conversion/NNToLoops/LayerEmitter.h"

namespace nnc {

/// One loop that runs over neighbouring variables, outer to inner, as over one. Its value becomes
/// the innermost variable's.
struct LoopGroup {
  llvm::SmallVector<IndexVariable *, 2> variables;
  int64_t count() const;
};

/// Bounds of a loop, of type `index`; nothing runs if low ≥ high.
struct LoopRange {
  mlir::Value low, high;
};

/// The v in [0, count) with 0 ≤ base + v·step < size.
LoopRange windowRange(LayerEmitter &emitter, mlir::Location loc, const IndexExpr &base,
                      int64_t step, int64_t size, int64_t count);

/// The loop variables of an index, each once.
llvm::SmallVector<IndexVariable *> variablesOf(llvm::ArrayRef<IndexExpr> index);

/// Orders variables by how far a step moves in memory, the farthest first.
void orderByStride(llvm::SmallVectorImpl<IndexVariable *> &variables, const IndexExpr &offset);

/// Joins neighbours whose joint value determines every address: in each offset the outer one's
/// factor is the inner one's times the inner one's count, and neither is used otherwise.
llvm::SmallVector<LoopGroup> joinLoops(llvm::ArrayRef<IndexVariable *> ordered, const Trial &trial);

/// Whether iterations of a nest may run in any order, and at the same time.
enum class Turns { Independent, InOrder };

/// Builds the loops around `body`. No loop at all runs when a count is 0.
void buildNest(LayerEmitter &emitter, mlir::Location loc, llvm::ArrayRef<LoopGroup> groups,
               Turns turns, llvm::function_ref<void()> body);

/// Orders the variables of `index` by `offset`, joins them as far as the addresses in `body` allow
/// and builds the loops around it.
void buildJoinedNest(LayerEmitter &emitter, mlir::Location loc, llvm::ArrayRef<IndexExpr> index,
                     const IndexExpr &offset, Turns turns, llvm::function_ref<void()> body);

/// Gives the group's variables the value of its loop.
void enterGroup(const LoopGroup &group, mlir::Value value);

} // namespace nnc

#endif
