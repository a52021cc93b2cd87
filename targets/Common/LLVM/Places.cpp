// Places of buffers in the model's function, where every offset is a constant.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/Places.h"

#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace nnc {

Place placeOf(Value buffer) {
  APInt shift;
  if (auto view = buffer.getDefiningOp<memref::ViewOp>())
    if (matchPattern(view.getByteShift(), m_ConstantInt(&shift))) {
      Place place = placeOf(view.getSource());
      return {place.base, place.offset + shift.getZExtValue()};
    }
  if (auto part = buffer.getDefiningOp<rt::PartOp>()) {
    Place place = placeOf(part.getBuffer());
    int64_t bytes = nn::elementBytes(cast<MemRefType>(part.getType()).getElementType());
    return {place.base, place.offset + part.getOffset() * static_cast<uint64_t>(bytes)};
  }
  return {buffer, 0};
}

} // namespace nnc
