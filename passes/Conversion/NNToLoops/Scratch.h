// The scratch memory that a layer's root operator needs while its loops run.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_SCRATCH_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_SCRATCH_H

#include "dialects/NN/NN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc::nn {

/// The buffers that the loops of `op` need besides operands and results, in the order in which the
/// layer function takes them. Asked when the layouts are final.
llvm::SmallVector<mlir::MemRefType> scratchTypes(mlir::Operation *op);

/// The scratch arguments of the layer function, which are those that `op` asked for; an error if
/// they are too few or too small.
mlir::FailureOr<llvm::SmallVector<mlir::Value>> scratchBuffers(mlir::Operation *op,
                                                               mlir::func::FuncOp layer);

} // namespace nnc::nn

#endif
