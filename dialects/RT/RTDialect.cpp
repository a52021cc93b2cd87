// Registration and verifiers of the rt dialect.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/RT/RT.h"

#include "dialects/NN/NN.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;

#include "dialects/RT/RTDialect.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/RT/RTOps.cpp.inc"

namespace nnc::rt {

void RTDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/RT/RTOps.cpp.inc"
      >();
}

MemRefType bufferTypeFor(RankedTensorType type) {
  Type element = type.getElementType();
  if (auto integer = dyn_cast<IntegerType>(element))
    element = IntegerType::get(type.getContext(), static_cast<unsigned>(nn::elementBytes(integer) * 8));
  return MemRefType::get({nn::bufferElements(type)}, element);
}

static LogicalResult verifyFits(Operation *op, RankedTensorType tensor, MemRefType buffer) {
  MemRefType expected = bufferTypeFor(tensor);
  if (buffer.getRank() != 1 || buffer.getElementType() != expected.getElementType() ||
      buffer.getDimSize(0) < expected.getDimSize(0))
    return op->emitOpError("buffer is ") << buffer << ", but " << tensor << " needs " << expected;
  return success();
}

LogicalResult TensorOp::verify() {
  return verifyFits(*this, cast<RankedTensorType>(getType()), cast<MemRefType>(getBuffer().getType()));
}

LogicalResult StoreOp::verify() {
  return verifyFits(*this, cast<RankedTensorType>(getValue().getType()),
                    cast<MemRefType>(getBuffer().getType()));
}

LogicalResult ConstantsOp::verify() {
  if (getOffsets().size() != getParts().size())
    return emitOpError("has ") << getParts().size() << " parts, but " << getOffsets().size() << " offsets";
  for (Attribute part : getParts())
    if (!isa<ElementsAttr>(part))
      return emitOpError("parts must be elements attributes");
  return success();
}

} // namespace nnc::rt
