// nnc-emit-kernels: replaces stored kernels of layer functions by loops.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "passes/Conversion/NNToLoops/Scratch.h"
#include "targets/Common/KernelEmitter.h"
#include "targets/Common/Passes.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

namespace nnc {
#define GEN_PASS_DEF_EMITKERNELSPASS
#include "targets/Common/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {

namespace {

/// Whether LLVM may unroll a loop: the innermost one over a known number of k of a scalar kernel,
/// whose pointers it then shares between several k. Where products are library calls that saves
/// nothing.
bool mayUnroll(scf::ForOp loop, bool scalarUnit) {
  return scalarUnit && loop.getStaticTripCount() && loop.getBody()->getOps<scf::ForOp>().empty();
}

/// Asks LLVM not to unroll or peel the loops between two operations. The tile has all the
/// parallelism the machine has registers for: unrolled loops would share what neighbouring taps
/// read, which keeps more values alive than there are registers. The attribute has the name that
/// branches of the LLVM dialect know: the conversions hand it on from the loop to its backward
/// branch. Loops over integers are not made vectors of either: what is scalar there has elements
/// that lie apart.
void keepRolled(Operation *first, Operation *end, bool scalarUnit, bool overIntegers) {
  MLIRContext *context = end->getContext();
  auto yes = BoolAttr::get(context, true);
  auto unroll = LLVM::LoopUnrollAttr::get(context, /*disable=*/yes, {}, {}, {}, {}, {}, {});
  LLVM::LoopVectorizeAttr vectorize;
  if (overIntegers)
    vectorize = LLVM::LoopVectorizeAttr::get(context, /*disable=*/yes, {}, {}, {}, {}, {}, {});
  auto annotate = [&](scf::ForOp loop, LLVM::LoopUnrollAttr unrolling) {
    if (unrolling || vectorize)
      loop->setAttr("loop_annotation",
                    LLVM::LoopAnnotationAttr::get(context, {}, vectorize, {}, unrolling, {}, {}, {},
                                                  {}, {}, {}, {}, {}, {}, {}, {}));
  };
  for (Operation *op = first; op != end; op = op->getNextNode())
    op->walk([&](scf::ForOp loop) {
      annotate(loop, mayUnroll(loop, scalarUnit) ? LLVM::LoopUnrollAttr() : unroll);
    });
}

/// The options under which tiles follow each other as `rt.sweep` of the input demands, each with
/// all its channels.
EmitOptions optionsFor(const Operand &input, EmitOptions options) {
  auto argument = dyn_cast_if_present<BlockArgument>(input.buffer);
  auto layer = argument ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()) : nullptr;
  auto sweep = layer
                   ? layer.getArgAttrOfType<rt::SweepAttr>(argument.getArgNumber(), rt::kSweepAttr)
                   : rt::SweepAttr();
  if (!sweep)
    return options;
  options.sweep = sweep.getOrder();
  options.cacheBytes = std::numeric_limits<int64_t>::max();
  options.innerCacheBytes = 0;
  options.divisible = false;
  return options;
}

/// The kernel whose result a store writes, or a piece of it.
kernel::ProductOpInterface storedKernel(rt::StoreOp store) {
  Value value = store.getValue();
  if (auto piece = value.getDefiningOp<nn::SliceOp>())
    value = piece.getInput();
  return value.getDefiningOp<kernel::ProductOpInterface>();
}

/// Builds the loops of one kernel in front of the first store of its result.
LogicalResult emitStored(ArrayRef<rt::StoreOp> stores, kernel::ProductOpInterface op,
                         EmitOptions options, ArrayRef<Value> scratch) {
  FailureOr<ProductOperands> operands = resolveOperands(op, stores);
  if (failed(operands))
    return failure();
  rt::StoreOp store = stores.front();
  OpBuilder builder(store);
  Operation *before = store->getPrevNode();
  Emission emission{builder, op.getLoc(), optionsFor(operands->a, options)};
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](kernel::ConvOp conv) { emitConvolution(emission, conv, *operands, scratch); })
      .Case([&](kernel::ConvTransposeOp conv) { emitConvTranspose(emission, conv, *operands); })
      .Case([&](kernel::DepthwiseOp depthwise) { emitDepthwise(emission, depthwise, *operands); })
      .Case([&](kernel::PoolOp pool) { emitPool(emission, pool, *operands); })
      .Case([&](kernel::MatMulOp matmul) { emitMatMul(emission, matmul, *operands, scratch); })
      .Case([&](kernel::WinogradOp winograd) {
        emitWinograd(emission, winograd, *operands, scratch);
      })
      .Case([&](kernel::FftOp fft) {
        // Tiles and channels share the scratch of a half transformed tile.
        Emission whole = emission;
        whole.options.divisible = false;
        emitFft(whole, fft, *operands, scratch);
      });
  keepRolled(before->getNextNode(), store,
             /*scalarUnit=*/op.getTile().getVector() == 1 && options.fma,
             /*overIntegers=*/isa<IntegerType>(operands->sumType()));
  return success();
}

