// Convolutions and matrix products with constant weights, under one description.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Graph/Products.h"

#include "dialects/NN/NN.h"
#include "passes/Graph/Constants.h"

#include <cmath>

using namespace mlir;

namespace nnc {

using reference::Tensor;

bool Product::isMatMul() const { return isa<nn::MatMulOp>(op); }

Operation *Product::rebuild(PatternRewriter &rewriter, Location loc, Value newInput,
                            Value newWeights, Value newBias) const {
  Operation *copy = rewriter.clone(*op);
  rewriter.modifyOpInPlace(copy, [&] {
    SmallVector<Value> operands{newInput, newWeights};
    if (isMatMul() && op->getOperand(0) == weights)
      std::swap(operands[0], operands[1]);
    if (newBias)
      operands.push_back(newBias);
    copy->setOperands(operands);
    copy->setLoc(loc);
  });
  return copy;
}

static int64_t kernelSize(const Tensor &filter) {
  int64_t size = 1;
  for (int64_t d = 2; d < filter.rank(); ++d)
    size *= filter.dim(d);
  return size;
}

static bool describe(nn::ConvOp op, Product &product) {
  product.input = op.getInput(), product.weights = op.getFilter(), product.bias = op.getBias();
  auto filter = cast<RankedTensorType>(op.getFilter().getType());
  product.index.rowsPerGroup = filter.getDimSize(0) / static_cast<int64_t>(op.getGroup());
  auto padded = [](int64_t amount) { return amount != 0; };
  product.bordered =
      llvm::any_of(op.getPadsBegin(), padded) || llvm::any_of(op.getPadsEnd(), padded);
  return true;
}

static bool describe(nn::ConvTransposeOp op, Product &product) {
  product.input = op.getInput(), product.weights = op.getFilter(), product.bias = op.getBias();
  auto filter = cast<RankedTensorType>(op.getFilter().getType());
  product.index.rowsPerGroup = filter.getDimSize(0) / static_cast<int64_t>(op.getGroup());
  product.index.rowsAreOutputs = false;
  product.bordered = true;
  return true;
}

static bool describe(nn::MatMulOp op, Product &product) {
  bool right = op.getRhs().getDefiningOp<nn::ConstantOp>() != nullptr;
  product.input = right ? op.getLhs() : op.getRhs();
  product.weights = right ? op.getRhs() : op.getLhs();
  int64_t rank = cast<RankedTensorType>(op.getType()).getRank(),
          inputRank = cast<RankedTensorType>(product.input.getType()).getRank();
  product.outputDim = rank - (right ? 1 : 2);
  bool contractsLast = right ? !op.getTransposeLhs() : op.getTransposeRhs();
  product.inputDim = inputRank - (contractsLast ? 1 : 2);
  product.index.rowsAreOutputs = right ? op.getTransposeRhs() : !op.getTransposeLhs();
  return true;
}

std::optional<Product> productOf(Operation *op) {
  Product product;
  product.op = op;
  bool known = false;
  if (auto conv = dyn_cast_if_present<nn::ConvOp>(op))
    known = describe(conv, product);
  else if (auto transposed = dyn_cast_if_present<nn::ConvTransposeOp>(op))
    known = describe(transposed, product);
  else if (auto matmul = dyn_cast_if_present<nn::MatMulOp>(op))
    known = describe(matmul, product);
  std::optional<Tensor> elements = known ? constantOf(product.weights) : std::nullopt;
  if (!elements || !elements->isFloat() || elements->size() == 0)
    return std::nullopt;
  product.elements = *elements;
  product.sharedWeights = !product.weights.hasOneUse();
  WeightIndex &index = product.index;
  int64_t first = product.isMatMul() ? elements->rank() - 2 : 0;
  index.rows = elements->dim(first), index.columns = elements->dim(first + 1);
  index.inner = product.isMatMul() ? 1 : kernelSize(*elements);
  if (product.isMatMul())
    index.rowsPerGroup = index.rows;
  return product;
}

static double smallestNormal(ElementType type) {
  switch (type) {
  case ElementType::F16:
    return 0x1p-14;
  case ElementType::F64:
    return 0x1p-1022;
  default:
    return 0x1p-126;
  }
}

std::optional<Tensor> scaleWeights(const Product &product, const std::vector<double> &scale,
                                   bool byOutput) {
  const Tensor &weights = product.elements;
  Tensor scaled = Tensor::zeros(weights.shape(), weights.type());
  std::vector<double> largest(scale.size(), 0), largestBefore(scale.size(), 0);
  for (int64_t i = 0; i < weights.size(); ++i) {
    auto c = static_cast<size_t>(byOutput ? product.index.output(i) : product.index.input(i));
    double number = weights.real(i) * scale[c];
    scaled.setReal(i, number);
    if (std::isfinite(weights.real(i)) && !std::isfinite(scaled.real(i)))
      return std::nullopt;
    largest[c] = std::max(largest[c], std::fabs(number));
    largestBefore[c] = std::max(largestBefore[c], std::fabs(weights.real(i)));
  }
  double least = smallestNormal(weights.type());
  for (size_t c = 0; c < scale.size(); ++c)
    if (scale[c] != 0 && largest[c] < least && largestBefore[c] >= least)
      return std::nullopt;
  return scaled;
}

std::vector<double> weightedSums(const Product &product, const std::vector<double> &inputs) {
  const WeightIndex &index = product.index;
  auto type = cast<RankedTensorType>(product.op->getResult(0).getType());
  std::vector<double> sums(
      static_cast<size_t>(type.getDimSize(static_cast<unsigned>(product.outputDim))), 0);
  for (int64_t i = 0; i < product.elements.size(); ++i)
    sums[static_cast<size_t>(index.output(i))] +=
        product.elements.real(i) * inputs[static_cast<size_t>(index.input(i))];
  return sums;
}

} // namespace nnc
