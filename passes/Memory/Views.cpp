// Operators that move no element: their operands and results lie on the same bytes.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/Views.h"

#include "dialects/RT/RT.h"

using namespace mlir;

namespace nnc::memory {

RankedTensorType withStrides(RankedTensorType type, ArrayRef<int64_t> strides) {
  auto layout = nn::LayoutAttr::get(type.getContext(), strides);
  auto placed = RankedTensorType::get(type.getShape(), type.getElementType(), layout);
  if (nn::isRowMajor(placed))
    return RankedTensorType::get(type.getShape(), type.getElementType());
  return placed;
}

/// The map from row-major index to offset as the shortest list of (size, stride), outermost first.
static SmallVector<std::pair<int64_t, int64_t>> shortestOrder(RankedTensorType type) {
  SmallVector<std::pair<int64_t, int64_t>> runs;
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), nn::stridesOf(type))) {
    if (size == 1)
      continue;
    if (!runs.empty() && runs.back().second == size * stride)
      runs.back() = {runs.back().first * size, stride};
    else
      runs.push_back({size, stride});
  }
  return runs;
}

bool haveSameElementOrder(RankedTensorType a, RankedTensorType b) {
  if (a.getNumElements() != b.getNumElements())
    return false;
  return a.getNumElements() == 0 || shortestOrder(a) == shortestOrder(b);
}

SmallVector<int64_t> permuted(ArrayRef<int64_t> strides, ArrayRef<int64_t> permutation) {
  return llvm::map_to_vector(permutation, [&](int64_t from) { return strides[from]; });
}

bool isAlias(Operation *op) {
  if (op->hasAttr(rt::kCopyAttr))
    return false;
  if (isa<nn::ReshapeOp, nn::BroadcastOp>(op))
    return haveSameElementOrder(cast<RankedTensorType>(op->getOperand(0).getType()),
                                cast<RankedTensorType>(op->getResult(0).getType()));
  auto transpose = dyn_cast<nn::TransposeOp>(op);
  if (!transpose)
    return false;
  auto from = cast<RankedTensorType>(transpose.getInput().getType());
  auto to = cast<RankedTensorType>(transpose.getType());
  SmallVector<int64_t> moved = permuted(nn::stridesOf(from), transpose.getPerm());
  return llvm::all_of(llvm::zip_equal(to.getShape(), moved, nn::stridesOf(to)), [](auto dimension) {
    auto [size, expected, actual] = dimension;
    return size == 1 || expected == actual;
  });
}

bool isView(Operation *op) { return op->hasAttr(rt::kViewAttr) || isAlias(op); }

int64_t offsetOfPart(nn::ConcatOp concat, unsigned operand) {
  uint64_t axis = concat.getAxis();
  int64_t start = 0;
  for (Value before : concat.getInputs().take_front(operand))
    start += cast<RankedTensorType>(before.getType()).getDimSize(axis);
  return start * nn::stridesOf(cast<RankedTensorType>(concat.getType()))[axis];
}

int64_t offsetOfSlice(nn::SliceOp slice) {
  auto from = cast<RankedTensorType>(slice.getInput().getType());
  int64_t offset = 0;
  for (auto [start, stride] : llvm::zip_equal(slice.getStarts(), nn::stridesOf(from)))
    offset += start * stride;
  return offset;
}

} // namespace nnc::memory
