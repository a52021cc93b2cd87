// Registration and verifiers of the kernel dialect.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "dialects/Kernel/KernelDialect.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Kernel/KernelAttrs.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.cpp.inc"

namespace nnc::kernel {

void KernelDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Kernel/KernelOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Kernel/KernelAttrs.cpp.inc"
      >();
}

/// The epilogue takes the accumulator and one scalar per extra operand and yields one scalar.
static LogicalResult verifyEpilogue(Operation *op, Region &region, OperandRange extra) {
  Block &block = region.front();
  if (block.getNumArguments() != extra.size() + 1)
    return op->emitOpError("epilogue has ") << block.getNumArguments() << " arguments, expected "
                                            << extra.size() + 1;
  for (auto [argument, operand] : llvm::zip_equal(block.getArguments().drop_front(), extra))
    if (argument.getType() != cast<RankedTensorType>(operand.getType()).getElementType())
      return op->emitOpError("epilogue argument ")
             << argument.getArgNumber() << " has type " << argument.getType()
             << ", but its operand is " << operand.getType();
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  Type element = cast<RankedTensorType>(op->getResult(0).getType()).getElementType();
  if (!yield || yield.getValue().getType() != element)
    return op->emitOpError("epilogue must yield ") << element;
  return success();
}

LogicalResult ConvOp::verify() { return verifyEpilogue(*this, getEpilogue(), getExtra()); }
LogicalResult DepthwiseOp::verify() { return verifyEpilogue(*this, getEpilogue(), getExtra()); }
LogicalResult MatMulOp::verify() { return verifyEpilogue(*this, getEpilogue(), getExtra()); }

} // namespace nnc::kernel
