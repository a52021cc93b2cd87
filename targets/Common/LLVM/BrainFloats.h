// bf16 as the sixteen bits that it is.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_BRAINFLOATS_H
#define NNC_TARGETS_COMMON_LLVM_BRAINFLOATS_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir {
class LLVMTypeConverter;
class RewritePatternSet;
} // namespace mlir

namespace nnc {

/// Arithmetic and comparisons of bf16 become those of f32 between conversions, and conversions
/// become shifts of bits. What is left moves numbers, chooses among them or reads their bits.
mlir::LogicalResult expandBrainFloats(mlir::ModuleOp module);

/// Makes bf16 an i16 in what `converter` converts. A machine without the type would hold values
/// that are chosen or carried in f32, and call a library to store them.
void addBrainFloatConversions(mlir::LLVMTypeConverter &converter,
                              mlir::RewritePatternSet &patterns);

} // namespace nnc

#endif
