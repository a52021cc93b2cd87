// Passes of the last phase.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_PASSES_H
#define NNC_TARGETS_COMMON_LLVM_PASSES_H

#include "mlir/Pass/Pass.h"

namespace nnc {

#define GEN_PASS_DECL
#include "targets/Common/LLVM/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "targets/Common/LLVM/Passes.h.inc"

} // namespace nnc

#endif
