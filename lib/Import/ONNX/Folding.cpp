// Evaluation of small constant operators while a model is imported.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Folding.h"

#include "dialects/NN/NN.h"
#include "lib/Reference/Evaluate.h"

using namespace mlir;

namespace nnc::onnx {

/// Shapes have a few elements; tables of positions may have some thousand.
static constexpr int64_t maxElements = 4096;

static bool isSmall(Type type) {
  return cast<RankedTensorType>(type).getNumElements() <= maxElements;
}

/// Operators that models compute shapes with. Their cost follows from the sizes of their operands
/// and results, while a window's kernel, for one, may be far larger than both.
static bool isCheap(Operation *op) {
  return isa<nn::UnaryOp, nn::BinaryOp, nn::CompareOp, nn::SelectOp, nn::CastOp, nn::ClampOp,
             nn::IotaOp, nn::ReduceOp, nn::ArgReduceOp, nn::CumulateOp, nn::TopKOp, nn::ReshapeOp,
             nn::TransposeOp, nn::BroadcastOp, nn::ConcatOp, nn::SliceOp, nn::PadOp, nn::GatherOp,
             nn::GatherElementsOp, nn::GatherNDOp, nn::ScatterElementsOp, nn::ScatterNDOp,
             nn::MatMulOp>(op);
}

/// The constant operands, or nothing when one is not constant or not small.
static std::optional<reference::Tensors> readOperands(Operation *op) {
  reference::Tensors operands;
  for (Value operand : op->getOperands()) {
    auto constant = operand.getDefiningOp<nn::ConstantOp>();
    if (!constant || !isSmall(operand.getType()))
      return std::nullopt;
    std::optional<reference::Tensor> tensor = reference::Tensor::fromAttr(constant.getValue());
    if (!tensor)
      return std::nullopt;
    operands.push_back(std::move(*tensor));
  }
  return operands;
}

SmallVector<Value, 2> foldSmall(OpBuilder &builder, Operation *op) {
  SmallVector<Value, 2> results(op->getResults());
  if (!isCheap(op) || !llvm::all_of(op->getResultTypes(), isSmall))
    return results;
  std::optional<reference::Tensors> operands = readOperands(op);
  if (!operands)
    return results;
  llvm::Expected<reference::Tensors> values = reference::evaluate(op, *operands);
  if (!values) {
    llvm::consumeError(values.takeError()); // it stays an operator
    return results;
  }
  for (auto [result, value] : llvm::zip_equal(results, *values)) {
    ElementsAttr elements = value.toAttr(builder.getContext(), maxElements * 8);
    result = nn::ConstantOp::create(builder, op->getLoc(), elements.getType(), elements);
  }
  op->erase();
  return results;
}

} // namespace nnc::onnx
