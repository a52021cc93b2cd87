// Which operators a kernel's layer may compute where the kernel reads its first operand.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_KERNELPROLOGUES_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_KERNELPROLOGUES_H

#include "mlir/IR/Operation.h"

namespace nnc {

/// Whether a kernel computes element ops in front of its first operand.
bool hasPrologue(mlir::Operation *kernel);

/// Whether `op` may be one of them: pointwise on f32, and for a depthwise convolution, which reads
/// elements several times, cheap and with one operand that is no number.
bool canPrecede(mlir::Operation *op, mlir::Operation *kernel);

} // namespace nnc

#endif
