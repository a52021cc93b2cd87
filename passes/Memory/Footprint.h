// Which bytes a layer touches through an argument.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_FOOTPRINT_H
#define NNC_PASSES_MEMORY_FOOTPRINT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc::memory {

/// Bytes [begin, end).
struct ByteRange {
  int64_t begin = 0, end = 0;
};

/// Ascending, disjoint, not adjacent.
using ByteRanges = llvm::SmallVector<ByteRange, 1>;

/// How many separate runs of bytes a tensor's elements are at most.
int64_t countRuns(mlir::RankedTensorType type);

/// Tensors of more runs are refused: each is followed through the plan.
inline constexpr int64_t kMaxRuns = int64_t{1} << 24;

/// The bytes of a tensor's elements, from the first one.
ByteRanges bytesOfElements(mlir::RankedTensorType type);

/// What a layer does with one of its buffers: bytes from the buffer's start.
struct Footprint {
  ByteRanges read, written;
  /// The types under which it is read and stored, in order of the operators.
  llvm::SmallVector<mlir::RankedTensorType, 1> readAs, storedAs;
};

/// From the layer's `rt.tensor` and `rt.store`; a scratch buffer counts as written whole.
Footprint footprintOf(mlir::func::FuncOp layer, unsigned argument);

/// Whether the ranges share a byte when they are moved by the two offsets.
bool meet(const ByteRanges &a, int64_t moveA, const ByteRanges &b, int64_t moveB);

} // namespace nnc::memory

#endif
