// Which operators move or choose elements.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/Movement.h"

using namespace mlir;

namespace nnc {

/// Whether a pad adds zeros, or elements of its operand.
static bool padsZeros(nn::PadOp pad) {
  if (pad.getMode() != nn::PadMode::constant || !pad.getValue())
    return true;
  auto constant = pad.getValue().getDefiningOp<nn::ConstantOp>();
  auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : nullptr;
  return splat && splat.getSplatValue<APFloat>().isZero();
}

bool movesFirstOperand(Operation *op) {
  if (auto pool = dyn_cast<nn::PoolOp>(op))
    return pool.getKind() == nn::PoolKind::max;
  if (auto reduce = dyn_cast<nn::ReduceOp>(op))
    return reduce.getKind() == nn::ReduceKind::max || reduce.getKind() == nn::ReduceKind::min;
  if (auto resize = dyn_cast<nn::ResizeOp>(op))
    return resize.getMode() == nn::ResizeMode::nearest &&
           resize.getCoordinates() != nn::Coordinates::tf_crop_and_resize;
  if (auto pad = dyn_cast<nn::PadOp>(op))
    return padsZeros(pad);
  return isa<nn::ReshapeOp, nn::TransposeOp, nn::BroadcastOp, nn::SliceOp, nn::GatherOp>(op);
}

} // namespace nnc
