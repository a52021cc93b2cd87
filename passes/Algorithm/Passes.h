// Passes that choose how a convolution is computed.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_ALGORITHM_PASSES_H
#define NNC_PASSES_ALGORITHM_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace nnc {

/// Options are in Passes.td.
#define GEN_PASS_DECL
#include "passes/Algorithm/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "passes/Algorithm/Passes.h.inc"

} // namespace nnc

#endif
