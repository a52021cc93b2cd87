// Rewrites of recurrent layers to simpler ones of the same value, bit for bit.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace nnc::nn {

/// Lengths that no sequence is shorter than say nothing.
static LogicalResult dropFullLengths(RecurrentOp op, PatternRewriter &rewriter) {
  auto constant = op.getLengths() ? op.getLengths().getDefiningOp<ConstantOp>() : nullptr;
  auto known = constant ? dyn_cast<DenseIntElementsAttr>(constant.getValue()) : nullptr;
  if (!known)
    return rewriter.notifyMatchFailure(op, "lengths are no constant");
  for (const APInt &length : known.getValues<APInt>())
    if (length.getSExtValue() < op.getSteps())
      return rewriter.notifyMatchFailure(op, "a sequence ends before the last step");
  rewriter.modifyOpInPlace(op, [&] { op.getLengthsMutable().clear(); });
  return success();
}

/// Whether all elements are +0.
static bool isZero(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : nullptr;
  return splat && splat.getSplatValue<APFloat>().isPosZero();
}

/// States start with zeros where nothing else is said.
static LogicalResult dropZeros(RecurrentOp op, PatternRewriter &rewriter) {
  SmallVector<MutableOperandRange, 2> zeros;
  for (const MutableOperandRange &operand : {op.getHiddenMutable(), op.getCellMutable()})
    if (!operand.empty() && isZero(operand[0].get()))
      zeros.push_back(operand);
  if (zeros.empty())
    return rewriter.notifyMatchFailure(op, "no state starts with a constant zero");
  rewriter.modifyOpInPlace(op, [&] { zeros.back().clear(); });
  return success();
}

void RecurrentOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(dropFullLengths);
  patterns.add(dropZeros);
}

} // namespace nnc::nn
