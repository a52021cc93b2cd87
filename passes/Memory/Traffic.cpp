// Counts bytes that layers read and write.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/Traffic.h"

#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"

using namespace mlir;

namespace nnc::memory {

static int64_t elementsOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getNumElements();
}

/// How often an operation reads an element of its operand, on average.
static double readsPerElement(OpOperand &use) {
  Operation *op = use.getOwner();
  auto window = op->getAttrOfType<DenseI64ArrayAttr>("kernel");
  if (!isa<kernel::ProductOpInterface>(op) || use.getOperandNumber() != 0 || !window)
    return 1;
  auto input = cast<RankedTensorType>(use.get().getType()).getShape();
  auto result = cast<RankedTensorType>(op->getResult(0).getType()).getShape();
  double reads = 1;
  for (auto [i, taps] : llvm::enumerate(window.asArrayRef())) {
    size_t axis = input.size() - window.size() + i;
    reads *= static_cast<double>(taps * result[axis]) / static_cast<double>(input[axis]);
  }
  return reads;
}

/// Bytes that a layer reads of one of its arguments.
static uint64_t bytesRead(Value argument) {
  double reads = 0;
  for (OpOperand &use : argument.getUses())
    reads = std::max(reads, readsPerElement(use));
  auto type = cast<RankedTensorType>(argument.getType());
  return static_cast<uint64_t>(
      reads * static_cast<double>(elementsOf(argument) * nn::elementBytes(type.getElementType())));
}

DenseMap<unsigned, uint64_t> countTraffic(const BufferModel &model, SymbolTable &symbols) {
  DenseMap<unsigned, uint64_t> traffic;
  auto add = [&](Spot spot, uint64_t bytes) {
    const Storage &storage = model.storages[spot.storage];
    if (storage.home == Home::arena)
      traffic[storage.body] += bytes;
  };
  for (func::CallOp call : model.calls) {
    auto layer = symbols.lookup<func::FuncOp>(call.getCallee());
    for (auto [operand, argument] : llvm::zip_equal(call.getOperands(), layer.getArguments()))
      add(model.spots.lookup(operand), bytesRead(argument));
    for (Value result : call.getResults())
      add(model.spots.lookup(result),
          static_cast<uint64_t>(bufferBytes(cast<RankedTensorType>(result.getType()))));
    for (auto [i, type] : llvm::enumerate(scratchTypesOf(layer)))
      add({model.scratch.lookup(call) + static_cast<unsigned>(i), 0},
          2 * static_cast<uint64_t>(nn::totalBytes(type)));
  }
  return traffic;
}

} // namespace nnc::memory
