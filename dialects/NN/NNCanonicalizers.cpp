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

/// reshape(reduce(x)) that only drops or adds the reduced dimensions → reduce(x).
static LogicalResult keepOrDropDimensions(ReshapeOp op, PatternRewriter &rewriter) {
  auto reduce = op.getInput().getDefiningOp<ReduceOp>();
  if (!reduce || !reduce->hasOneUse())
    return rewriter.notifyMatchFailure(op, "input is not a reduction of its own");
  bool keep = !reduce.getKeepDims();
  SmallVector<int64_t> shape;
  for (auto [d, size] : llvm::enumerate(typeOf(reduce.getInput()).getShape())) {
    bool reduced = llvm::is_contained(reduce.getAxes(), static_cast<int64_t>(d));
    if (keep || !reduced)
      shape.push_back(reduced ? 1 : size);
  }
  if (typeOf(op).getShape() != ArrayRef<int64_t>(shape))
    return rewriter.notifyMatchFailure(op, "not the shape of the reduction");
  rewriter.replaceOpWithNewOp<ReduceOp>(op, op.getType(), reduce.getKind(), reduce.getInput(),
                                        reduce.getAxes(), keep);
  return success();
}

void ReshapeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(composeReshapes).add(keepOrDropDimensions);
}

/// broadcast(broadcast(x)) → broadcast(x).
static LogicalResult composeBroadcasts(BroadcastOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<BroadcastOp>();
  if (!inner)
    return rewriter.notifyMatchFailure(op, "input is not a broadcast");
  rewriter.replaceOpWithNewOp<BroadcastOp>(op, op.getType(), inner.getInput());
  return success();
}

void BroadcastOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(composeBroadcasts);
}

/// f(broadcast(a), b) → f(a, b), where b has the shape of the result: the operator broadcasts.
static LogicalResult absorbBroadcasts(Operation *op, PatternRewriter &rewriter) {
  ArrayRef<int64_t> shape = typeOf(op->getResult(0)).getShape();
  SmallVector<Value> operands(op->getOperands());
  bool changed = false;
  for (auto [i, operand] : llvm::enumerate(operands)) {
    auto broadcast = operand.getDefiningOp<BroadcastOp>();
    bool others = llvm::any_of(llvm::enumerate(operands), [&, i = i](auto other) {
      return other.index() != i && typeOf(other.value()).getShape() == shape;
    });
    if (!broadcast || !others)
      continue;
    operand = broadcast.getInput();
    changed = true;
  }
  if (!changed)
    return rewriter.notifyMatchFailure(op, "no operand is broadcast in vain");
  rewriter.modifyOpInPlace(op, [&] { op->setOperands(operands); });
  return success();
}

void BinaryOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(
      +[](BinaryOp op, PatternRewriter &rewriter) { return absorbBroadcasts(op, rewriter); });
}

void CompareOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(
      +[](CompareOp op, PatternRewriter &rewriter) { return absorbBroadcasts(op, rewriter); });
}

void SelectOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(
      +[](SelectOp op, PatternRewriter &rewriter) { return absorbBroadcasts(op, rewriter); });
}

/// Digits of a float's significand, or bits of an integer's magnitude.
static unsigned digits(Type type) {
  if (auto floating = dyn_cast<FloatType>(type))
    return floating.getFPMantissaWidth();
  unsigned width = type.getIntOrFloatBitWidth();
  return type.isUnsignedInteger() || width == 1 ? width : width - 1;
}

/// Whether the type `to` has every value of the type `from`.
static bool holdsAll(Type from, Type to) {
  if (from == to)
    return true;
  if (to.isInteger(1))
    return false;
  if (isa<FloatType>(from))
    // bf16 has the exponents of f32, f16 fewer.
    return isa<FloatType>(to) && from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth();
  bool isSigned = !from.isUnsignedInteger() && !from.isInteger(1);
  if (isSigned && to.isUnsignedInteger())
    return false;
  return digits(from) <= digits(to);
}

/// cast(cast(x)) → cast(x), where the first one loses nothing.
static LogicalResult composeCasts(CastOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<CastOp>();
  if (!inner)
    return rewriter.notifyMatchFailure(op, "input is not a cast");
  Type from = typeOf(inner.getInput()).getElementType(), middle = typeOf(inner).getElementType(),
       to = typeOf(op).getElementType();
  if (!holdsAll(from, middle))
    return rewriter.notifyMatchFailure(op, "the first cast may lose digits");
  // Floats are limited to the range of i32 on their way to narrow integers, integers are not.
  if (!isa<FloatType>(from) && isa<FloatType>(middle) && !isa<FloatType>(to) && digits(from) > 31)
    return rewriter.notifyMatchFailure(op, "the second cast may limit the number");
  rewriter.replaceOpWithNewOp<CastOp>(op, op.getType(), inner.getInput(), op.getSaturate());
  return success();
}

void CastOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(composeCasts);
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
                                        op.getTransposeRhs() != !!rhs, op.getLhsZeroPoint(),
                                        op.getRhsZeroPoint());
  return success();
}

void MatMulOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(absorbTransposes);
}

} // namespace nnc::nn
