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

std::optional<Factors> Conversion::factorsOf(RankedTensorType input, int64_t inputZero,
                                             Value weights, int64_t weightZero) const {
  if (input.getElementType().isF32()) {
    ElementsAttr floats = readableConstant(weights);
    return floats ? std::optional<Factors>({machine, floats, std::nullopt}) : std::nullopt;
  }
  if (!input.getElementType().isInteger(8))
    return std::nullopt;
  std::optional<IntegerWeights> integers = IntegerWeights::of(weights, weightZero);
  if (!integers)
    return std::nullopt;
  bool isUnsigned = input.getElementType().isUnsignedInteger();
  ElementsAttr source = integers->source;
  Factors factors{integerMachine, source, std::move(integers)};
  factors.flip = sign == (isUnsigned ? Sign::Signed : Sign::Unsigned);
  factors.zeroPoint = inputZero;
  factors.excess = inputZero + (factors.flip ? (isUnsigned ? -128 : 128) : 0);
  return factors;
}

std::optional<Factors> Conversion::widenedFactorsOf(RankedTensorType input, Value weights) const {
  auto cast = weights.getDefiningOp<nn::CastOp>();
  if (!cast || !input.getElementType().isF32())
    return std::nullopt;
  std::optional<IntegerWeights> integers = IntegerWeights::of(cast.getInput(), 0);
  if (!integers)
    return std::nullopt;
  ElementsAttr source = integers->source;
  Factors factors{machine, source, std::move(integers)};
  factors.widens = true;
  return factors;
}

void Factors::takeGroups(int64_t channels) {
  if (channels >= machine.interleave)
    return;
  machine.interleave = static_cast<int64_t>(llvm::PowerOf2Ceil(static_cast<uint64_t>(channels)));
  machine.lanes = integers ? 1 : machine.lanes;
}

const char *whyNoKernel(RankedTensorType input, RankedTensorType result, Value filter) {
  if (!input.getElementType().isF32())
    return "element type is not f32";
  if (input.getNumElements() == 0 || result.getNumElements() == 0)
    return "empty tensor";
  return readableConstant(filter) ? nullptr : "filter is not a constant with known values";
}

kernel::TileAttr Conversion::tile(MLIRContext *context, const TileChoice &choice,
                                  const TileMachine &of) const {
  return kernel::TileAttr::get(context, choice.rows, choice.columns, of.vector, of.lanes,
                               of.interleave);
}

Value Conversion::packed(PatternRewriter &rewriter, Location loc, const Factors &factors,
                         const WeightMatrix &matrix) const {
  if (!factors.integers)
    return packed(rewriter, loc, factors.weights, matrix);
  return nn::ConstantOp::create(rewriter, loc,
                                packer.packIntegers(factors.weights, factors.integers->zeroPoint,
                                                    factors.integers->values, matrix));
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

Bias Bias::of(PatternRewriter &rewriter, Location loc, Value bias, const Factors &factors,
              const WeightMatrix &matrix, ArrayRef<int64_t> shape) {
  std::vector<int32_t> correction = factors.integers->sums(matrix);
  for (int32_t &value : correction)
    value = static_cast<int32_t>(-factors.excess * value);
  Bias result;
  if (bias) {
    std::optional<std::vector<int32_t>> known = readIntegers(bias);
    for (size_t i = 0; known && i < correction.size(); ++i)
      correction[i] = static_cast<int32_t>(static_cast<uint32_t>(correction[i]) +
                                           static_cast<uint32_t>((*known)[i]));
    if (!known)
      result.extra.push_back(rewriter.createOrFold<nn::ReshapeOp>(
          bias.getLoc(), RankedTensorType::get(shape, typeOf(bias).getElementType()), bias));
  }
  bool isEqual = llvm::all_equal(correction);
  if (!isEqual)
    result.extra.push_back(nn::ConstantOp::create(
        rewriter, loc, integersOf(rewriter.getContext(), shape, correction)));
  else if (correction.front() != 0)
    result.splat = rewriter.getI32IntegerAttr(correction.front());
  return result;
}

void buildEpilogue(PatternRewriter &rewriter, kernel::ProductOpInterface op, TypedAttr constant) {
  OpBuilder::InsertionGuard guard(rewriter);
  Type element = kernel::sumTypeOf(typeOf(op->getOperand(0)).getElementType());
  SmallVector<Type> types(1 + op.getExtra().size(), element);
  Location loc = op.getLoc();
  Block *block =
      rewriter.createBlock(&op.getEpilogue(), {}, types, SmallVector<Location>(types.size(), loc));
  Value value = block->getArgument(0);
  auto add = [&](Value bias) {
    value = isa<FloatType>(element) ? arith::AddFOp::create(rewriter, loc, value, bias).getResult()
                                    : arith::AddIOp::create(rewriter, loc, value, bias).getResult();
  };
  for (Value bias : block->getArguments().drop_front())
    add(bias);
  if (constant)
    add(arith::ConstantOp::create(rewriter, loc, constant));
  kernel::YieldOp::create(rewriter, loc, value);
}

} // namespace nnc
