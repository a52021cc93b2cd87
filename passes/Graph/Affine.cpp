// Operators that scale and shift each channel by constants.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Graph/Affine.h"

#include "dialects/NN/NN.h"
#include "passes/Graph/Constants.h"

#include <cmath>

using namespace mlir;

namespace nnc {

using reference::Tensor;
using Numbers = std::vector<double>;

bool Affine::scales() const {
  return llvm::any_of(scale, [](double s) { return s != 1; });
}

bool Affine::shifts() const {
  return llvm::any_of(shift, [](double t) { return t != 0; });
}

static bool allFinite(const Numbers &numbers) {
  return llvm::all_of(numbers, [](double number) { return std::isfinite(number); });
}

Affine compose(const Affine &first, const Affine &second) {
  Affine both = first;
  for (size_t c = 0; c < both.scale.size(); ++c) {
    both.scale[c] *= second.scale[c];
    both.shift[c] = second.scale[c] * first.shift[c] + second.shift[c];
  }
  return both;
}

/// One number for each channel of dimension `dim` of a tensor of type `type` that the constant is
/// broadcast to, or nothing where it differs along another dimension.
static std::optional<Numbers> perChannel(Value value, RankedTensorType type, int64_t dim) {
  std::optional<Tensor> tensor = constantOf(value);
  if (!tensor || !tensor->isFloat() || tensor->size() == 0)
    return std::nullopt;
  auto channels = static_cast<size_t>(type.getDimSize(static_cast<unsigned>(dim)));
  if (tensor->isSplat())
    return Numbers(channels, tensor->real(0));
  int64_t own = dim - (type.getRank() - tensor->rank()), size = 1, inner = 1;
  for (int64_t d = std::max<int64_t>(own, -1) + 1; d < tensor->rank(); ++d)
    inner *= tensor->dim(d);
  if (own >= 0)
    size = tensor->dim(own);
  Numbers numbers(channels, tensor->real(0));
  for (int64_t i = 0; i < tensor->size(); ++i) {
    // Index 0 of all other dimensions comes first.
    int64_t channel = i / inner % size;
    double number = tensor->real(i);
    if (i == channel * inner)
      numbers[static_cast<size_t>(channel)] = number;
    else if (numbers[static_cast<size_t>(channel)] != number)
      return std::nullopt;
  }
  if (size == 1)
    numbers.assign(channels, numbers[0]);
  return numbers;
}

static std::optional<AffineStep> stepOf(nn::BatchNormOp op) {
  std::optional<Tensor> scale = constantOf(op.getScale()), bias = constantOf(op.getBias());
  std::optional<Tensor> mean = constantOf(op.getMean()), variance = constantOf(op.getVariance());
  if (!scale || !bias || !mean || !variance)
    return std::nullopt;
  AffineStep step{op.getInput(), {}};
  double epsilon = op.getEpsilon().convertToDouble();
  for (int64_t c = 0; c < scale->size(); ++c) {
    double s = scale->real(c) / std::sqrt(variance->real(c) + epsilon);
    step.map.scale.push_back(s);
    step.map.shift.push_back(bias->real(c) - s * mean->real(c));
  }
  return step;
}

static std::optional<AffineStep> stepOf(nn::BinaryOp op, int64_t dim) {
  auto type = cast<RankedTensorType>(op.getType());
  bool constantLhs = op.getLhs().getDefiningOp<nn::ConstantOp>() != nullptr;
  AffineStep step{constantLhs ? op.getRhs() : op.getLhs(), {}};
  if (step.input.getType() != type)
    return std::nullopt;
  std::optional<Numbers> numbers = perChannel(constantLhs ? op.getLhs() : op.getRhs(), type, dim);
  if (!numbers)
    return std::nullopt;
  Affine &map = step.map;
  map.scale.assign(numbers->size(), 1);
  map.shift.assign(numbers->size(), 0);
  switch (op.getKind()) {
  case nn::BinaryKind::add:
    map.shift = *numbers;
    break;
  case nn::BinaryKind::sub:
    map.shift = *numbers;
    for (double &number : constantLhs ? map.scale : map.shift)
      number = -number;
    break;
  case nn::BinaryKind::mul:
    map.scale = *numbers;
    break;
  case nn::BinaryKind::div:
    if (constantLhs)
      return std::nullopt;
    for (auto [s, number] : llvm::zip_equal(map.scale, *numbers))
      s = 1 / number;
    break;
  default:
    return std::nullopt;
  }
  return step;
}

std::optional<AffineStep> affineStep(Operation *op, int64_t dim) {
  std::optional<AffineStep> step;
  if (auto norm = dyn_cast_if_present<nn::BatchNormOp>(op); norm && dim == 1)
    step = stepOf(norm);
  else if (auto binary = dyn_cast_if_present<nn::BinaryOp>(op))
    step = stepOf(binary, dim);
  if (!step || !allFinite(step->map.scale) || !allFinite(step->map.shift))
    return std::nullopt;
  return step;
}

} // namespace nnc
