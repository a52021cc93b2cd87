// Pooling.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Reference/Operators.h"
#include "lib/Reference/Shape.h"

#include <cmath>

using namespace mlir;

namespace nnc::reference {

namespace {
/// What a window has seen so far.
struct Window {
  double sum = 0, powers = 0, largest = -std::numeric_limits<double>::infinity();
  int64_t inside = 0, padded = 0;
};
} // namespace

static double valueOf(const Window &window, nn::PoolOp op) {
  switch (op.getKind()) {
  case nn::PoolKind::average: {
    int64_t count = op.getCountIncludePad() ? window.inside + window.padded : window.inside;
    return count ? window.sum / static_cast<double>(count) : 0;
  }
  case nn::PoolKind::lp:
    return std::pow(window.powers, 1.0 / static_cast<double>(op.getP()));
  case nn::PoolKind::max:
    return window.largest;
  }
  return 0;
}

/// Integers have no −∞; their window starts with the lowest value.
static Tensor poolMaxInteger(
    nn::PoolOp op, const Tensor &x, Tensor out,
    llvm::function_ref<void(ArrayRef<int64_t>, llvm::function_ref<void(int64_t)>)> visit) {
  IntegerFormat format = formatOf(x);
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    int64_t largest = lowest(format);
    visit(index, [&](int64_t offset) {
      if (offset >= 0 && lessInteger(largest, x.integer(offset), format))
        largest = x.integer(offset);
    });
    out.setInteger(i, largest);
  });
  return out;
}

Tensor pool(nn::PoolOp op, Inputs in) {
  const Tensor &x = in[0];
  Tensor out = resultOf(op.getResult());
  Index strides = rowMajorStrides(x.shape());
  size_t spatial = op.getKernel().size();
  // Hands on the offset of each tap inside the image, −1 for padding, nothing beyond the padded
  // image.
  auto visit = [&](ArrayRef<int64_t> index, llvm::function_ref<void(int64_t)> body) {
    forEachIndex(op.getKernel(), [&](int64_t, ArrayRef<int64_t> tap) {
      int64_t offset = dot(index.take_front(2), ArrayRef<int64_t>(strides).take_front(2));
      bool inside = true;
      for (size_t d = 0; d < spatial; ++d) {
        int64_t at = index[d + 2] * op.getStrides()[d] - op.getPadsBegin()[d] +
                     tap[d] * op.getDilations()[d];
        if (at >= x.dim(d + 2) + op.getPadsEnd()[d])
          return;
        inside &= at >= 0 && at < x.dim(d + 2);
        offset += at * strides[d + 2];
      }
      body(inside ? offset : -1);
    });
  };
  if (!x.isFloat())
    return poolMaxInteger(op, x, out, visit);
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    Window window;
    visit(index, [&](int64_t offset) {
      if (offset < 0) {
        ++window.padded;
        return;
      }
      double value = x.real(offset);
      ++window.inside;
      window.sum += value;
      window.powers += std::pow(std::fabs(value), static_cast<double>(op.getP()));
      window.largest = std::isnan(value) || value > window.largest ? value : window.largest;
    });
    out.setReal(i, valueOf(window, op));
  });
  return out;
}

} // namespace nnc::reference
