// Chooses row-major or channels-last for every value of the model.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "passes/Graph/Passes.h"

using namespace mlir;

namespace nnc {

#define GEN_PASS_DEF_CHOOSELAYOUTSPASS
#include "passes/Graph/Passes.h.inc"

namespace {

/// The type with its channels innermost; unchanged where that moves nothing.
RankedTensorType channelsLast(RankedTensorType type) {
  int64_t rank = type.getRank();
  if (rank < 3)
    return type;
  SmallVector<int64_t> strides(rank, 1);
  int64_t stride = std::max<int64_t>(type.getDimSize(1), 1);
  for (int64_t d = rank - 1; d >= 0; --d) {
    if (d == 1)
      continue;
    strides[d] = stride;
    stride *= std::max<int64_t>(type.getDimSize(d), 1);
  }
  auto layout = nn::LayoutAttr::get(type.getContext(), strides);
  auto result = RankedTensorType::get(type.getShape(), type.getElementType(), layout);
  return nn::isRowMajor(result) ? type : result;
}

bool isChannelsLast(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getEncoding();
}

/// Whether a use asks for contiguous row-major elements.
bool wantsRowMajor(OpOperand &use) {
  return isa<func::ReturnOp, nn::ReshapeOp, nn::MatMulOp, kernel::MatMulOp>(use.getOwner());
}

/// Operators whose results start a chain.
bool startsChain(Operation *op) {
  return isa<kernel::ConvOp, kernel::ConvTransposeOp, kernel::DepthwiseOp, kernel::WinogradOp,
             kernel::FftOp, kernel::PoolOp, nn::PoolOp>(op);
}

/// Operators whose result may lie as an operand of its rank does.
bool handsOn(Operation *op) {
  return isa<nn::UnaryOp, nn::BinaryOp, nn::CompareOp, nn::SelectOp, nn::ClampOp, nn::CastOp,
             nn::ConcatOp, nn::SliceOp, nn::PadOp, nn::ResizeOp, nn::BatchNormOp, nn::NormalizeOp,
             nn::LRNOp, nn::SoftmaxOp, nn::CumulateOp>(op);
}

/// The type under which a transposition moves nothing.
RankedTensorType transposedInPlace(nn::TransposeOp op) {
  auto input = cast<RankedTensorType>(op.getInput().getType()),
       type = cast<RankedTensorType>(op.getType());
  SmallVector<int64_t> own = nn::stridesOf(input), strides;
  for (int64_t d : op.getPerm())
    strides.push_back(own[d]);
  return RankedTensorType::get(type.getShape(), type.getElementType(),
                               nn::LayoutAttr::get(op.getContext(), strides));
}

/// The type that a result should have.
RankedTensorType choose(Operation *op, Value result) {
  auto type = cast<RankedTensorType>(result.getType());
  RankedTensorType wanted = channelsLast(type);
  if (wanted == type || llvm::any_of(result.getUses(), wantsRowMajor))
    return type;
  if (startsChain(op))
    return wanted;
  if (auto transpose = dyn_cast<nn::TransposeOp>(op))
    return transposedInPlace(transpose) == wanted ? wanted : type;
  bool reached = handsOn(op) && llvm::any_of(op->getOperands(), [&](Value operand) {
                   return isChannelsLast(operand) &&
                          cast<RankedTensorType>(operand.getType()).getRank() == type.getRank();
                 });
  return reached ? wanted : type;
}

class ChooseLayoutsPass : public impl::ChooseLayoutsPassBase<ChooseLayoutsPass> {
public:
  using ChooseLayoutsPassBase::ChooseLayoutsPassBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (order == PlaceOrder::RowMajor || !function->hasAttr(rt::kEntryAttr) ||
        function.isExternal())
      return;
    for (Operation &op : function.getBody().front())
      for (OpResult result : op.getResults())
        if (isa<RankedTensorType>(result.getType()))
          result.setType(choose(&op, result));
  }
};

} // namespace
} // namespace nnc
