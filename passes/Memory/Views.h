// Operators that move no element: their operands and results lie on the same bytes.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_VIEWS_H
#define NNC_PASSES_MEMORY_VIEWS_H

#include "dialects/NN/NN.h"

namespace nnc::memory {

/// The type with the given element strides: without encoding where they are row-major.
mlir::RankedTensorType withStrides(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> strides);

/// Whether element k in row-major order lies at the same offset in both types, for every k.
bool haveSameElementOrder(mlir::RankedTensorType a, mlir::RankedTensorType b);

/// Strides of a transposition's result that lies on the bytes of an input with the given strides.
llvm::SmallVector<int64_t> permuted(llvm::ArrayRef<int64_t> strides,
                                    llvm::ArrayRef<int64_t> permutation);

/// Whether `op` is a reshape, transposition or broadcast whose types alone make it a view. A mark
/// `rt.copy` says that it must not be one.
bool isAlias(mlir::Operation *op);

/// Whether `op` computes nothing: an alias, or marked `rt.view`.
bool isView(mlir::Operation *op);

/// Offset in elements of an operand's first element within the result.
int64_t offsetOfPart(nn::ConcatOp concat, unsigned operand);

/// Offset in elements of the result's first element within the input.
int64_t offsetOfSlice(nn::SliceOp slice);

} // namespace nnc::memory

#endif
