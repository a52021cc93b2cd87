// The scratch memory that a layer's root operator needs while its loops run.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/Scratch.h"

#include "dialects/Kernel/Kernel.h"
#include "dialects/RT/RT.h"
#include "passes/Conversion/NNToLoops/Layout.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc::nn {

/// Softmax and normalisation along a dimension that is not the innermost one keep two statistics
/// per element of the innermost dimension, so that every loop runs along memory.
static SmallVector<MemRefType> rowStatistics(RankedTensorType type, ArrayRef<int64_t> axes) {
  std::optional<int64_t> inner = innermostDimension(type);
  if (!inner || llvm::is_contained(axes, *inner))
    return {};
  auto row = MemRefType::get({type.getDimSize(*inner)}, accumulatorType(type.getElementType()));
  return {row, row};
}

/// The heap of the k best lies in the results; one that nobody wants needs a place.
static SmallVector<MemRefType> unusedResults(TopKOp op) {
  SmallVector<MemRefType> types;
  for (Value result : op->getResults())
    if (result.use_empty()) {
      Type element = cast<RankedTensorType>(result.getType()).getElementType();
      types.push_back(
          rt::bufferTypeFor(RankedTensorType::get({static_cast<int64_t>(op.getK())}, element)));
    }
  return types;
}

/// States, the products of one sequence, and what the inner one multiplies.
static SmallVector<MemRefType> recurrentScratch(RecurrentOp op) {
  Type element = accumulatorType(op.getInput().getType().getElementType());
  auto buffer = [&](int64_t elements) { return MemRefType::get({elements}, element); };
  int64_t units = op.getUnits(), states = op.getKind() == CellKind::lstm ? 2 : 1;
  SmallVector<MemRefType> types(static_cast<size_t>(states), buffer(op.getBatch() * units));
  types.push_back(buffer(gatesOf(op.getKind()) * units));
  if (op.multipliesReset())
    types.push_back(buffer(units));
  return types;
}

SmallVector<MemRefType> scratchTypes(Operation *op) {
  return TypeSwitch<Operation *, SmallVector<MemRefType>>(op)
      .Case([](SoftmaxOp softmax) {
        return rowStatistics(cast<RankedTensorType>(softmax.getType()), softmax.getAxis());
      })
      .Case([](NormalizeOp normalize) {
        return rowStatistics(cast<RankedTensorType>(normalize.getType()), normalize.getAxes());
      })
      .Case([](kernel::ProductOpInterface product) { return product.getScratchTypes(); })
      .Case([](kernel::RecurrentOp recurrent) { return recurrent.getScratchTypes(); })
      .Case([](RecurrentOp recurrent) { return recurrentScratch(recurrent); })
      .Case([](TopKOp topK) { return unusedResults(topK); })
      .Default([](Operation *) { return SmallVector<MemRefType>(); });
}

FailureOr<SmallVector<Value>> scratchBuffers(Operation *op, func::FuncOp layer) {
  SmallVector<Value> buffers;
  for (BlockArgument argument : layer.getArguments())
    if (layer.getArgAttr(argument.getArgNumber(), rt::kScratchAttr))
      buffers.push_back(argument);
  SmallVector<MemRefType> expected = scratchTypes(op);
  if (buffers.size() < expected.size())
    return op->emitError() << "needs " << expected.size() << " scratch buffers, but the layer has "
                           << buffers.size();
  for (auto [type, buffer] : llvm::zip(expected, buffers)) {
    auto actual = cast<MemRefType>(buffer.getType());
    if (actual.getElementType() != type.getElementType() ||
        actual.getNumElements() < type.getNumElements())
      return op->emitError() << "needs scratch " << type << ", but the layer has " << actual;
  }
  return buffers;
}

} // namespace nnc::nn
