// Registration and verifiers of the fastconv dialect; (C1) … are the constraints of the
// descriptions. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/FastConv/FastConv.h"
#include "lib/Numerics/Fft.h"
#include "lib/Numerics/Winograd.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;

#include "dialects/FastConv/FastConvDialect.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/FastConv/FastConvOps.cpp.inc"

namespace nnc::fastconv {

using numerics::kMaxWinogradSize;

void FastConvDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/FastConv/FastConvOps.cpp.inc"
      >();
  registerAttributes();
}

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Spatial sizes of the result, and the bias.
template <typename Op> static LogicalResult verifyResult(Op op, ArrayRef<int64_t> kernel) {
  ArrayRef<int64_t> x = shapeOf(op.getInput()), y = shapeOf(op.getResult());
  for (size_t d = 0; d < 2; ++d) {
    int64_t expected = x[d + 2] + op.getPadsBegin()[d] + op.getPadsEnd()[d] - kernel[d] + 1;
    if (y[d + 2] != expected)
      return op.emitOpError("spatial dimension ")
             << d << " of the result is " << y[d + 2] << ", expected " << expected;
  }
  if (op.getBias() && shapeOf(op.getBias()) != ArrayRef<int64_t>{y[1]})
    return op.emitOpError("bias is ")
           << op.getBias().getType() << ", expected " << y[1] << " elements";
  return success();
}

LogicalResult FilterTransformOp::verify() {
  ArrayRef<int64_t> w = shapeOf(getFilter()), u = shapeOf(getResult());
  if (w.size() != 4 || w[2] != w[3] || w[2] < 1)
    return emitOpError("filter is ") << getFilter().getType() << ", expected M×C×r×r";
  auto m = static_cast<int64_t>(getTile());
  if (m < 1 || m + w[2] > kMaxWinogradSize)
    return emitOpError("tile ") << m << " and kernel " << w[2] << " together must be from 2 to "
                                << kMaxWinogradSize;
  int64_t alpha = m + w[2] - 1;
  if (u != ArrayRef<int64_t>{alpha, alpha, w[1], w[0]})
    return emitOpError("result is ") << getResult().getType() << ", expected " << alpha << "×"
                                     << alpha << "×" << w[1] << "×" << w[0];
  return success();
}

int64_t WinogradOp::getAlpha() { return shapeOf(getFilter())[0]; }
int64_t WinogradOp::getKernelSize() { return getAlpha() - static_cast<int64_t>(getTile()) + 1; }

LogicalResult WinogradOp::verify() {
  ArrayRef<int64_t> x = shapeOf(getInput()), u = shapeOf(getFilter()), y = shapeOf(getResult());
  if (x.size() != 4 || y.size() != 4 || x[0] != y[0])
    return emitOpError("input and result must have rank 4 and the same batch");
  auto m = static_cast<int64_t>(getTile());
  if (u.size() != 4 || u[0] != u[1] || u[2] != x[1] || u[3] != y[1] || m < 1 || m > u[0])
    return emitOpError("filter is ") << getFilter().getType() << ", expected α×α×" << x[1] << "×"
                                     << y[1] << " with α of at least the tile's " << m;
  int64_t r = getKernelSize();
  if (m + r > kMaxWinogradSize)
    return emitOpError("tile ") << m << " and kernel " << r << " are together more than "
                                << kMaxWinogradSize;
  if (getPadsBegin().size() != 2 || getPadsEnd().size() != 2)
    return emitOpError("pads must have two entries each");
  for (size_t d = 0; d < 2; ++d) {
    int64_t begin = getPadsBegin()[d], end = getPadsEnd()[d];
    if (begin < 0 || end < 0 || begin >= r || end >= r)
      return emitOpError("pads ") << begin << " and " << end << " must be from 0 to " << r - 1;
  }
  return verifyResult(*this, {r, r});
}

LogicalResult FftFilterTransformOp::verify() {
  ArrayRef<int64_t> w = shapeOf(getFilter()), u = shapeOf(getResult());
  auto size = static_cast<int64_t>(getTile());
  if (!numerics::isFftSize(size))
    return emitOpError("tile is ") << size << ", expected 8, 16 or 32";
  if (w.size() != 4 || w[2] < 1 || w[3] < 1 || w[2] > size || w[3] > size)
    return emitOpError("filter is ")
           << getFilter().getType() << ", expected M×C×r₁×r₂ with at most " << size
           << " rows and columns";
  if (u != ArrayRef<int64_t>{2, size, size / 2 + 1, w[1], w[0]})
    return emitOpError("result is ") << getResult().getType() << ", expected 2×" << size << "×"
                                     << size / 2 + 1 << "×" << w[1] << "×" << w[0];
  return success();
}

int64_t FftOp::getTileSize() { return shapeOf(getFilter())[1]; }

LogicalResult FftOp::verify() {
  ArrayRef<int64_t> x = shapeOf(getInput()), u = shapeOf(getFilter()), y = shapeOf(getResult());
  if (x.size() != 4 || y.size() != 4 || x[0] != y[0])
    return emitOpError("input and result must have rank 4 and the same batch");
  int64_t size = u.size() == 5 ? u[1] : 0;
  if (!numerics::isFftSize(size) || u != ArrayRef<int64_t>{2, size, size / 2 + 1, x[1], y[1]})
    return emitOpError("filter is ") << getFilter().getType() << ", expected 2×S×(S/2 + 1)×" << x[1]
                                     << "×" << y[1] << " with S of 8, 16 or 32";
  if (getKernel().size() != 2 || getPadsBegin().size() != 2 || getPadsEnd().size() != 2)
    return emitOpError("kernel and pads must have two entries each");
  for (size_t d = 0; d < 2; ++d) {
    int64_t r = getKernel()[d], begin = getPadsBegin()[d], end = getPadsEnd()[d];
    if (r < 1 || r > size)
      return emitOpError("kernel ") << r << " must be from 1 to " << size;
    if (begin < 0 || end < 0)
      return emitOpError("pads ") << begin << " and " << end << " must not be negative";
  }
  return verifyResult(*this, getKernel());
}

} // namespace nnc::fastconv
