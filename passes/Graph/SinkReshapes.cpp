// Reshapes move toward the results through elementwise operators, so that they meet, and so that
// the operators join the layer before.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "passes/Graph/Simplify.h"

using namespace mlir;

namespace nnc {
namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Whether an operand can be had under the shape before the reshape: it is reshaped from it for
/// this operator only, or a constant of the result's shape, or a single number.
bool isMovable(Value operand, ArrayRef<int64_t> shape, ArrayRef<int64_t> wanted) {
  if (auto reshape = operand.getDefiningOp<nn::ReshapeOp>())
    return reshape->hasOneUse() && typeOf(reshape.getInput()).getShape() == wanted;
  return operand.getDefiningOp<nn::ConstantOp>() &&
         (typeOf(operand).getNumElements() == 1 || typeOf(operand).getShape() == shape);
}

/// A movable operand under the shape before the reshape.
Value shapedBefore(Value operand, ArrayRef<int64_t> wanted, PatternRewriter &rewriter) {
  if (auto reshape = operand.getDefiningOp<nn::ReshapeOp>())
    return reshape.getInput();
  RankedTensorType type = typeOf(operand);
  bool single = type.getNumElements() == 1;
  return rewriter.createOrFold<nn::ReshapeOp>(
      operand.getLoc(),
      RankedTensorType::get(single ? ArrayRef<int64_t>() : wanted, type.getElementType()), operand);
}

/// f(reshape(x), reshape(y), c) → reshape(f(x, y, c')).
struct SinkThroughElementwise : RewritePattern {
  explicit SinkThroughElementwise(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isElementwise(op) || hasLayout(op))
      return rewriter.notifyMatchFailure(op, "not elementwise");
    auto first = firstOperandFrom<nn::ReshapeOp>(op);
    ArrayRef<int64_t> shape = typeOf(op->getResult(0)).getShape();
    if (!first || hasLayout(first) || typeOf(first).getShape() != shape)
      return rewriter.notifyMatchFailure(op, "no operand is reshaped to the result's shape");
    SmallVector<int64_t> wanted(typeOf(first.getInput()).getShape());
    if (!llvm::all_of(op->getOperands(),
                      [&](Value operand) { return isMovable(operand, shape, wanted); }))
      return rewriter.notifyMatchFailure(op, "operands are not reshaped alike");
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(shapedBefore(operand, wanted, rewriter));
    Operation *moved = cloneElementwise(op, operands, wanted, rewriter);
    rewriter.replaceOpWithNewOp<nn::ReshapeOp>(op, op->getResult(0).getType(), moved->getResult(0));
    return success();
  }
};

} // namespace

void addReshapePatterns(RewritePatternSet &patterns) {
  patterns.add<SinkThroughElementwise>(patterns.getContext());
}

} // namespace nnc
