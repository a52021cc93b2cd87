// Which operators compute one result element from a few operand elements.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/ElementOps.h"

#include "passes/Conversion/NNToLoops/KernelPrologues.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc {

/// Constants up to this size are kept inside a layer as tables beside its code.
static constexpr int64_t kInlineElements = 16;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

bool isInlineConstant(nn::ConstantOp constant) {
  return constant.getValue().isSplat() ||
         tensorType(constant.getResult()).getNumElements() <= kInlineElements;
}

bool isElementOp(Operation *op) {
  if (auto constant = dyn_cast<nn::ConstantOp>(op))
    return isInlineConstant(constant);
  return isa<nn::UnaryOp, nn::BinaryOp, nn::CompareOp, nn::SelectOp, nn::CastOp, nn::ClampOp,
             nn::IotaOp, nn::BroadcastOp, nn::TransposeOp, nn::ReshapeOp, nn::SliceOp, nn::PadOp,
             nn::ConcatOp, nn::GatherOp, nn::GatherElementsOp, nn::GatherNDOp, nn::ResizeOp,
             nn::BatchNormOp, nn::RequantizeOp>(op);
}

/// Windows that do not overlap read nothing twice.
static bool windowsAreDisjoint(nn::PoolOp pool) {
  for (auto [kernel, stride] : llvm::zip_equal(pool.getKernel(), pool.getStrides()))
    if (kernel > stride)
      return false;
  return true;
}

bool readsEachElementOnce(Operation *op, unsigned operand) {
  auto hasResultSize = [&] {
    return tensorType(op->getOperand(operand)).getNumElements() ==
           tensorType(op->getResult(0)).getNumElements();
  };
  return TypeSwitch<Operation *, bool>(op)
      .Case<nn::UnaryOp, nn::CastOp, nn::ClampOp, nn::TransposeOp, nn::ReshapeOp, nn::SliceOp,
            nn::ConcatOp, nn::ArgReduceOp, nn::CumulateOp, nn::TopKOp>([](auto) { return true; })
      .Case<nn::BinaryOp, nn::CompareOp, nn::SelectOp, nn::BroadcastOp>(
          [&](auto) { return hasResultSize(); })
      .Case<nn::ReduceOp>([](nn::ReduceOp reduce) {
        return reduce.getKind() != nn::ReduceKind::log_sum_exp; // reads again after the maximum
      })
      .Case<nn::PoolOp>([](nn::PoolOp pool) { return windowsAreDisjoint(pool); })
      .Case<nn::PadOp>([](nn::PadOp pad) { return pad.getMode() == nn::PadMode::constant; })
      .Case<nn::RequantizeOp, nn::BatchNormOp, nn::ScatterElementsOp, nn::ScatterNDOp>(
          [&](auto) { return operand == 0; })
      .Default([&](Operation *) { return operand == 0 && hasPrologue(op); });
}

/// Whether the op computes element i of its result from element i of this operand only.
static bool isPointwise(Operation *op, Value operand, RankedTensorType stored) {
  if (!isa<nn::UnaryOp, nn::BinaryOp, nn::CompareOp, nn::SelectOp, nn::CastOp, nn::ClampOp,
           nn::BatchNormOp, nn::RequantizeOp>(op))
    return false;
  return tensorType(operand).getShape() == stored.getShape();
}

/// Whether all ways from `value` down to `input` are pointwise.
static bool reachesOnlyPointwise(Value value, Value input, RankedTensorType stored,
                                 bool movedOnTheWay) {
  if (value == input)
    return !movedOnTheWay;
  Operation *op = value.getDefiningOp();
  if (!op || !isElementOp(op))
    return true; // does not lead to the input through this layer's element ops
  for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
    bool moved = movedOnTheWay || !isPointwise(op, operand, stored);
    if (isa<nn::BatchNormOp>(op) && index != 0)
      moved = true;
    if (!reachesOnlyPointwise(operand, input, stored, moved))
      return false;
  }
  return true;
}

bool readsOnlyWrittenPlace(Value stored, Value input) {
  RankedTensorType from = tensorType(input), to = tensorType(stored);
  if (from.getShape() != to.getShape() ||
      nn::elementBytes(from.getElementType()) != nn::elementBytes(to.getElementType()))
    return false;
  for (auto [size, a, b] : llvm::zip_equal(to.getShape(), nn::stridesOf(from), nn::stridesOf(to)))
    if (size > 1 && a != b)
      return false;
  Operation *op = stored.getDefiningOp();
  if (!op || !isElementOp(op))
    return false;
  return reachesOnlyPointwise(stored, input, to, /*movedOnTheWay=*/false);
}

} // namespace nnc
