// Movements of channels, and constants for channels in another order.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Graph/ChannelMoves.h"

#include "passes/Graph/Constants.h"
#include "passes/Graph/NodeLocation.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nnc {

using reference::Tensor;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Dimensions that a reshape makes of dimension 1 while it keeps all others: [N, C, …] and
/// [N, f…, …]; 0 for other reshapes.
static int64_t factorsOfChannels(ArrayRef<int64_t> image, ArrayRef<int64_t> divided) {
  int64_t factors = static_cast<int64_t>(divided.size()) - static_cast<int64_t>(image.size()) + 1;
  if (image.size() < 3 || factors < 2 || image[0] != divided[0] ||
      image.drop_front(2) != divided.take_back(image.size() - 2))
    return 0;
  return factors;
}

std::optional<Shuffle> Shuffle::endingWith(Operation *op) {
  auto join = dyn_cast<nn::ReshapeOp>(op);
  auto transpose = join ? join.getInput().getDefiningOp<nn::TransposeOp>() : nn::TransposeOp();
  auto divide = transpose ? transpose.getInput().getDefiningOp<nn::ReshapeOp>() : nn::ReshapeOp();
  if (!divide || !transpose->hasOneUse() || !divide->hasOneUse() ||
      shapeOf(divide.getInput()) != shapeOf(join.getResult()))
    return std::nullopt;
  ArrayRef<int64_t> image = shapeOf(divide.getInput()), divided = shapeOf(divide.getResult());
  int64_t factors = factorsOfChannels(image, divided);
  ArrayRef<int64_t> perm = transpose.getPerm();
  for (auto [to, from] : llvm::enumerate(perm)) {
    bool moves = static_cast<int64_t>(to) >= 1 && static_cast<int64_t>(to) <= factors;
    if (moves ? from < 1 || from > factors : from != static_cast<int64_t>(to))
      return std::nullopt;
  }
  if (factors == 0)
    return std::nullopt;
  // Channel numbers of the divided image, seen through the transposition.
  SmallVector<int64_t> strides(factors, 1), order{0};
  for (int64_t f = factors - 1; f-- > 0;)
    strides[f] = strides[f + 1] * divided[f + 2];
  for (int64_t from : perm.slice(1, factors)) {
    SmallVector<int64_t> outer = std::exchange(order, {});
    for (int64_t channel : outer)
      for (int64_t i = 0; i < divided[from]; ++i)
        order.push_back(channel + i * strides[from - 1]);
  }
  return Shuffle{divide.getInput(), std::move(order)};
}

bool takesChannels(nn::SliceOp slice) {
  ArrayRef<int64_t> from = shapeOf(slice.getInput()), to = shapeOf(slice.getResult());
  for (size_t d = 0; d < from.size(); ++d)
    if (d != 1 && (from[d] != to[d] || slice.getStarts()[d] != 0 || slice.getSteps()[d] != 1))
      return false;
  return from.size() >= 3 && slice.getSteps()[1] > 0;
}

bool joinsChannels(nn::ConcatOp concat) {
  return concat.getAxis() == 1 && shapeOf(concat.getResult()).size() >= 3;
}

/// A tensor whose slice i of dimension `dim` is the slice order[i] of another one.
static Tensor permuted(const Tensor &tensor, size_t dim, ArrayRef<int64_t> order) {
  if (tensor.isSplat())
    return tensor;
  Tensor result = Tensor::zeros(tensor.shape(), tensor.type());
  int64_t inner = 1, size = tensor.shape()[dim];
  for (int64_t n : tensor.shape().drop_front(dim + 1))
    inner *= n;
  for (int64_t i = 0; i < tensor.size(); ++i) {
    int64_t channel = i / inner % size;
    result.setBytes(i, tensor.at(i + (order[channel] - channel) * inner));
  }
  return result;
}

static Value permutedConstant(OpBuilder &builder, Value constant, size_t dim,
                              ArrayRef<int64_t> order) {
  if (!constant)
    return nullptr;
  return makeConstant(builder, constant.getLoc(), permuted(*constantOf(constant), dim, order));
}

static bool isF32(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType().isF32();
}

static bool isKnown(Value value) { return !value || constantOf(value); }

/// One filter for each channel, all of them known.
static bool isDepthwise(nn::ConvOp conv) {
  int64_t channels = channelsOf(conv.getInput());
  return static_cast<int64_t>(conv.getGroup()) == channels &&
         channels == shapeOf(conv.getResult())[1] && isF32(conv.getInput()) &&
         isKnown(conv.getFilter()) && isKnown(conv.getBias());
}

bool isChannelwise(Operation *op) {
  if (isa<nn::UnaryOp, nn::ClampOp, nn::PoolOp>(op))
    return shapeOf(op->getResult(0)).size() >= 3;
  auto conv = dyn_cast<nn::ConvOp>(op);
  return conv && isDepthwise(conv);
}

Value onPermutedChannels(OpBuilder &builder, Operation *op, Value input, ArrayRef<int64_t> order) {
  builder.setInsertionPoint(op);
  Operation *copy = builder.clone(*op);
  copy->setLoc(nodeLocation(op->getLoc()));
  copy->setOperand(0, input);
  builder.setInsertionPoint(copy);
  for (unsigned i = 1; i < copy->getNumOperands(); ++i)
    copy->setOperand(i, permutedConstant(builder, copy->getOperand(i), 0, order));
  return copy->getResult(0);
}

bool isSumOverChannels(OpOperand &use) {
  auto conv = dyn_cast<nn::ConvOp>(use.getOwner());
  return conv && use.getOperandNumber() == 0 && conv.getGroup() == 1 && isF32(conv.getInput()) &&
         constantOf(conv.getFilter());
}

void readPermutedChannels(OpBuilder &builder, OpOperand &use, Value input,
                          ArrayRef<int64_t> order) {
  auto conv = cast<nn::ConvOp>(use.getOwner());
  builder.setInsertionPoint(conv);
  Value filter = permutedConstant(builder, conv.getFilter(), 1, order);
  conv.getInputMutable().assign(input);
  conv.getFilterMutable().assign(filter);
}

} // namespace nnc
