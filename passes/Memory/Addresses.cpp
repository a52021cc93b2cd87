// Addresses in the model's function. Part of nn-compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/Addresses.h"

#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace nnc::memory {

static FailureOr<Address> resolveView(memref::ViewOp view) {
  APInt shift;
  if (!matchPattern(view.getByteShift(), m_ConstantInt(&shift)))
    return view.emitError("is no address at a constant place");
  FailureOr<Address> whole = resolveAddress(view.getSource());
  if (failed(whole))
    return failure();
  whole->offset += shift.getSExtValue();
  auto type = cast<MemRefType>(view.getType());
  int64_t room = nn::totalBytes(cast<MemRefType>(view.getSource().getType()));
  int64_t size = nn::totalBytes(type);
  if (whole->offset < 0 || size > room - whole->offset)
    return view.emitError("lies at bytes [")
           << whole->offset << ", " << whole->offset + size << ") of an arena of " << room;
  if (int64_t width = nn::elementBytes(type.getElementType()); whole->offset % width != 0)
    return view.emitError("lies at byte ")
           << whole->offset << ", no multiple of its element's " << width << " bytes";
  return whole;
}

FailureOr<Address> resolveAddress(Value buffer) {
  if (isa<BlockArgument>(buffer))
    return Address{buffer, 0};
  Operation *op = buffer.getDefiningOp();
  if (auto constant = dyn_cast<rt::ConstantOp>(op))
    return Address{Value(), static_cast<int64_t>(constant.getOffset())};
  if (auto part = dyn_cast<rt::PartOp>(op)) {
    FailureOr<Address> whole = resolveAddress(part.getBuffer());
    if (succeeded(whole))
      whole->offset += static_cast<int64_t>(part.getOffset()) *
                       nn::elementBytes(cast<MemRefType>(part.getType()).getElementType());
    return whole;
  }
  if (auto view = dyn_cast<memref::ViewOp>(op))
    return resolveView(view);
  return op->emitError("is no address of an argument or of the constants");
}

std::string nameOfHolder(func::FuncOp model, Value argument) {
  if (!argument)
    return "the constants";
  auto number = cast<BlockArgument>(argument).getArgNumber();
  if (number + 1 == model.getNumArguments())
    return "the arena";
  return "argument " + std::to_string(number) + " of the model";
}

} // namespace nnc::memory
