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
  ArrayRef<int64_t> batch = type.getShape().drop_back(2), a = operands.a.strides;
  auto [rowStride, depthStride] = std::pair(a[a.size() - 2], a[a.size() - 1]);
  int64_t depth = lhs.getShape().back();
  if (op.getTransposeLhs()) {
    std::swap(rowStride, depthStride);
    depth = lhs.getDimSize(lhs.getRank() - 2);
  }
  Products products{llvm::to_vector(batch),
                    type.getDimSize(type.getRank() - 2),
                    type.getShape().back(),
                    depth,
                    depthStride,
                    op.getPacked()};
  SmallVector<int64_t> aStrides = batchStrides(lhs, a, batch), bStrides(batch.size(), 0);
  aStrides.push_back(rowStride);
  if (!op.getPacked()) {
    ArrayRef<int64_t> b = operands.b.strides;
    products.bDepthStride = b[b.size() - 2];
    products.bColumnStride = b[b.size() - 1];
    if (op.getTransposeRhs())
      std::swap(products.bDepthStride, products.bColumnStride);
    bStrides = batchStrides(rhs, b, batch);
  }
  operands.a.strides = std::move(aStrides);
  operands.b.strides = std::move(bStrides);
  products.operands = std::move(operands);
  if (op.getPackRhs())
    products.panel = Operand{scratch.front(), {}, rhs.getElementType(), {}};
  emitProducts(emission, op, std::move(products));
}

} // namespace nnc
