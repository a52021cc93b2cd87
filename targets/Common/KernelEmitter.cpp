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
  llvm::SmallVector<SmallVector<int64_t> *> lists{&result.strides};
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

FailureOr<ProductOperands> resolveOperands(kernel::ProductOpInterface op, Value buffer) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  FailureOr<Prologue> prologue = Prologue::of(op);
  if (failed(prologue))
    return failure();
  FailureOr<Operand> a = Operand(), b = Operand();
  if (!*prologue)
    a = resolveOperand(op, op->getOperand(0));
  if (op->getNumOperands() > op.getExtra().size() + 1)
    b = resolveOperand(op, op->getOperand(1));
  if (failed(a) || failed(b))
    return failure();
  ProductOperands operands{*a,
                           *b,
                           {buffer, nullptr, type.getElementType(), nn::stridesOf(type)},
                           {},
                           &op.getEpilogue(),
                           *prologue};
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
