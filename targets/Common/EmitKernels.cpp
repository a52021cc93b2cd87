// nnc-emit-kernels: replaces stored kernels of layer functions by loops.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "targets/Common/KernelEmitter.h"
#include "targets/Common/Passes.h"

#include "llvm/ADT/TypeSwitch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace nnc {
#define GEN_PASS_DEF_EMITKERNELSPASS
#include "targets/Common/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {

namespace {

/// Builds the loops of one stored kernel in front of its store.
LogicalResult emitStored(rt::StoreOp store, kernel::ProductOpInterface op, EmitOptions options) {
  FailureOr<ProductOperands> operands = resolveOperands(op, store.getBuffer());
  if (failed(operands))
    return failure();
  OpBuilder builder(store);
  Emission emission{builder, op.getLoc(), options};
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](kernel::ConvOp conv) { emitConvolution(emission, conv, *operands); })
      .Case([&](kernel::DepthwiseOp depthwise) { emitDepthwise(emission, depthwise, *operands); })
      .Case([&](kernel::MatMulOp matmul) { emitMatMul(emission, matmul, *operands); });
  return success();
}

/// Erases kernels, views and constants without users.
void eraseDead(func::FuncOp function) {
  llvm::SmallVector<Operation *> ops;
  function.walk([&](Operation *op) {
    if (isa<kernel::ProductOpInterface, rt::TensorOp, nn::ConstantOp>(op))
      ops.push_back(op);
  });
  for (Operation *op : llvm::reverse(ops))
    if (op->use_empty())
      op->erase();
}

struct EmitKernelsPass : impl::EmitKernelsPassBase<EmitKernelsPass> {
  using EmitKernelsPassBase::EmitKernelsPassBase;

  void runOnOperation() override {
    llvm::SmallVector<rt::StoreOp> stores;
    getOperation().walk([&](rt::StoreOp store) { stores.push_back(store); });
    for (rt::StoreOp store : stores) {
      auto op = store.getValue().getDefiningOp<kernel::ProductOpInterface>();
      if (!op)
        continue;
      if (failed(emitStored(store, op, {fma, registers, cacheBytes})))
        return signalPassFailure();
      store.erase();
    }
    eraseDead(getOperation());
  }
};

} // namespace

} // namespace nnc
