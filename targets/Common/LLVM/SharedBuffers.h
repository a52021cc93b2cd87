// Layers whose result may lie on an operand: one function for each way in which it happens.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_SHAREDBUFFERS_H
#define NNC_TARGETS_COMMON_LLVM_SHAREDBUFFERS_H

#include "mlir/IR/BuiltinOps.h"

namespace nnc {

/// For calls that hand over the same bytes as an input marked `rt.may_alias` and as a result, makes
/// the layer read the result's buffer; other calls keep a function whose buffers share nothing.
/// Afterwards the mark remains only where the buffers' types differ.
///
/// A layer that overwrites its input is then a loop over one address, which LLVM vectorises without
/// asking at run time whether two addresses are far enough apart (they never are).
void separateSharedBuffers(mlir::ModuleOp module);

} // namespace nnc

#endif
