// What a layer function in the memory form promises about its buffers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/LayerContract.h"

#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "passes/Memory/InPlace.h"
#include "passes/Memory/Overlaps.h"

using namespace mlir;

namespace nnc::memory {

bool mayShareBytes(func::FuncOp layer, unsigned writer, unsigned input) {
  auto stores = layer.getOps<rt::StoreOp>();
  if (!llvm::hasSingleElement(stores))
    return false;
  rt::StoreOp store = *stores.begin();
  if (store.getBuffer() != layer.getArgument(writer))
    return false;
  return llvm::all_of(layer.getArgument(input).getUsers(), [&](Operation *user) {
    auto tensor = dyn_cast<rt::TensorOp>(user);
    return !tensor || readsBeforeItWrites(store.getValue(), tensor.getResult());
  });
}

/// The number of elements that the tensors in a buffer span; none for scratch and unused inputs.
static std::optional<int64_t> elementsNeeded(const Footprint &footprint) {
  std::optional<int64_t> needed;
  for (const auto *types : {&footprint.readAs, &footprint.storedAs})
    for (RankedTensorType type : *types)
      needed = std::max(needed.value_or(0), nn::bufferElements(type));
  return needed;
}

static LogicalResult checkArgument(func::FuncOp layer, unsigned i, const LayerArgument &argument) {
  const Footprint &footprint = argument.footprint;
  bool isResult = layer.getArgAttr(i, rt::kResultAttr) != nullptr;
  if (footprint.storedAs.empty() == isResult)
    return layer.emitError("argument ")
           << i
           << (isResult ? " is marked rt.result, but nothing is stored there"
                        : " is stored to, but not marked rt.result");
  if (argument.isScratch && !footprint.readAs.empty())
    return layer.emitError("argument ") << i << " is marked rt.scratch, but holds a tensor";
  int64_t size = cast<MemRefType>(layer.getArgument(i).getType()).getNumElements();
  if (int64_t needed = elementsNeeded(footprint).value_or(size); needed != size)
    return layer.emitError("argument ")
           << i << " has " << size << " elements, but its tensors need " << needed;
  if (isResult && !footprint.readAs.empty() && !mayShareBytes(layer, i, i))
    return layer.emitError("argument ")
           << i << " is read and written, but the layer does not read each element right before "
           << "it writes it";
  return success();
}

/// The kernel must not need more than the lead that its calls keep.
static LogicalResult checkSweep(func::FuncOp layer, unsigned i, const LayerArgument &argument) {
  if (!argument.sweep)
    return success();
  auto stores = layer.getOps<rt::StoreOp>();
  std::optional<Leads> needed;
  if (llvm::hasSingleElement(stores) && layer.getArgument(i).hasOneUse())
    if (auto tensor = dyn_cast<rt::TensorOp>(*layer.getArgument(i).user_begin()))
      needed = leadsOver((*stores.begin()).getValue(), tensor.getResult());
  if (!needed)
    return layer.emitError("argument ")
           << i << " is marked " << rt::kSweepAttr << ", but no kernel sweeps it";
  if (int64_t lead = needed->of(argument.sweep.getOrder()); lead > argument.sweep.getLead())
    return layer.emitError("argument ")
           << i << " is marked " << argument.sweep << ", but the kernel needs a lead of " << lead;
  return success();
}

FailureOr<std::vector<LayerArgument>> readLayerContract(func::FuncOp layer) {
  std::vector<LayerArgument> arguments;
  int last = 0;
  for (unsigned i = 0; i < layer.getNumArguments(); ++i) {
    bool isResult = layer.getArgAttr(i, rt::kResultAttr) != nullptr;
    LayerArgument argument{footprintOf(layer, i), layer.getArgAttr(i, rt::kScratchAttr) != nullptr,
                           layer.getArgAttr(i, rt::kMayAliasAttr) != nullptr,
                           layer.getArgAttrOfType<rt::SweepAttr>(i, rt::kSweepAttr)};
    int role = argument.isScratch ? 2 : isResult ? 1 : 0;
    if (role < last || (isResult && argument.isScratch) ||
        ((argument.mayAlias || argument.sweep) && role != 0))
      return layer.emitError("argument ")
             << i << " is out of order or marked twice; expected inputs, results, scratch";
    last = role;
    if (failed(checkSweep(layer, i, argument)) || failed(checkArgument(layer, i, argument)))
      return failure();
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

} // namespace nnc::memory
