// Products whose result is stored in pieces, each where it is read.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_PIECES_H
#define NNC_PASSES_MEMORY_PIECES_H

#include "dialects/NN/NN.h"

namespace nnc::memory {

/// The slices of a product's columns in program order, where nothing else reads its result and no
/// two have a column in common; none otherwise.
llvm::SmallVector<nn::SliceOp> slicesOfColumns(mlir::Operation *op);

/// The slices that are marked `rt.piece` among the readers of an operator, in program order.
llvm::SmallVector<mlir::Operation *> piecesOf(mlir::Operation *op);

} // namespace nnc::memory

#endif
