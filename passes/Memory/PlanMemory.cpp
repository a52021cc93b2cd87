// Turns values into buffers: argument, constant or a place in one arena of known size.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "lib/Planner/Planner.h"
#include "passes/Memory/BufferForm.h"
#include "passes/Memory/Footprint.h"
#include "passes/Memory/Passes.h"
#include "passes/Memory/PlanReport.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace nnc {

#define GEN_PASS_DEF_PLANMEMORYPASS
#include "passes/Memory/Passes.h.inc"

namespace {

/// The planner's buffers, in the order of the model's arena storages.
std::vector<planner::Buffer> buffersOf(const memory::BufferModel &model, unsigned alignment) {
  std::vector<planner::Buffer> buffers;
  for (unsigned number : model.arena) {
    const memory::Storage &storage = model.storages[number];
    buffers.push_back({storage.name, static_cast<uint64_t>(storage.bytes),
                       std::max<uint64_t>(alignment, static_cast<uint64_t>(storage.width)),
                       storage.first, storage.last});
  }
  // A part lies where its whole puts it.
  for (const planner::Inside &inside : model.inside)
    buffers[inside.inner].alignment = 1;
  return buffers;
}

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
  FailureOr<planner::Plan> plan(func::FuncOp function, const memory::BufferModel &model,
                                ArrayRef<memory::Overwrite> overwrites);
};

FailureOr<planner::Plan> PlanMemoryPass::plan(func::FuncOp function,
                                              const memory::BufferModel &model,
                                              ArrayRef<memory::Overwrite> overwrites) {
  std::vector<planner::Buffer> buffers = buffersOf(model, alignment);
  planner::Relations relations;
  relations.inside = model.inside;
  for (const memory::Overwrite &overwrite : overwrites)
    relations.inPlace.push_back(overwrite.relation);
  planner::PlanResult result = planner::plan(buffers, relations, {workLimit});
  if (auto *error = std::get_if<planner::PlanError>(&result))
    return function.emitError("no memory plan: ") << error->message;
  auto &found = std::get<planner::Plan>(result);
  // A second opinion: no two buffers that live at the same time overlap.
  std::string fault = planner::verify(found, buffers, relations);
  if (!fault.empty())
    return function.emitError("memory plan is wrong: ") << fault;
  return std::move(found);
}

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
  FailureOr<planner::Plan> found = plan(function, *model, overwrites);
  if (failed(found))
    return failure();
  for (auto [number, offset] : llvm::zip_equal(model->arena, found->offsets))
    model->storages[number].offset = static_cast<int64_t>(offset);

  getOperation()->setAttr(rt::kPlanAttr, memory::describePlan(*model, *found, function));
  if (!model->constants.empty()) {
    OpBuilder builder(function);
    model->constants.build(builder, function.getLoc(), memory::kConstants, constantAlignment);
  }
  memory::SharingTable sharing = memory::findSharing(*model, overwrites, symbols);
  for (auto layer : getOperation().getOps<func::FuncOp>())
    if (layer->hasAttr(rt::kLayerAttr))
      memory::convertLayer(layer, sharing);
  memory::convertModel(function, *model, sharing, static_cast<int64_t>(found->arenaSize),
                       ioInArena);
  return success();
}

} // namespace
} // namespace nnc
