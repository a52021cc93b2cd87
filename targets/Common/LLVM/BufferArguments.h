// What is known about the buffers that a function receives, written down as LLVM argument
// attributes. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_BUFFERARGUMENTS_H
#define NNC_TARGETS_COMMON_LLVM_BUFFERARGUMENTS_H

#include "mlir/IR/BuiltinOps.h"

namespace nnc {

/// Marks the buffer arguments of every function below `module`: `llvm.noalias` unless the function
/// lets an input share its bytes with a result, `llvm.align` as far as all callers guarantee it,
/// `llvm.dereferenceable`, and `llvm.readonly` and `llvm.nocapture` where true. The arena of the
/// entry function has `arenaAlignment` bytes.
void annotateBufferArguments(mlir::ModuleOp module, uint64_t arenaAlignment);

} // namespace nnc

#endif