/// The operands of a recurrent kernel and the buffers of those results that are stored.
FailureOr<RecurrentOperands> resolveRecurrent(kernel::RecurrentOp op) {
  bool failed = false;
  auto read = [&](Value value) {
    FailureOr<Operand> operand = resolveOperand(op, value);
    failed |= mlir::failed(operand);
    return mlir::failed(operand) ? Operand() : *operand;
  };
  auto written = [](OpResult result) {
    auto type = cast<RankedTensorType>(result.getType());
    Operand operand{nullptr, nullptr, type.getElementType(), nn::stridesOf(type)};
    for (Operation *user : result.getUsers())
      if (auto store = dyn_cast<rt::StoreOp>(user))
        operand.buffer = store.getBuffer();
    return operand;
  };
  RecurrentOperands operands{read(op.getInput()), read(op.getWeights())};
  if (op.getInnerWeights())
    operands.innerWeights = read(op.getInnerWeights());
  if (op.getLengths())
    operands.lengths = read(op.getLengths());
  llvm::append_range(operands.initial, llvm::map_range(op.getStates(), read));
  llvm::append_range(operands.extra, llvm::map_range(op.getExtra(), read));
  operands.result = written(op->getResult(0));
  llvm::append_range(operands.last, llvm::map_range(op->getResults().drop_front(), written));
  return failed ? FailureOr<RecurrentOperands>(failure()) : operands;
}

/// Builds the loops of a recurrent kernel in front of the first of its stores, and erases these.
LogicalResult emitRecurrentLayer(kernel::RecurrentOp op, const EmitOptions &options,
                                 ArrayRef<Value> scratch) {
  FailureOr<RecurrentOperands> operands = resolveRecurrent(op);
  if (failed(operands))
    return failure();
  llvm::SmallVector<Operation *> stores(op->getUsers());
  if (stores.empty())
    return success();
  Operation *first =
      *llvm::min_element(stores, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  OpBuilder builder(first);
  Operation *before = first->getPrevNode();
  emitRecurrent({builder, op.getLoc(), options}, op, std::move(*operands), scratch);
  keepRolled(before->getNextNode(), first,
             /*scalarUnit=*/op.getTile().getVector() == 1 && options.fma, /*overIntegers=*/false);
  for (Operation *store : stores)
    store->erase();
  return success();
}

/// Erases kernels, their prologues, views and constants without users.
void eraseDead(func::FuncOp function) {
  llvm::SmallVector<Operation *> ops;
  function.walk([&](Operation *op) {
    if (isa<kernel::ProductOpInterface, kernel::RecurrentOp, rt::TensorOp>(op) ||
        isa<nn::NNDialect>(op->getDialect()))
      ops.push_back(op);
  });
  for (Operation *op : llvm::reverse(ops))
    if (op->use_empty())
      op->erase();
}

struct EmitKernelsPass : impl::EmitKernelsPassBase<EmitKernelsPass> {
  using EmitKernelsPassBase::EmitKernelsPassBase;

  void runOnOperation() override {
    EmitOptions options{fma,       registers, cacheBytes,   innerCacheBytes, /*sweep=*/std::nullopt,
                        divisible, pack,      straightLines};
    for (auto op : getOperation().getOps<kernel::RecurrentOp>()) {
      FailureOr<SmallVector<Value>> scratch = nn::scratchBuffers(op, getOperation());
      if (failed(scratch) || failed(emitRecurrentLayer(op, options, *scratch)))
        return signalPassFailure();
    }
    llvm::MapVector<Operation *, llvm::SmallVector<rt::StoreOp>> kernels;
    getOperation().walk([&](rt::StoreOp store) {
      if (kernel::ProductOpInterface kernel = storedKernel(store))
        kernels[kernel].push_back(store);
    });
    for (auto &[kernel, stores] : kernels) {
      auto op = cast<kernel::ProductOpInterface>(kernel);
      FailureOr<SmallVector<Value>> scratch = nn::scratchBuffers(op, getOperation());
      if (failed(scratch) || failed(emitStored(stores, op, options, *scratch)))
        return signalPassFailure();
      for (rt::StoreOp store : stores)
        store.erase();
    }
    eraseDead(getOperation());
  }
};

} // namespace

} // namespace nnc
