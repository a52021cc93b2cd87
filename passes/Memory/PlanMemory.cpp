// Turns values into buffers: argument, constant or a place in one arena of known size.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "passes/Memory/BufferForm.h"
#include "passes/Memory/Footprint.h"
#include "passes/Memory/Passes.h"
#include "passes/Memory/PlanReport.h"
#include "passes/Memory/Regions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace nnc {

#define GEN_PASS_DEF_PLANMEMORYPASS
#include "passes/Memory/Passes.h.inc"

namespace {

class PlanMemoryPass : public impl::PlanMemoryPassBase<PlanMemoryPass> {
public:
  using PlanMemoryPassBase::PlanMemoryPassBase;

  void runOnOperation() override {
    if (failed(checkOptions()))
      return signalPassFailure();
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function->hasAttr(rt::kEntryAttr))
        continue;
      if (failed(convert(function)))
        signalPassFailure();
      return; // there is one model in a module
    }
  }

private:
  LogicalResult checkOptions() {
    for (auto [name, value] : {std::pair("alignment", alignment.getValue()),
                               std::pair("constant-alignment", constantAlignment.getValue())})
      if (!llvm::isPowerOf2_64(value))
        return getOperation().emitError("option ")
               << name << " is " << value << ", expected a power of two";
    return success();
  }

  LogicalResult convert(func::FuncOp function);
};

/// Refuses a model of which a tensor lies in more pieces than can be followed.
static LogicalResult checkRuns(ModuleOp module) {
  WalkResult result = module.walk([](Operation *op) {
    for (Type type : op->getResultTypes())
      if (auto tensor = dyn_cast<RankedTensorType>(type);
          tensor && memory::countRuns(tensor) > memory::kMaxRuns) {
        op->emitError() << tensor << " lies in " << memory::countRuns(tensor)
                        << " separate pieces of memory, at most " << memory::kMaxRuns
                        << " can be planned; compile for a smaller shape";
        return WalkResult::interrupt();
      }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult PlanMemoryPass::convert(func::FuncOp function) {
  if (failed(checkRuns(getOperation())))
    return failure();
  FailureOr<memory::BufferModel> model = memory::readBufferModel(function, ioInArena);
  if (failed(model))
    return failure();
  SymbolTable symbols(getOperation());
  std::vector<memory::Overwrite> overwrites = memory::findOverwrites(*model, symbols);
  std::vector<memory::Overlap> overlaps;
  if (sweep)
    overlaps = memory::findOverlaps(*model, symbols);
  FailureOr<std::vector<MemoryRegion>> named = memory::parseRegions(getOperation(), regions);
  if (failed(named))
    return failure();
  FailureOr<memory::RegionsPlan> found =
      memory::planRegions(function, *model, overwrites, overlaps, {alignment, workLimit}, *named);
  if (failed(found))
    return failure();
  for (auto [number, offset] : llvm::zip_equal(model->arena, found->whole.offsets))
    model->storages[number].offset = static_cast<int64_t>(offset);

  getOperation()->setAttr(rt::kPlanAttr, memory::describePlan(*model, *found, function));
  if (!model->constants.empty()) {
    OpBuilder builder(function);
    model->constants.build(builder, function.getLoc(), memory::kConstants, constantAlignment);
  }
  memory::SharingTable sharing = memory::findSharing(*model, overwrites, overlaps, symbols);
  for (auto layer : getOperation().getOps<func::FuncOp>())
    if (layer->hasAttr(rt::kLayerAttr))
      memory::convertLayer(layer, sharing);
  memory::convertModel(function, *model, sharing, static_cast<int64_t>(found->whole.arenaSize),
                       ioInArena);
  return success();
}

} // namespace
} // namespace nnc
