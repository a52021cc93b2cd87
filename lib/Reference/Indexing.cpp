// Gather and scatter.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Reference/Operators.h"
#include "lib/Reference/Shape.h"

#include <algorithm>

using namespace mlir;

namespace nnc::reference {

/// A negative index counts from the end.
static int64_t fromEnd(int64_t index, int64_t size) { return index < 0 ? index + size : index; }
/// An index to read at: limited to the dimension.
static int64_t limited(int64_t index, int64_t size) {
  return std::clamp<int64_t>(fromEnd(index, size), 0, size - 1);
}

Tensor gather(nn::GatherOp op, Inputs in) {
  const Tensor &x = in[0], &indices = in[1];
  Tensor out = resultOf(op.getResult());
  Index strides = rowMajorStrides(x.shape()), indexStrides = rowMajorStrides(indices.shape());
  auto axis = static_cast<int64_t>(op.getAxis());
  ArrayRef<int64_t> own(strides);
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    int64_t chosen =
        limited(indices.integer(dot(index.slice(axis, indices.rank()), indexStrides)), x.dim(axis));
    out.setBytes(i, x.at(dot(index.take_front(axis), own.take_front(axis)) + chosen * own[axis] +
                         dot(index.drop_front(axis + indices.rank()), own.drop_front(axis + 1))));
  });
  return out;
}

Tensor gatherElements(nn::GatherElementsOp op, Inputs in) {
  const Tensor &x = in[0], &indices = in[1];
  Tensor out = resultOf(op.getResult());
  Index strides = rowMajorStrides(x.shape());
  auto axis = static_cast<int64_t>(op.getAxis());
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    int64_t chosen = limited(indices.integer(i), x.dim(axis));
    out.setBytes(i, x.at(dot(index, strides) + (chosen - index[axis]) * strides[axis]));
  });
  return out;
}

Tensor gatherND(nn::GatherNDOp op, Inputs in) {
  const Tensor &x = in[0], &indices = in[1];
  Tensor out = resultOf(op.getResult());
  auto batch = static_cast<int64_t>(op.getBatchDims());
  int64_t depth = indices.shape().back(), prefix = indices.rank() - 1;
  Index strides = rowMajorStrides(x.shape()), tupleStrides = rowMajorStrides(indices.shape());
  ArrayRef<int64_t> own(strides);
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    int64_t tuple = dot(index.take_front(prefix), tupleStrides);
    int64_t offset = dot(index.take_front(batch), own);
    for (int64_t k = 0; k < depth; ++k)
      offset += limited(indices.integer(tuple + k), x.dim(batch + k)) * own[batch + k];
    out.setBytes(i, x.at(offset + dot(index.drop_front(prefix), own.drop_front(batch + depth))));
  });
  return out;
}

/// Sets an element, or combines it with an update.
static void combine(Tensor &out, int64_t offset, const Tensor &updates, int64_t i,
                    nn::ScatterReduction reduction) {
  if (reduction == nn::ScatterReduction::none)
    return out.setBytes(offset, updates.at(i));
  nn::BinaryKind kind = reduction == nn::ScatterReduction::add   ? nn::BinaryKind::add
                        : reduction == nn::ScatterReduction::mul ? nn::BinaryKind::mul
                        : reduction == nn::ScatterReduction::min ? nn::BinaryKind::min
                                                                 : nn::BinaryKind::max;
  if (out.isFloat())
    out.setReal(offset, binaryReal(kind, out.real(offset), updates.real(i)));
  else
    out.setInteger(offset,
                   binaryInteger(kind, out.integer(offset), updates.integer(i), formatOf(out)));
}

/// A tensor of its own with the input's elements.
static Tensor copy(Value result, const Tensor &x) {
  Tensor out = resultOf(result);
  for (int64_t i = 0; i < x.size(); ++i)
    out.setBytes(i, x.at(i));
  return out;
}

Tensor scatterElements(nn::ScatterElementsOp op, Inputs in) {
  const Tensor &x = in[0], &indices = in[1];
  Tensor out = copy(op.getResult(), x);
  Index strides = rowMajorStrides(x.shape());
  auto axis = static_cast<int64_t>(op.getAxis());
  forEachIndex(indices.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    int64_t chosen = fromEnd(indices.integer(i), x.dim(axis));
    if (chosen >= 0 && chosen < x.dim(axis))
      combine(out, dot(index, strides) + (chosen - index[axis]) * strides[axis], in[2], i,
              op.getReduction());
  });
  return out;
}

Tensor scatterND(nn::ScatterNDOp op, Inputs in) {
  const Tensor &x = in[0], &indices = in[1], &updates = in[2];
  Tensor out = copy(op.getResult(), x);
  int64_t depth = indices.shape().back(), prefix = indices.rank() - 1;
  Index strides = rowMajorStrides(x.shape()), tupleStrides = rowMajorStrides(indices.shape());
  ArrayRef<int64_t> own(strides);
  forEachIndex(updates.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    int64_t tuple = dot(index.take_front(prefix), tupleStrides);
    int64_t offset = dot(index.drop_front(prefix), own.drop_front(depth));
    for (int64_t k = 0; k < depth; ++k) {
      int64_t chosen = fromEnd(indices.integer(tuple + k), x.dim(k));
      if (chosen < 0 || chosen >= x.dim(k))
        return;
      offset += chosen * own[k];
    }
    combine(out, offset, updates, i, op.getReduction());
  });
  return out;
}

} // namespace nnc::reference
