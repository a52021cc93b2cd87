// Which inputs of a layer its result may overwrite.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/InPlace.h"

#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "passes/Conversion/NNToLoops/ElementOps.h"

using namespace mlir;

namespace nnc::memory {

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Whether both types put the same element on the same bytes.
static bool haveSamePlaces(RankedTensorType a, RankedTensorType b) {
  if (a.getShape() != b.getShape() ||
      nn::elementBytes(a.getElementType()) != nn::elementBytes(b.getElementType()))
    return false;
  return llvm::all_of(llvm::zip_equal(a.getShape(), nn::stridesOf(a), nn::stridesOf(b)),
                      [](auto dimension) {
                        auto [size, strideOfA, strideOfB] = dimension;
                        return size == 1 || strideOfA == strideOfB;
                      });
}

/// A product reads its extra operands in the epilogue, right before it writes the element.
static bool isOnlyExtra(kernel::ProductOpInterface product, Value input) {
  // They are the last operands.
  unsigned first = product->getNumOperands() - static_cast<unsigned>(product.getExtra().size());
  return llvm::all_of(input.getUses(), [&](OpOperand &use) {
    return use.getOwner() == product.getOperation() && use.getOperandNumber() >= first;
  });
}

bool readsBeforeItWrites(Value stored, Value input) {
  if (!haveSamePlaces(tensorType(input), tensorType(stored)))
    return false;
  if (auto product = stored.getDefiningOp<kernel::ProductOpInterface>())
    return isOnlyExtra(product, input);
  return readsOnlyWrittenPlace(stored, input);
}

bool mayOverwrite(func::FuncOp layer, unsigned input) {
  Operation *end = layer.getBody().front().getTerminator();
  return end->getNumOperands() == 1 &&
         readsBeforeItWrites(end->getOperand(0), layer.getArgument(input));
}

/// Whether the operand is the only one of its call that lies on these bytes.
static bool isAlone(const BufferModel &model, func::CallOp call, unsigned input) {
  unsigned body = model.storages[model.spots.lookup(call.getOperand(input)).storage].body;
  for (auto [index, operand] : llvm::enumerate(call.getOperands()))
    if (index != input && model.storages[model.spots.lookup(operand).storage].body == body)
      return false;
  return true;
}

void forEachPair(const BufferModel &model, SymbolTable &symbols,
                 function_ref<void(BufferPair)> body) {
  llvm::DenseMap<unsigned, planner::BufferId> numbers;
  for (auto [id, storage] : llvm::enumerate(model.arena))
    numbers[storage] = static_cast<planner::BufferId>(id);
  auto numberOf = [&](Value value) { return numbers.lookup(model.spots.lookup(value).storage); };
  auto fills = [&](Value value) {
    Spot spot = model.spots.lookup(value);
    return model.isInArena(spot) && spot.offset == 0 &&
           model.storages[spot.storage].bytes == bufferBytes(tensorType(value));
  };
  for (func::CallOp call : model.calls) {
    if (call.getNumResults() != 1 || !fills(call.getResult(0)))
      continue;
    auto layer = symbols.lookup<func::FuncOp>(call.getCallee());
    for (unsigned i = 0; i < call.getNumOperands(); ++i)
      if (fills(call.getOperand(i)) && isAlone(model, call, i))
        body({call, layer, i, numberOf(call.getResult(0)), numberOf(call.getOperand(i))});
  }
}

std::vector<Overwrite> findOverwrites(const BufferModel &model, SymbolTable &symbols) {
  llvm::DenseMap<std::pair<Operation *, unsigned>, bool> known;
  std::vector<Overwrite> found;
  forEachPair(model, symbols, [&](BufferPair pair) {
    auto [it, isNew] = known.try_emplace({pair.layer, pair.input}, false);
    if (isNew)
      it->second = mayOverwrite(pair.layer, pair.input);
    if (it->second)
      found.push_back({pair.call, pair.input, {pair.output, pair.operand}});
  });
  return found;
}

} // namespace nnc::memory
