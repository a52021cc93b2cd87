// The operands of a kernel.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/KernelEmitter.h"

#include "dialects/NN/NN.h"

using namespace mlir;

namespace nnc {

llvm::SmallVector<SmallVector<int64_t> *> ProductOperands::inputStrides() {
  if (!prologue)
    return {&a.strides};
  llvm::SmallVector<SmallVector<int64_t> *> lists;
  for (Operand &input : prologue.inputs)
    lists.push_back(&input.strides);
  return lists;
}

llvm::SmallVector<SmallVector<int64_t> *> ProductOperands::resultStrides() {
  llvm::SmallVector<SmallVector<int64_t> *> lists;
  if (pieces.empty())
    lists.push_back(&result.strides);
  for (ResultPiece &piece : pieces)
    lists.push_back(&piece.operand.strides);
  for (Operand &operand : extra)
    lists.push_back(&operand.strides);
  return lists;
}

void ProductOperands::moveChannelsLast() {
  for (const auto &lists : {inputStrides(), resultStrides()})
    for (SmallVector<int64_t> *strides : lists) {
      strides->push_back((*strides)[1]);
      strides->erase(strides->begin() + 1);
    }
}

/// Where a store writes a kernel's result, or a piece of it.
static void resolveResult(kernel::ProductOpInterface op, rt::StoreOp store,
                          ProductOperands &operands) {
  auto type = cast<RankedTensorType>(store.getValue().getType());
  Operand operand{store.getBuffer(), nullptr, type.getElementType(), nn::stridesOf(type)};
  if (auto slice = store.getValue().getDefiningOp<nn::SliceOp>()) {
    int64_t dim = op.getColumnDim(), first = slice.getStarts()[dim];
    operands.pieces.push_back({first, first + type.getDimSize(dim), operand});
  } else {
    operands.result = operand;
  }
}

FailureOr<ProductOperands> resolveOperands(kernel::ProductOpInterface op,
                                           ArrayRef<rt::StoreOp> stores) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  FailureOr<Prologue> prologue = Prologue::of(op);
  if (failed(prologue))
    return failure();
  FailureOr<Operand> a = Operand(), b = Operand();
  if (!*prologue)
    a = resolveOperand(op, op->getOperand(0));
  else
    a->element = cast<RankedTensorType>(op->getOperand(0).getType()).getElementType();
  if (op->getNumOperands() > op.getExtra().size() + 1)
    b = resolveOperand(op, op->getOperand(1));
  if (failed(a) || failed(b))
    return failure();
  ProductOperands operands{*a, *b, {}, {}, &op.getEpilogue(), *prologue};
  for (rt::StoreOp store : stores)
    resolveResult(op, store, operands);
  operands.flip = op.getFlip();
  // Zeros add nothing; which number is read as zero depends on the inversion.
  int64_t outside = static_cast<int64_t>(op.getOutside().value_or(0));
  if (isa<IntegerType>(operands.a.element) && (outside & 255) != (operands.flip ? 128 : 0))
    operands.outside = outside;
  for (Value value : op.getExtra()) {
    FailureOr<Operand> extra = resolveOperand(op, value);
    if (failed(extra))
      return failure();
    extra->repeatTo(cast<RankedTensorType>(value.getType()).getShape(), type.getShape());
    operands.extra.push_back(*extra);
  }
  return operands;
}

} // namespace nnc
