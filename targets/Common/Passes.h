// Passes that all targets share.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_PASSES_H
#define NNC_TARGETS_COMMON_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::func {
class FuncOp;
}

namespace nnc {

#define GEN_PASS_DECL
#include "targets/Common/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "targets/Common/Passes.h.inc"

} // namespace nnc

#endif
