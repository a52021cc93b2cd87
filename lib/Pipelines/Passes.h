// Passes that belong to the pipeline itself.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_PIPELINES_PASSES_H
#define NNC_LIB_PIPELINES_PASSES_H

#include "mlir/Pass/Pass.h"

namespace nnc {

#define GEN_PASS_DECL
#include "lib/Pipelines/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lib/Pipelines/Passes.h.inc"

} // namespace nnc

#endif
