// Evaluation of small constant operators while a model is imported.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_FOLDING_H
#define NNC_LIB_IMPORT_ONNX_FOLDING_H

#include "llvm/ADT/SmallVector.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Operation.h"

namespace nnc::onnx {

/// Replaces an operator of few elements and constant operands by its results, so that shapes and
/// axes which a model computes are known when they are needed. Returns the results, folded or
/// not. Large constants are left to the passes.
llvm::SmallVector<mlir::Value, 2> foldSmall(mlir::OpBuilder &builder, mlir::Operation *op);

} // namespace nnc::onnx

#endif
