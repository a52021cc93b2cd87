// Operators that only move elements. A splat stays one.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Reference/Operators.h"
#include "lib/Reference/Shape.h"

#include <cstring>

using namespace mlir;

namespace nnc::reference {

static ArrayRef<int64_t> shapeOf(Value value) {
  return llvm::cast<RankedTensorType>(value.getType()).getShape();
}

/// Every result element is the input's at offset start + Σ index·stride.
static Tensor viewed(Value result, const Tensor &x, int64_t start, ArrayRef<int64_t> strides) {
  if (x.isSplat())
    return x.reshaped(shapeOf(result));
  Tensor out = resultOf(result);
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    out.setBytes(i, x.at(start + dot(index, strides)));
  });
  return out;
}

Tensor reshape(nn::ReshapeOp op, Inputs in) { return in[0].reshaped(shapeOf(op.getResult())); }

Tensor transpose(nn::TransposeOp op, Inputs in) {
  Index own = rowMajorStrides(in[0].shape()), strides;
  for (int64_t d : op.getPerm())
    strides.push_back(own[d]);
  return viewed(op.getResult(), in[0], 0, strides);
}

Tensor broadcast(nn::BroadcastOp op, Inputs in) {
  return viewed(op.getResult(), in[0], 0, broadcastStrides(in[0].shape(), shapeOf(op.getResult())));
}

Tensor slice(nn::SliceOp op, Inputs in) {
  Index own = rowMajorStrides(in[0].shape()), strides;
  for (auto [stride, step] : llvm::zip_equal(own, op.getSteps()))
    strides.push_back(stride * step);
  return viewed(op.getResult(), in[0], dot(op.getStarts(), own), strides);
}

Tensor concat(nn::ConcatOp op, Inputs in) {
  bool same =
      llvm::all_of(in, [&](const Tensor &x) { return x.isSplat() && x.at(0) == in[0].at(0); });
  if (same)
    return in[0].reshaped(shapeOf(op.getResult()));
  Tensor out = resultOf(op.getResult());
  Index strides = rowMajorStrides(out.shape());
  int64_t start = 0;
  for (const Tensor &x : in) {
    forEachIndex(x.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
      out.setBytes(start + dot(index, strides), x.at(i));
    });
    start += x.dim(op.getAxis()) * strides[op.getAxis()];
  }
  return out;
}

/// The input position that a padded position shows, −1 for the constant.
static int64_t padSource(nn::PadMode mode, int64_t at, int64_t size) {
  if (at >= 0 && at < size)
    return at;
  auto modulo = [](int64_t a, int64_t b) { return (a % b + b) % b; };
  switch (mode) {
  case nn::PadMode::constant:
    return -1;
  case nn::PadMode::edge:
    return at < 0 ? 0 : size - 1;
  case nn::PadMode::wrap:
    return modulo(at, size);
  case nn::PadMode::reflect: {
    if (size == 1)
      return 0;
    int64_t period = 2 * (size - 1), phase = modulo(at, period);
    return phase < size ? phase : period - phase;
  }
  }
  return -1;
}

Tensor pad(nn::PadOp op, Inputs in) {
  const Tensor &x = in[0];
  Tensor out = resultOf(op.getResult());
  Index strides = rowMajorStrides(x.shape());
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    int64_t offset = 0;
    for (int64_t d = 0; d < x.rank() && offset >= 0; ++d) {
      int64_t source = padSource(op.getMode(), index[d] - op.getLow()[d], x.dim(d));
      offset = source < 0 ? -1 : offset + source * strides[d];
    }
    if (offset >= 0)
      out.setBytes(i, x.at(offset));
    else if (in.size() > 1)
      out.setBytes(i, in[1].at(0));
  });
  return out;
}

} // namespace nnc::reference
