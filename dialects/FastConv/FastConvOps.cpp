// Registration and verifiers of the fastconv dialect; (C1) … are the constraints of the
// descriptions. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/FastConv/FastConv.h"
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
    int64_t expected = x[d + 2] + begin + end - r + 1;
    if (y[d + 2] != expected)
      return emitOpError("spatial dimension ")
             << d << " of the result is " << y[d + 2] << ", expected " << expected;
  }
  if (getBias() && shapeOf(getBias()) != ArrayRef<int64_t>{y[1]})
    return emitOpError("bias is ") << getBias().getType() << ", expected " << y[1] << " elements";
  return success();
}

} // namespace nnc::fastconv
