// Runs a model on samples and notes what its values are like.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantizer/Calibration.h"

#include "dialects/NN/NN.h"
#include "lib/Driver/Diagnostics.h"
#include "lib/Quantizer/ObservedProgram.h"
#include "passes/Graph/Products.h"

using namespace mlir;

namespace nnc {

using llvm::Error;
using llvm::Expected;

namespace {

constexpr numerics::IntegerRange kInt8{-128, 127};

/// Sums of each channel of a value over samples.
class ChannelMeans {
public:
  ChannelMeans(Operation *product, RankedTensorType type, int64_t dim)
      : product(product), sums(static_cast<size_t>(type.getDimSize(static_cast<unsigned>(dim)))) {
    for (int64_t d = dim + 1; d < type.getRank(); ++d)
      inner *= static_cast<size_t>(type.getDimSize(static_cast<unsigned>(d)));
  }

  void add(ArrayRef<float> values) {
    for (size_t i = 0; i < values.size(); ++i)
      sums[i / inner % sums.size()] += values[i];
    count += values.size() / sums.size();
  }

  void note() {
    for (double &sum : sums)
      sum /= static_cast<double>(count);
    product->setAttr(kInputMeansAttr, DenseF64ArrayAttr::get(product->getContext(), sums));
  }

private:
  Operation *product;
  std::vector<double> sums;
  size_t inner = 1, count = 0;
};

void noteRange(func::FuncOp function, Value value, numerics::RealRange range) {
  auto attribute = DenseF64ArrayAttr::get(value.getContext(), {range.low, range.high});
  if (auto argument = dyn_cast<BlockArgument>(value))
    function.setArgAttr(argument.getArgNumber(), kRangeAttr, attribute);
  else
    value.getDefiningOp()->setAttr(kRangeAttr, attribute);
}

/// Whether an operator gives probabilities: their range is known, and samples may have none that is
/// certain.
bool givesProbabilities(Value value) {
  if (auto softmax = value.getDefiningOp<nn::SoftmaxOp>())
    return !softmax.getLog();
  auto unary = value.getDefiningOp<nn::UnaryOp>();
  return unary && unary.getKind() == nn::UnaryKind::sigmoid;
}

/// Ranges of the values from what was seen of them.
Error noteRanges(func::FuncOp function, const QuantizationPoints &points,
                 ArrayRef<numerics::Histogram> histograms, const CalibrationOptions &options) {
  for (auto [value, histogram] : llvm::zip_equal(points.values, histograms)) {
    if (histogram.notFinite() > 0)
      return llvm::createStringError(
          describeLocation(value.getLoc()) + " gives " + std::to_string(histogram.notFinite()) +
          " infinite or undefined numbers on the calibration data; leave it in floating point");
    bool whole = points.last.contains(value);
    if (whole && givesProbabilities(value)) {
      noteRange(function, value, {0, 1});
      continue;
    }
    noteRange(function, value,
              numerics::chooseRange(histogram,
                                    whole ? numerics::RangeMethod::MinMax : options.method, kInt8,
                                    options.percentile));
  }
  return Error::success();
}

} // namespace

Error calibrate(ModuleOp module, const QuantizationPoints &points, ArrayRef<TensorSet> samples,
                const CalibrationOptions &options) {
  SmallVector<Value> observed(points.values);
  std::vector<ChannelMeans> means;
  for (Operation *op : points.products) {
    std::optional<Product> product = productOf(op);
    means.emplace_back(op, cast<RankedTensorType>(product->input.getType()), product->inputDim);
    observed.push_back(product->input);
  }
  auto program = ObservedProgram::compile(module, observed);
  if (!program)
    return program.takeError();
  std::vector<numerics::Histogram> histograms(points.values.size());
  for (auto [number, sample] : llvm::enumerate(samples)) {
    if (options.progress)
      options.progress(number);
    Expected<TensorSet> results = (*program)->run(sample);
    if (!results)
      return results.takeError();
    ArrayRef<HostTensor> values = ArrayRef(*results).drop_front((*program)->ownResults());
    for (auto [histogram, value] : llvm::zip(histograms, values))
      histogram.add({realsOf(value).data(), realsOf(value).size()});
    for (auto [mean, value] : llvm::zip_equal(means, values.drop_front(histograms.size())))
      mean.add(realsOf(value));
  }
  if (Error error = noteRanges(entryOf(module), points, histograms, options))
    return error;
  for (ChannelMeans &mean : means)
    mean.note();
  return Error::success();
}

} // namespace nnc
