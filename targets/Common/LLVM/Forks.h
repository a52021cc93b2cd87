// rt.fork in the LLVM dialect: a task for the executor, and running all parts without one.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_FORKS_H
#define NNC_TARGETS_COMMON_LLVM_FORKS_H

namespace mlir {
class LLVMTypeConverter;
class ModuleOp;
class RewritePatternSet;
} // namespace mlir

namespace nnc {

/// Adds the function that hands a task to the executor, or runs its parts one after the other where
/// there is none, to a module with forks.
void addForkFunction(mlir::ModuleOp module);

/// Makes an executor a pointer and a fork a call of that function. Each function of parts gets a
/// task, `void (void *arguments, uint32_t part)`, which reads what the layer has written down on
/// its stack.
void addForkConversions(mlir::LLVMTypeConverter &converter, mlir::RewritePatternSet &patterns);

} // namespace nnc

#endif
