// The pattern groups of nnc-simplify.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_GRAPH_SIMPLIFY_H
#define NNC_PASSES_GRAPH_SIMPLIFY_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/PatternMatch.h"

namespace nnc {

/// Pads go into the border of the convolutions and pools behind them (WindowPads.cpp).
void addWindowPadPatterns(mlir::RewritePatternSet &patterns);

/// Chains of operators with constants become one (ConstantChains.cpp).
void addConstantChainPatterns(mlir::RewritePatternSet &patterns);

/// Transpositions move toward the results, to meet and cancel (SinkTransposes.cpp).
void addTransposePatterns(mlir::RewritePatternSet &patterns);

/// Reshapes move toward the results (SinkReshapes.cpp).
void addReshapePatterns(mlir::RewritePatternSet &patterns);

/// Averages go in front of convolutions of single pixels (SwapPools.cpp).
void addPoolPatterns(mlir::RewritePatternSet &patterns);

/// Operators that compute each element from the same element of each operand: unary, clamp, cast,
/// binary, compare, select.
bool isElementwise(mlir::Operation *op);

/// The first operand that an `Op` computes; null if there is none.
template <typename Op> Op firstOperandFrom(mlir::Operation *op) {
  for (mlir::Value operand : op->getOperands())
    if (auto source = operand.getDefiningOp<Op>())
      return source;
  return nullptr;
}

/// The operator on other operands, with another shape of its one result.
mlir::Operation *cloneElementwise(mlir::Operation *op, mlir::ValueRange operands,
                                  llvm::ArrayRef<int64_t> shape, mlir::PatternRewriter &rewriter);

/// Whether an operand or a result has a layout; these rewrites make types without.
bool hasLayout(mlir::Operation *op);

} // namespace nnc

#endif
