// The pass that learns ranges from data: it runs the model, so it stands above the compiler.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_QUANTIZER_PASSES_H
#define NNC_LIB_QUANTIZER_PASSES_H

#include "mlir/Pass/Pass.h"

namespace nnc {

/// Options are in Passes.td.
#define GEN_PASS_DECL
#include "lib/Quantizer/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Quantizer/Passes.h.inc"

} // namespace nnc

#endif
