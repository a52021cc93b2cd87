// The check at the end of each phase, and the guess which phase a file was written after.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "lib/Pipelines/Passes.h"
#include "lib/Pipelines/Phases.h"
#include "targets/Common/LLVM/ConstantGroups.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace nnc {

#define GEN_PASS_DEF_VERIFYPHASEPASS
#include "lib/Pipelines/Passes.h.inc"

namespace {

class VerifyPhase : public impl::VerifyPhasePassBase<VerifyPhase> {
  using VerifyPhasePassBase::VerifyPhasePassBase;

  void runOnOperation() override {
    std::optional<Phase> wanted = findPhase(phase);
    if (!wanted) {
      getOperation().emitError("unknown phase '") << phase << "'";
      return signalPassFailure();
    }
    ArrayRef<StringLiteral> allowed = infoOf(*wanted).dialects;
    auto result = getOperation().walk([&](Operation *op) {
      StringRef dialect = op->getName().getDialectNamespace();
      if (dialect == "builtin" || llvm::is_contained(allowed, dialect))
        return WalkResult::advance();
      op->emitError("operation '")
          << op->getName() << "' must not remain after phase '" << phase << "'";
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    freeUnusedResources(getOperation());
    markAllAnalysesPreserved();
  }
};

bool hasLayout(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && isa_and_nonnull<nn::LayoutAttr>(type.getEncoding());
}

} // namespace

Phase detectPhase(ModuleOp module) {
  bool llvm = false, buffers = false, layers = false, tensors = false, kernels = false,
       layouts = false;
  module.walk([&](Operation *op) {
    llvm |= isa<LLVM::LLVMFuncOp>(op);
    layers |= isa<func::FuncOp>(op) && op->hasAttr(rt::kLayerAttr);
    kernels |= isa<kernel::ProductOpInterface>(op);
    tensors |= isa<kernel::ProductOpInterface, rt::TensorOp, rt::StoreOp>(op) ||
               isa<nn::NNDialect>(op->getDialect());
    layouts |= llvm::any_of(op->getResults(), hasLayout);
    if (auto function = dyn_cast<func::FuncOp>(op))
      buffers |= llvm::any_of(function.getArgumentTypes(), llvm::IsaPred<MemRefType>);
  });
  if (llvm)
    return Phase::LLVM;
  if (buffers)
    return tensors ? Phase::Memory : Phase::Loops;
  if (layers)
    return Phase::Layers;
  if (layouts)
    return Phase::Layout;
  return kernels ? Phase::Kernel : Phase::Import;
}

} // namespace nnc
