// A batched matrix product as the emitter's products.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/Products.h"

using namespace mlir;

namespace nnc {

/// Strides of a batched operand for the leading dimensions of the result: missing and repeated ones
/// do not move.
static SmallVector<int64_t> batchStrides(RankedTensorType type, ArrayRef<int64_t> strides,
                                         ArrayRef<int64_t> batch) {
  SmallVector<int64_t> result(batch.size(), 0);
  int64_t own = type.getRank() - 2;
  for (int64_t d = 0; d < own; ++d)
    if (type.getDimSize(d) != 1)
      result[batch.size() - own + d] = strides[d];
  return result;
}

void emitMatMul(const Emission &emission, kernel::MatMulOp op, ProductOperands operands,
                ArrayRef<Value> scratch) {
  auto type = cast<RankedTensorType>(op.getType());
  auto lhs = cast<RankedTensorType>(op.getLhs().getType());
  auto rhs = cast<RankedTensorType>(op.getRhs().getType());
  ArrayRef<int64_t> batch = type.getShape().drop_back(2);
  Products products{llvm::to_vector(batch), type.getDimSize(type.getRank() - 2),
                    type.getShape().back(),
                    lhs.getDimSize(lhs.getRank() - (op.getTransposeLhs() ? 2 : 1)), op.getPacked()};
  for (SmallVector<int64_t> *strides : operands.inputStrides()) {
    SmallVector<int64_t> matrix(llvm::ArrayRef(*strides).take_back(2));
    if (op.getTransposeLhs())
      std::swap(matrix[0], matrix[1]);
    *strides = batchStrides(lhs, *strides, batch);
    strides->append(matrix);
  }
  SmallVector<int64_t> bStrides(batch.size(), 0);
  if (!op.getPacked()) {
    ArrayRef<int64_t> b = operands.b.strides;
    products.bDepthStride = b[b.size() - 2];
    products.bColumnStride = b[b.size() - 1];
    if (op.getTransposeRhs())
      std::swap(products.bDepthStride, products.bColumnStride);
    bStrides = batchStrides(rhs, b, batch);
  }
  if (operands.prologue) {
    operands.a.buffer = scratch.front();
    operands.a.element = lhs.getElementType();
  }
  operands.b.strides = std::move(bStrides);
  products.operands = std::move(operands);
  if (op.getPackRhs())
    products.panel = Operand{scratch.front(), {}, rhs.getElementType(), {}};
  emitProducts(emission, op, std::move(products));
}

} // namespace nnc
