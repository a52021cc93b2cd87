// nnc-fold-constants: operators on constants are evaluated by lib/Reference at compile time.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "lib/Reference/Evaluate.h"
#include "passes/Graph/Constants.h"
#include "passes/Graph/EvaluationSteps.h"
#include "passes/Graph/Passes.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_FOLDCONSTANTSPASS
#include "passes/Graph/Passes.h.inc"

namespace {

using reference::Tensor;
using reference::Tensors;

/// Constants have none.
bool hasLayout(Type type) { return cast<RankedTensorType>(type).getEncoding() != nullptr; }

bool isSplat(Value value) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  return constant && constant.getValue().isSplat();
}

/// Bytes that a value takes in the object; formulas take none.
int64_t storedBytes(Value value) {
  if (!value.getDefiningOp<nn::ConstantOp>())
    return 0;
  auto type = cast<RankedTensorType>(value.getType());
  return isSplat(value) ? nn::elementBytes(type.getElementType()) : nn::totalBytes(type);
}

/// Operators that layers compute by index arithmetic: as a constant they would only take space.
bool isFormula(Operation *op) { return isa<nn::IotaOp, nn::BroadcastOp>(op); }

/// Integers that nothing but products read as real numbers: their kernels widen them.
bool isWidenedByKernels(Operation *op) {
  auto cast = dyn_cast<nn::CastOp>(op);
  return cast && cast.getType().getElementType().isF32() &&
         cast.getInput().getType().getElementType().isSignlessInteger(8) &&
         llvm::all_of(op->getUsers(), [&](Operation *user) {
           auto product = dyn_cast<nn::MatMulOp>(user);
           return product && product.getRhs() == cast && product.getLhs() != cast &&
                  !product.getLhs().getDefiningOp<nn::ConstantOp>();
         });
}

/// Operators whose result is a splat when all operands are.
bool keepsSplats(Operation *op) {
  return isa<nn::UnaryOp, nn::ClampOp, nn::BinaryOp, nn::CompareOp, nn::SelectOp, nn::CastOp,
             nn::ReshapeOp, nn::TransposeOp, nn::BroadcastOp, nn::SliceOp, nn::GatherOp>(op);
}

class FoldConstantsPass : public impl::FoldConstantsPassBase<FoldConstantsPass> {
public:
  using FoldConstantsPassBase::FoldConstantsPassBase;

  void runOnOperation() override {
    steps = 0;
    formulas.clear();
    // Operands come before their users, so one walk folds chains.
    getOperation().walk([&](Operation *op) {
      if (isa<nn::NNDialect>(op->getDialect()) && !isa<nn::ConstantOp>(op) && !op->use_empty() &&
          !llvm::any_of(op->getResultTypes(), hasLayout))
        visit(op);
    });
  }

private:
  bool isKnown(Value value) const;
  bool isWorthwhile(Operation *op);
  std::optional<Tensors> evaluate(Operation *op);
  void visit(Operation *op);

  int64_t steps = 0;                          ///< of evaluations so far
  llvm::SmallPtrSet<Operation *, 8> formulas; ///< of constants; they stay where they are
};

bool FoldConstantsPass::isKnown(Value value) const {
  Operation *source = value.getDefiningOp();
  return source && (isa<nn::ConstantOp>(source) || formulas.contains(source));
}

/// Whether the result may take its space and the evaluation its time. Says so where it may not.
bool FoldConstantsPass::isWorthwhile(Operation *op) {
  if (keepsSplats(op) && llvm::all_of(op->getOperands(), isSplat))
    return true;
  int64_t before = 0, after = 0, needed = evaluationSteps(op);
  for (Value operand : op->getOperands()) {
    before += storedBytes(operand);
    if (Operation *source = operand.getDefiningOp(); formulas.contains(source))
      needed += evaluationSteps(source);
  }
  for (Type type : op->getResultTypes())
    after += nn::totalBytes(cast<ShapedType>(type));
  if (after > std::max(before, maxBytes.getValue())) {
    op->emitRemark("not folded: ") << before << " bytes of constants would become " << after
                                   << " (max-bytes is " << maxBytes << ")";
    return false;
  }
  if (needed > maxSteps - steps) {
    op->emitRemark("not folded: evaluation would take ")
        << needed << " steps, but of max-steps " << maxSteps - steps << " are left";
    return false;
  }
  steps += needed;
  return true;
}

/// The results of an operator on known operands, or nothing with a remark.
std::optional<Tensors> FoldConstantsPass::evaluate(Operation *op) {
  Tensors operands;
  for (Value operand : op->getOperands()) {
    std::optional<Tensor> value = constantOf(operand);
    if (!value && formulas.contains(operand.getDefiningOp()))
      if (std::optional<Tensors> results = evaluate(operand.getDefiningOp()))
        value = results->front();
    if (!value) {
      op->emitRemark("not folded: an operand has no elements");
      return std::nullopt;
    }
    operands.push_back(std::move(*value));
  }
  llvm::Expected<Tensors> results = reference::evaluate(op, operands);
  if (results)
    return std::move(*results);
  op->emitRemark("not folded: ") << llvm::toString(results.takeError());
  return std::nullopt;
}

void FoldConstantsPass::visit(Operation *op) {
  if (!llvm::all_of(op->getOperands(), [&](Value operand) { return isKnown(operand); }))
    return;
  if (isWidenedByKernels(op))
    return;
  if (isFormula(op) && !(op->getNumOperands() > 0 && isSplat(op->getOperand(0)))) {
    formulas.insert(op);
    return;
  }
  if (!isWorthwhile(op))
    return;
  std::optional<Tensors> results = evaluate(op);
  if (!results)
    return;
  OpBuilder builder(op);
  for (auto [result, tensor] : llvm::zip_equal(op->getResults(), *results))
    if (!result.use_empty())
      result.replaceAllUsesWith(makeConstant(builder, op->getLoc(), tensor));
  // An operand may occur twice.
  llvm::SetVector<Value> operands(op->operand_begin(), op->operand_end());
  op->erase();
  for (Value operand : operands)
    if (auto constant = operand.getDefiningOp<nn::ConstantOp>(); constant && constant.use_empty())
      constant.erase();
}

} // namespace
} // namespace nnc
