// Loops that store a tree of element ops.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_ELEMENTLOOPS_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_ELEMENTLOOPS_H

#include "passes/Conversion/NNToLoops/LayerEmitter.h"

namespace nnc {

/// Stores every element of `tensor` to `target`. The loops run in memory order of the target; they
/// are cut where concats and pads change sides and split where reshapes would divide, and joined
/// where all addresses allow.
void emitElementLoops(LayerEmitter &emitter, mlir::Value tensor, const Place &target);

} // namespace nnc

#endif
