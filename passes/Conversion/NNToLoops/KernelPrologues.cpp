// Pointwise operators in front of kernels.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/KernelPrologues.h"

#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc {

bool hasPrologue(Operation *kernel) {
  return llvm::TypeSwitch<Operation *, bool>(kernel)
      .Case<kernel::ConvOp, kernel::MatMulOp>(
          [](auto product) { return product.getPrologueRows().has_value(); })
      .Case([](kernel::DepthwiseOp depthwise) { return depthwise.getPrologue(); })
      .Default([](Operation *) { return false; });
}

static bool isSplat(Value value) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  return constant && constant.getValue().isSplat();
}

/// Tensors that are computed by nothing but their index have no buffer.
static bool hasBuffer(Value value) {
  return !isa_and_nonnull<nn::IotaOp, nn::BroadcastOp, nn::CastOp>(value.getDefiningOp());
}

/// Whether one or two instructions compute the operator.
static bool isCheap(Operation *op) {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([](nn::ClampOp) { return true; })
      .Case([](nn::UnaryOp unary) {
        return unary.getKind() == nn::UnaryKind::relu || unary.getKind() == nn::UnaryKind::abs ||
               unary.getKind() == nn::UnaryKind::neg;
      })
      .Case([](nn::BinaryOp binary) {
        nn::BinaryKind kind = binary.getKind();
        bool one = kind == nn::BinaryKind::add || kind == nn::BinaryKind::sub ||
                   kind == nn::BinaryKind::mul || kind == nn::BinaryKind::min ||
                   kind == nn::BinaryKind::max;
        return one && isSplat(binary.getLhs()) != isSplat(binary.getRhs());
      })
      .Default([](Operation *) { return false; });
}

bool canPrecede(Operation *op, Operation *kernel) {
  if (!isa<nn::UnaryOp, nn::ClampOp, nn::BinaryOp>(op))
    return false;
  auto isFloat = [](Value value) {
    return cast<RankedTensorType>(value.getType()).getElementType().isF32();
  };
  if (!isFloat(op->getResult(0)) || !llvm::all_of(op->getOperands(), isFloat) ||
      !llvm::all_of(op->getOperands(), hasBuffer))
    return false;
  return !isa<kernel::DepthwiseOp>(kernel) || isCheap(op);
}

} // namespace nnc
