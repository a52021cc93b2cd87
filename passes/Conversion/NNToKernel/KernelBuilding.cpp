// Constants, biases and epilogues of new kernels.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToKernel/KernelBuilding.h"

#include "dialects/NN/NN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace nnc {

ElementsAttr readableConstant(Value value) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  if (!constant || !WeightPacker::canRead(constant.getValue()))
    return nullptr;
  return constant.getValue();
}

const char *whyNoKernel(RankedTensorType input, RankedTensorType result, Value filter) {
  if (!input.getElementType().isF32())
    return "element type is not f32";
  if (input.getNumElements() == 0 || result.getNumElements() == 0)
    return "empty tensor";
  return readableConstant(filter) ? nullptr : "filter is not a constant with known values";
}

kernel::TileAttr Conversion::tile(MLIRContext *context, const TileChoice &choice) const {
  return kernel::TileAttr::get(context, choice.rows, choice.columns, machine.vector, machine.lanes);
}

Value Conversion::packed(PatternRewriter &rewriter, Location loc, ElementsAttr source,
                         const WeightMatrix &matrix) const {
  return nn::ConstantOp::create(rewriter, loc, packer.pack(source, matrix));
}

/// The value that all elements of a constant have.
static TypedAttr splatOf(Value value) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : nullptr;
  return splat ? splat.getSplatValue<TypedAttr>() : nullptr;
}

Bias Bias::of(PatternRewriter &rewriter, Value bias, int64_t rank) {
  Bias result;
  if (!bias)
    return result;
  result.splat = splatOf(bias);
  if (!result.splat) {
    SmallVector<int64_t> shape(rank - 1, 1);
    shape[0] = typeOf(bias).getDimSize(0);
    auto type = RankedTensorType::get(shape, typeOf(bias).getElementType());
    result.extra.push_back(rewriter.createOrFold<nn::ReshapeOp>(bias.getLoc(), type, bias));
  }
  return result;
}

void buildEpilogue(PatternRewriter &rewriter, kernel::ProductOpInterface op, TypedAttr constant) {
  OpBuilder::InsertionGuard guard(rewriter);
  Type element = rewriter.getF32Type();
  SmallVector<Type> types(1 + op.getExtra().size(), element);
  Location loc = op.getLoc();
  Block *block =
      rewriter.createBlock(&op.getEpilogue(), {}, types, SmallVector<Location>(types.size(), loc));
  Value value = block->getArgument(0);
  Value bias = types.size() > 1 ? block->getArgument(1) : Value();
  if (constant)
    bias = arith::ConstantOp::create(rewriter, loc, constant);
  if (bias)
    value = arith::AddFOp::create(rewriter, loc, value, bias);
  kernel::YieldOp::create(rewriter, loc, value);
}

} // namespace nnc
