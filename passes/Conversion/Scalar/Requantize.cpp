// nn.requantize on scalars and vectors.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

using namespace mlir;

namespace nnc::scalar {

/// x·2^k, limited to 32 bits: shifting the limits right first keeps everything in 32 bits.
static Value shiftSaturated(const Emit &emit, Value x, Value k) {
  Value high = emit.integer(x.getType(), std::numeric_limits<int32_t>::max());
  Value low = emit.integer(x.getType(), std::numeric_limits<int32_t>::min());
  x = emit.create<arith::MinSIOp>(x, emit.shiftRight(high, k, false));
  x = emit.create<arith::MaxSIOp>(x, emit.shiftRight(low, k, false));
  return emit.shiftLeft(x, k);
}

/// The upper half of the 64-bit product.
static Value multiplyHigh(const Emit &emit, Value a, Value b) {
  return arith::MulSIExtendedOp::create(emit.builder, emit.loc, a, b).getHigh();
}

Value buildRequantize(OpBuilder &builder, Location loc, Value x, const Requantization &constants,
                      std::pair<int64_t, int64_t> range, Type to) {
  Emit emit(builder, loc);
  if (constants.left)
    x = shiftSaturated(emit, x, constants.left);
  Value sum = emit.add(multiplyHigh(emit, x, constants.multiplier), constants.offset);
  Value y = emit.shiftRight(sum, constants.right, false);
  y = emit.create<arith::MaxSIOp>(y, emit.integer(y.getType(), range.first));
  y = emit.create<arith::MinSIOp>(y, emit.integer(y.getType(), range.second));
  return emit.resizeInteger(y, valueType(to), false);
}

} // namespace nnc::scalar
