// How long the evaluation of an operator takes.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_GRAPH_EVALUATIONSTEPS_H
#define NNC_PASSES_GRAPH_EVALUATIONSTEPS_H

#include "mlir/IR/Operation.h"

namespace nnc {

/// About how many element operations lib/Reference performs for an nn operator: multiplications of
/// a product, elements of a window, else elements of the largest operand or result. Saturates.
int64_t evaluationSteps(mlir::Operation *op);

} // namespace nnc

#endif
