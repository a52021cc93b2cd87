// Products whose result is stored in pieces.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/Pieces.h"

#include "dialects/Kernel/Kernel.h"
#include "dialects/RT/RT.h"

using namespace mlir;

namespace nnc::memory {

/// Whether a slice takes neighbours along one dimension and all else.
static bool takesNeighbours(nn::SliceOp slice, int64_t dim) {
  ArrayRef<int64_t> from = cast<RankedTensorType>(slice.getInput().getType()).getShape();
  ArrayRef<int64_t> to = cast<RankedTensorType>(slice.getType()).getShape();
  for (auto [d, size] : llvm::enumerate(to)) {
    bool whole = slice.getStarts()[d] == 0 && size == from[d];
    if (slice.getSteps()[d] != 1 || size == 0 || (static_cast<int64_t>(d) != dim && !whole))
      return false;
  }
  return true;
}

SmallVector<nn::SliceOp> slicesOfColumns(Operation *op) {
  auto conv = dyn_cast<kernel::ConvOp>(op);
  if (!isa<kernel::MatMulOp>(op) && !(conv && conv.getGroup() == 1))
    return {};
  int64_t dim = cast<kernel::ProductOpInterface>(op).getColumnDim();
  SmallVector<nn::SliceOp> slices;
  for (Operation *user : op->getUsers()) {
    auto slice = dyn_cast<nn::SliceOp>(user);
    if (!slice || slice->getBlock() != op->getBlock() || !takesNeighbours(slice, dim))
      return {};
    slices.push_back(slice);
  }
  llvm::sort(slices,
             [&](nn::SliceOp a, nn::SliceOp b) { return a.getStarts()[dim] < b.getStarts()[dim]; });
  int64_t end = 0;
  for (nn::SliceOp slice : slices) {
    if (slice.getStarts()[dim] < end)
      return {};
    end = slice.getStarts()[dim] + cast<RankedTensorType>(slice.getType()).getDimSize(dim);
  }
  llvm::sort(slices, [](nn::SliceOp a, nn::SliceOp b) { return a->isBeforeInBlock(b); });
  return slices;
}

SmallVector<Operation *> piecesOf(Operation *op) {
  SmallVector<Operation *> pieces;
  for (Operation *user : op->getUsers())
    if (user->hasAttr(rt::kPieceAttr))
      pieces.push_back(user);
  llvm::sort(pieces, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return pieces;
}

} // namespace nnc::memory
