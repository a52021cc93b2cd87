// nnc-divide-layers: layers in parts that run at the same time.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/RT/RT.h"
#include "targets/Common/LLVM/SharedBuffers.h"
#include "targets/Common/Passes.h"
#include "targets/Common/Threads/ForkLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace nnc {
#define GEN_PASS_DEF_DIVIDELAYERSPASS
#include "targets/Common/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {
namespace {

struct DivideLayersPass : impl::DivideLayersPassBase<DivideLayersPass> {
  using DivideLayersPassBase::DivideLayersPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (threads < 2)
      return eraseMarks(module);
    // Afterwards the buffers of a layer share nothing, also where some of its calls run in place.
    separateSharedBuffers(module);
    SymbolTable symbols(module);
    for (auto layer : llvm::to_vector(module.getOps<func::FuncOp>()))
      if (layer->hasAttr(rt::kLayerAttr) && !layer.isDeclaration())
        divideLayer(layer, symbols);
    passExecutor(module, symbols);
    eraseMarks(module);
  }

private:
  /// Forks the groups of loops that are worth it.
  void divideLayer(func::FuncOp layer, SymbolTable &symbols) {
    int64_t most = 1;
    for (IndependentLoops &loops : findIndependentLoops(layer)) {
      WorkList work = estimateWork(loops, lanes);
      Division division = divide(work, threads, static_cast<double>(forkCycles), gain);
      if (division.parts() == 1)
        continue;
      if (most == 1)
        addExecutor(layer);
      forkLoops(loops, work, division, layer, layer.getArguments().back(), symbols);
      most = std::max(most, division.parts());
    }
    if (most > 1)
      layer->setAttr(rt::kPartsAttr, Builder(&getContext()).getI64IntegerAttr(most));
  }

  void addExecutor(func::FuncOp function) {
    (void)function.insertArgument(function.getNumArguments(), rt::ExecutorType::get(&getContext()),
                                  {}, function.getLoc());
  }

  /// The model's function takes the executor and hands it to the layers that want it.
  void passExecutor(ModuleOp module, SymbolTable &symbols) {
    for (auto entry : module.getOps<func::FuncOp>()) {
      if (!entry->hasAttr(rt::kEntryAttr) || entry.isDeclaration())
        continue;
      addExecutor(entry);
      entry.walk([&](func::CallOp call) {
        auto layer = symbols.lookup<func::FuncOp>(call.getCallee());
        if (!layer || !layer->hasAttr(rt::kPartsAttr))
          return;
        call->insertOperands(call.getNumOperands(), entry.getArguments().back());
        call->setAttr(rt::kPartsAttr, layer->getAttr(rt::kPartsAttr));
      });
    }
  }

  void eraseMarks(ModuleOp module) {
    module.walk([](Operation *op) { op->removeAttr(rt::kIndependentAttr); });
  }
};

} // namespace
} // namespace nnc
