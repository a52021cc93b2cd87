// Operators that move or choose elements. Internal to the group.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_QUANTIZATION_MOVEMENT_H
#define NNC_PASSES_QUANTIZATION_MOVEMENT_H

#include "dialects/NN/NN.h"

namespace nnc {

/// Whether an operator's result holds elements of its first operand, or real zeros, which are zero
/// points, and nothing else.
bool movesFirstOperand(mlir::Operation *op);

} // namespace nnc

#endif
