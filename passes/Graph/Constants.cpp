// Reads and makes nn.constant as host tensors, for the passes of this group.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Graph/Constants.h"

#include "dialects/NN/NN.h"

using namespace mlir;

namespace nnc {

/// Constants from this size on become resource blobs.
static constexpr int64_t kResourceBytes = 4096;

std::optional<reference::Tensor> constantOf(Value value) {
  auto constant = value ? value.getDefiningOp<nn::ConstantOp>() : nn::ConstantOp();
  return constant ? reference::Tensor::fromAttr(constant.getValue()) : std::nullopt;
}

Value makeConstant(OpBuilder &builder, Location loc, const reference::Tensor &tensor) {
  ElementsAttr attr = tensor.toAttr(builder.getContext(), kResourceBytes);
  return nn::ConstantOp::create(builder, loc, cast<RankedTensorType>(attr.getShapedType()), attr);
}

} // namespace nnc
