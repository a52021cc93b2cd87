// Passes from layers to loops.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_PASSES_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace nnc {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/Conversion/NNToLoops/Passes.h.inc"
} // namespace nnc

#endif
