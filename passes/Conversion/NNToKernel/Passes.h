// Passes that bring hot operators to the kernel dialect.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOKERNEL_PASSES_H
#define NNC_PASSES_CONVERSION_NNTOKERNEL_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class ModuleOp;
namespace func {
class FuncOp;
}
} // namespace mlir

namespace nnc {

#define GEN_PASS_DECL
#include "passes/Conversion/NNToKernel/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/Conversion/NNToKernel/Passes.h.inc"

} // namespace nnc

#endif
