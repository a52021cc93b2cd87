// Rewrites of one operator to a simpler one of the same value, bit for bit.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace nnc::nn {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// transpose(transpose(x, p), q) → transpose(x, p∘q).
static LogicalResult composeTransposes(TransposeOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<TransposeOp>();
  if (!inner)
    return rewriter.notifyMatchFailure(op, "input is not a transposition");
  SmallVector<int64_t> perm;
  for (int64_t d : op.getPerm())
    perm.push_back(inner.getPerm()[static_cast<size_t>(d)]);
  rewriter.replaceOpWithNewOp<TransposeOp>(op, op.getType(), inner.getInput(), perm);
  return success();
}

/// A transposition that moves dimensions of size 1 only → reshape.
static LogicalResult reshapeUnitDimensions(TransposeOp op, PatternRewriter &rewriter) {
  RankedTensorType input = typeOf(op.getInput());
  int64_t last = -1;
  for (int64_t d : op.getPerm()) {
    if (input.getDimSize(static_cast<unsigned>(d)) == 1)
      continue;
    if (d < last)
      return rewriter.notifyMatchFailure(op, "moves elements");
    last = d;
  }
  rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), op.getInput());
  return success();
}

void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(composeTransposes, PatternBenefit(2));
  patterns.add(reshapeUnitDimensions);
}

/// reshape(reshape(x)) → reshape(x).
static LogicalResult composeReshapes(ReshapeOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<ReshapeOp>();
  if (!inner)
    return rewriter.notifyMatchFailure(op, "input is not a reshape");
  rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), inner.getInput());
  return success();
}

void ReshapeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(composeReshapes);
}

/// What a transposition that swaps the last two dimensions, and no others, swaps; else null.
static Value swappedMatrix(Value value) {
  auto transpose = value.getDefiningOp<TransposeOp>();
  if (!transpose)
    return nullptr;
  ArrayRef<int64_t> perm = transpose.getPerm();
  auto rank = static_cast<int64_t>(perm.size());
  for (int64_t d = 0; d < rank - 2; ++d)
    if (perm[static_cast<size_t>(d)] != d)
      return nullptr;
  bool swaps = rank >= 2 && perm[static_cast<size_t>(rank - 1)] == rank - 2;
  return swaps ? transpose.getInput() : Value();
}

/// matmul(transpose(a), b) → matmul(a, b) {transpose_lhs}, and the same of b.
static LogicalResult absorbTransposes(MatMulOp op, PatternRewriter &rewriter) {
  Value lhs = swappedMatrix(op.getLhs()), rhs = swappedMatrix(op.getRhs());
  if (!lhs && !rhs)
    return rewriter.notifyMatchFailure(op, "no operand is a matrix transposed");
  rewriter.replaceOpWithNewOp<MatMulOp>(op, op.getType(), lhs ? lhs : op.getLhs(),
                                        rhs ? rhs : op.getRhs(), op.getTransposeLhs() != !!lhs,
                                        op.getTransposeRhs() != !!rhs);
  return success();
}

void MatMulOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(absorbTransposes);
}

} // namespace nnc::nn
