// nnc-convert-layers-to-loops: compute what layers store by loops over scalars.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"
#include "dialects/RT/RT.h"
#include "passes/Conversion/NNToLoops/ConstantTables.h"
#include "passes/Conversion/NNToLoops/ElementLoops.h"
#include "passes/Conversion/NNToLoops/ElementOps.h"
#include "passes/Conversion/NNToLoops/Passes.h"
#include "passes/Conversion/NNToLoops/Roots.h"
#include "passes/Conversion/NNToLoops/Scratch.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_CONVERTLAYERSTOLOOPSPASS
#include "passes/Conversion/NNToLoops/Passes.h.inc"

LogicalResult emitRoot(LayerEmitter &emitter, Operation *op, const RootPlaces &places) {
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](nn::ReduceOp o) { return emitReduce(emitter, o, places), success(); })
      .Case([&](nn::ArgReduceOp o) { return emitArgReduce(emitter, o, places), success(); })
      .Case([&](nn::PoolOp o) { return emitPool(emitter, o, places), success(); })
      .Case([&](nn::SoftmaxOp o) { return emitSoftmax(emitter, o, places), success(); })
      .Case([&](nn::NormalizeOp o) { return emitNormalize(emitter, o, places), success(); })
      .Case([&](nn::LRNOp o) { return emitLRN(emitter, o, places), success(); })
      .Case([&](nn::CumulateOp o) { return emitCumulate(emitter, o, places), success(); })
      .Case([&](nn::TopKOp o) { return emitTopK(emitter, o, places), success(); })
      .Case([&](nn::RecurrentOp o) { return emitRecurrent(emitter, o, places), success(); })
      .Case([&](nn::ScatterElementsOp o) {
        return emitScatterElements(emitter, o, places), success();
      })
      .Case([&](nn::ScatterNDOp o) { return emitScatterND(emitter, o, places), success(); })
      .Case([&](nn::ConvOp o) { return emitConv(emitter, o, places), success(); })
      .Case([&](nn::ConvTransposeOp o) { return emitConvTranspose(emitter, o, places), success(); })
      .Case([&](nn::MatMulOp o) { return emitMatMul(emitter, o, places), success(); })
      .Default([](Operation *o) {
        return o->emitError() << "no loops are known for this operator; it must be rewritten to "
                                 "others before layers are converted";
      });
}

namespace {

/// Checks that a value can be computed from buffers by element ops.
LogicalResult checkTree(Value value, Operation *user) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return user->emitError("reads a tensor that is no buffer of its layer");
  if (isa<rt::TensorOp, nn::ConstantOp>(op))
    return success();
  if (!isElementOp(op))
    return op->emitError() << "is read by another operator of its layer, but computes no single "
                              "elements; it must be a layer of its own";
  for (Value operand : op->getOperands())
    if (failed(checkTree(operand, op)))
      return failure();
  return success();
}

/// Whether a kernel computes a stored value, or the product that it is a piece of.
bool isKernels(Value stored) {
  if (auto piece = stored.getDefiningOp<nn::SliceOp>())
    stored = piece.getInput();
  Operation *op = stored.getDefiningOp();
  return op && isa<kernel::KernelDialect>(op->getDialect());
}

class ConvertLayer {
public:
  ConvertLayer(func::FuncOp function, ConstantTables &tables, bool divisible)
      : function(function), builder(function.getContext()), emitter(builder, tables) {
    if (divisible)
      emitter.stage = 0;
  }

  LogicalResult convert() {
    SmallVector<rt::StoreOp> stores(function.getOps<rt::StoreOp>());
    for (rt::StoreOp store : stores)
      if (failed(convertStore(store)))
        return failure();
    eraseUnused();
    return success();
  }

private:
  LogicalResult convertStore(rt::StoreOp store);
  LogicalResult convertRoot(Operation *op, rt::StoreOp store);
  void eraseUnused();

  func::FuncOp function;
  OpBuilder builder;
  LayerEmitter emitter;
  llvm::DenseSet<Operation *> done; ///< stores that a root with several results has handled
};

LogicalResult ConvertLayer::convertStore(rt::StoreOp store) {
  if (done.contains(store))
    return store->erase(), success();
  if (isKernels(store.getValue()))
    return success();
  Operation *op = store.getValue().getDefiningOp();
  builder.setInsertionPoint(store);
  if (!op || isa<rt::TensorOp, nn::ConstantOp>(op) || isElementOp(op)) {
    if (failed(checkTree(store.getValue(), store)))
      return failure();
    emitElementLoops(emitter, store.getValue(),
                     {store.getBuffer(), cast<RankedTensorType>(store.getValue().getType())});
  } else if (failed(convertRoot(op, store))) {
    return failure();
  }
  store->erase();
  if (emitter.stage)
    ++*emitter.stage;
  return success();
}

LogicalResult ConvertLayer::convertRoot(Operation *op, rt::StoreOp store) {
  for (Value operand : op->getOperands())
    if (failed(checkTree(operand, op)))
      return failure();
  RootPlaces places;
  FailureOr<SmallVector<Value>> scratch = nn::scratchBuffers(op, function);
  if (failed(scratch))
    return failure();
  places.scratch = *scratch;
  for (Value result : op->getResults()) {
    Place place{Value(), cast<RankedTensorType>(result.getType())};
    for (Operation *user : result.getUsers())
      if (auto other = dyn_cast<rt::StoreOp>(user)) {
        place.buffer = other.getBuffer();
        if (other != store)
          done.insert(other);
      }
    places.results.push_back(place);
  }
  return emitRoot(emitter, op, places);
}

void ConvertLayer::eraseUnused() {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.front())))
    if (isa<nn::NNDialect, rt::RTDialect>(op.getDialect()) && isOpTriviallyDead(&op))
      op.erase();
}

class ConvertLayersToLoopsPass
    : public impl::ConvertLayersToLoopsPassBase<ConvertLayersToLoopsPass> {
public:
  using ConvertLayersToLoopsPassBase::ConvertLayersToLoopsPassBase;

private:
  void runOnOperation() override {
    ConstantTables tables;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(rt::kLayerAttr) && !function.isExternal())
        if (failed(ConvertLayer(function, tables, divisible).convert()))
          return signalPassFailure();
    tables.addTo(getOperation());
  }
};

} // namespace

} // namespace nnc
