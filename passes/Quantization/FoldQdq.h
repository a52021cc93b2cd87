// Patterns of nnc-fold-qdq, by the kind of the operator between nn.dequantize and nn.quantize.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_QUANTIZATION_FOLDQDQ_H
#define NNC_PASSES_QUANTIZATION_FOLDQDQ_H

#include "passes/Quantization/StoredValues.h"

#include <string>

namespace nnc {

/// An operator whose result is quantized: base of the patterns that compute it with integers.
///
/// `fold` plans and builds: it returns the integers of the result, or null after it has called
/// `because`, before it built anything.
struct FoldIntoIntegers : mlir::OpRewritePattern<nn::QuantizeOp> {
  /// Why operators are not computed with integers, by their nn.quantize.
  using Reasons = llvm::DenseMap<mlir::Operation *, std::string>;

  FoldIntoIntegers(mlir::MLIRContext *context, Reasons &reasons)
      : OpRewritePattern(context), reasons(reasons) {}

  mlir::LogicalResult matchAndRewrite(nn::QuantizeOp op,
                                      mlir::PatternRewriter &rewriter) const final;

  /// What a pattern is given.
  struct Request {
    mlir::PatternRewriter &rewriter;
    mlir::Operation *root;                    ///< computes what is quantized, and for that alone
    mlir::Location loc;                       ///< of the integers
    mlir::quant::UniformQuantizedType result; ///< what they stand for
    std::string &reason;

    /// Notes why not.
    mlir::Value because(std::string text) const {
      reason = std::move(text);
      return {};
    }
  };

protected:
  /// Null without a reason where the root is of another kind.
  virtual mlir::Value fold(const Request &request) const = 0;

private:
  Reasons &reasons;
};

void populateProductFolds(mlir::RewritePatternSet &patterns, FoldIntoIntegers::Reasons &reasons);
void populateArithmeticFolds(mlir::RewritePatternSet &patterns, FoldIntoIntegers::Reasons &reasons);
void populateAffineFolds(mlir::RewritePatternSet &patterns, FoldIntoIntegers::Reasons &reasons);
void populateAverageFolds(mlir::RewritePatternSet &patterns, FoldIntoIntegers::Reasons &reasons);
void populateTableFolds(mlir::RewritePatternSet &patterns, FoldIntoIntegers::Reasons &reasons);
/// Products of integers whose result stays real: to be applied when nothing else folds.
void populateRealProductFolds(mlir::RewritePatternSet &patterns);
/// Whether one of these patterns will fold an operator.
bool isFoldableRealProduct(mlir::Operation *op);
/// nn.quantize toward the arguments and nn.dequantize toward the results, through operators that
/// move or choose elements.
void populateMovementFolds(mlir::RewritePatternSet &patterns);

} // namespace nnc

#endif
