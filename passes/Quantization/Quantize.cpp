// nnc-quantize: put nn.quantize and nn.dequantize where a network's values get integers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/QuantizedRange.h"
#include "passes/Graph/Constants.h"
#include "passes/Graph/Products.h"
#include "passes/Quantization/Passes.h"
#include "passes/Quantization/QuantizationPoints.h"
#include "passes/Quantization/StoredValues.h"

#include <cmath>

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "passes/Quantization/Passes.h.inc"

namespace {

constexpr numerics::IntegerRange kInt8{-128, 127};
/// Largest weight: −128 is left out, so that weights are symmetric.
constexpr int64_t kLargestWeight = 127;

/// The range that calibration has found; nothing where there is none.
std::optional<numerics::RealRange> rangeOf(Value value) {
  DenseF64ArrayAttr range;
  if (auto argument = dyn_cast<BlockArgument>(value))
    range = cast<func::FuncOp>(argument.getOwner()->getParentOp())
                .getArgAttrOfType<DenseF64ArrayAttr>(argument.getArgNumber(), kRangeAttr);
  else
    range = value.getDefiningOp()->getAttrOfType<DenseF64ArrayAttr>(kRangeAttr);
  if (!range || range.size() != 2 || !std::isfinite(range[0]) || !std::isfinite(range[1]) ||
      range[0] > range[1])
    return std::nullopt;
  return numerics::RealRange{range[0], range[1]};
}

quant::UniformQuantizedType int8Type(Builder &builder, numerics::AffineScale scale) {
  return quant::UniformQuantizedType::get(quant::QuantizationFlags::Signed,
                                          builder.getIntegerType(8), builder.getF32Type(),
                                          scale.scale, scale.zeroPoint, kInt8.low, kInt8.high);
}

/// Weights as integers, a scale for each output channel.
struct IntegerWeights {
  reference::Tensor integers;
  SmallVector<double> scales;

  double value(int64_t i, const WeightIndex &index) const {
    return static_cast<double>(integers.integer(i)) * scales[static_cast<size_t>(index.output(i))];
  }
};

/// The scale of a channel: reaches its largest weight, and is so large that its bias, counted in
/// steps of the input's scale times this one, stays well within 32 bits.
double weightScale(double largest, double bias, double inputScale) {
  double step = numerics::symmetricScaleOf(largest, kLargestWeight).scale;
  double least = std::fabs(bias) / inputScale * 0x1p-29;
  if (largest == 0 && bias != 0)
    step = std::fabs(bias) / inputScale * 0x1p-20;
  return static_cast<float>(std::max(step, least));
}

IntegerWeights quantizeWeights(const Product &product, ArrayRef<double> bias, double inputScale,
                               size_t channels) {
  const reference::Tensor &weights = product.elements;
  std::vector<double> largest(channels, 0.0);
  for (int64_t i = 0; i < weights.size(); ++i) {
    auto c = static_cast<size_t>(product.index.output(i));
    largest[c] = std::max(largest[c], std::fabs(weights.real(i)));
  }
  IntegerWeights result;
  for (size_t c = 0; c < channels; ++c)
    result.scales.push_back(weightScale(largest[c], bias.empty() ? 0 : bias[c], inputScale));
  result.integers = reference::Tensor::zeros(weights.shape(), ElementType::I8);
  for (int64_t i = 0; i < weights.size(); ++i) {
    double q = weights.real(i) / result.scales[static_cast<size_t>(product.index.output(i))];
    constexpr auto kMost = static_cast<double>(kLargestWeight);
    result.integers.setInteger(i,
                               static_cast<int64_t>(std::clamp(std::nearbyint(q), -kMost, kMost)));
  }
  return result;
}

/// What quantized weights add to the mean of each channel of a product's result.
std::vector<double> shiftsOf(const Product &product, const IntegerWeights &quantized,
                             ArrayRef<double> means) {
  std::vector<double> shifts(quantized.scales.size(), 0.0);
  for (int64_t i = 0; i < product.elements.size(); ++i)
    shifts[static_cast<size_t>(product.index.output(i))] +=
        (quantized.value(i, product.index) - product.elements.real(i)) *
        means[static_cast<size_t>(product.index.input(i))];
  return shifts;
}

struct QuantizePass : impl::QuantizePassBase<QuantizePass> {
  using QuantizePassBase::QuantizePassBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    auto skipped = SkippedLayers::parse(skip);
    if (!skipped) {
      function.emitError("nnc-quantize: skip=") << llvm::toString(skipped.takeError());
      return signalPassFailure();
    }
    QuantizationPoints points = findQuantizationPoints(function, *skipped);
    for (Value value : points.values)
      quantize(value);
    for (OpOperand *operand : points.constants)
      quantizeConstant(*operand);
    for (Operation *op : points.products)
      quantizeProduct(op);
    removeNotes(function);
  }

private:
  /// Gives every reader of a value what its integers stand for.
  static void quantize(Value value) {
    std::optional<numerics::RealRange> range = rangeOf(value);
    if (!range) {
      emitRemark(value.getLoc())
          << "stays in floating point: no range of it is known; nnc-calibrate finds one";
      return;
    }
    OpBuilder builder(value.getContext());
    builder.setInsertionPointAfterValue(value);
    auto type = int8Type(builder, numerics::scaleOf(*range, kInt8));
    Location loc = value.getLoc();
    auto quantized = nn::QuantizeOp::create(
        builder, loc, RankedTensorType::get(typeOf(value).getShape(), type), value);
    auto real = nn::DequantizeOp::create(builder, loc, value.getType(), quantized);
    value.replaceAllUsesExcept(real.getResult(), quantized);
  }

  static Value storedConstant(OpBuilder &builder, Location loc, const reference::Tensor &integers,
                              Type element, Type real) {
    Value constant = makeConstant(builder, loc, integers);
    Value quantized = storageCast(builder, loc, constant, element);
    return nn::DequantizeOp::create(builder, loc, real, quantized);
  }

  /// An operand of a sum or product of two tensors.
  static void quantizeConstant(OpOperand &operand) {
    std::optional<reference::Tensor> elements = constantOf(operand.get());
    if (!elements || elements->size() == 0)
      return;
    numerics::RealRange range;
    for (int64_t i = 0; i < elements->size(); ++i) {
      range.low = std::min(range.low, elements->real(i));
      range.high = std::max(range.high, elements->real(i));
    }
    numerics::AffineScale scale = numerics::scaleOf(range, kInt8);
    auto integers = reference::Tensor::zeros(elements->shape(), ElementType::I8);
    for (int64_t i = 0; i < elements->size(); ++i)
      integers.setInteger(i, static_cast<int64_t>(std::clamp(
                                 std::nearbyint(elements->real(i) / scale.scale) +
                                     static_cast<double>(scale.zeroPoint),
                                 static_cast<double>(kInt8.low), static_cast<double>(kInt8.high))));
    OpBuilder builder(operand.getOwner());
    operand.set(storedConstant(builder, operand.get().getLoc(), integers, int8Type(builder, scale),
                               operand.get().getType()));
  }

  /// The constant that is added to a product, as an operand; null without one.
  static OpOperand *biasOf(Operation *op) {
    if (isa<nn::ConvOp>(op))
      return op->getNumOperands() > 2 ? &op->getOpOperand(2) : nullptr;
    if (!op->hasOneUse())
      return nullptr;
    auto sum = dyn_cast<nn::BinaryOp>(*op->user_begin());
    if (!sum || sum.getKind() != nn::BinaryKind::add)
      return nullptr;
    OpOperand &other = sum->getOpOperand(sum.getLhs() == op->getResult(0) ? 1 : 0);
    return constantOf(other.get()) ? &other : nullptr;
  }

  /// The integers that a value's elements come from.
  static std::optional<Stored> storedOrigin(Value value) {
    while (Operation *op = value.getDefiningOp()) {
      if (!movesElements(op))
        break;
      value = op->getOperand(0);
    }
    return Stored::of(value);
  }

  void quantizeProduct(Operation *op) {
    std::optional<Product> product = productOf(op);
    std::optional<Stored> input = product ? storedOrigin(product->input) : std::nullopt;
    if (!input)
      return; // has no range, and a remark
    auto type = typeOf(op->getResult(0));
    auto channels = static_cast<size_t>(type.getDimSize(static_cast<unsigned>(product->outputDim)));
    OpOperand *bias = biasOf(op);
    std::vector<double> values;
    if (std::optional<reference::Tensor> elements = bias ? constantOf(bias->get()) : std::nullopt;
        elements && elements->size() == static_cast<int64_t>(channels))
      values = elements->dense().reals();
    IntegerWeights weights = quantizeWeights(*product, values, input->scale(), channels);
    if (biasCorrection)
      correctBias(*product, weights, bias, values);
    OpBuilder builder(op);
    int64_t rank = product->elements.rank();
    int64_t axis = 0;
    if (product->isMatMul())
      axis = rank - (cast<nn::MatMulOp>(op).getTransposeRhs() ? 2 : 1);
    auto element = quant::UniformQuantizedPerAxisType::get(
        quant::QuantizationFlags::Signed, builder.getIntegerType(8), builder.getF32Type(),
        weights.scales, SmallVector<int64_t>(channels, 0), static_cast<int32_t>(axis), kInt8.low,
        kInt8.high);
    op->setOperand(1, storedConstant(builder, product->weights.getLoc(), weights.integers, element,
                                     product->weights.getType()));
  }

  /// Takes the mean error of the weights off the bias.
  static void correctBias(const Product &product, const IntegerWeights &weights, OpOperand *bias,
                          const std::vector<double> &values) {
    auto means = product.op->getAttrOfType<DenseF64ArrayAttr>(kInputMeansAttr);
    int64_t inputs = typeOf(product.input).getDimSize(static_cast<unsigned>(product.inputDim));
    if (!bias || values.empty() || !means || means.size() != inputs)
      return;
    std::vector<double> shifts = shiftsOf(product, weights, means.asArrayRef());
    auto type = typeOf(bias->get());
    reference::Tensor corrected = reference::Tensor::zeros(type.getShape(), ElementType::F32);
    for (size_t c = 0; c < values.size(); ++c)
      corrected.setReal(static_cast<int64_t>(c), values[c] - shifts[c]);
    OpBuilder builder(bias->getOwner());
    bias->set(makeConstant(builder, bias->get().getLoc(), corrected));
  }

  /// Removes what calibration has noted.
  static void removeNotes(func::FuncOp function) {
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      function.removeArgAttr(i, kRangeAttr);
    function.walk([](Operation *op) {
      op->removeDiscardableAttr(kRangeAttr);
      op->removeDiscardableAttr(kInputMeansAttr);
    });
  }
};

} // namespace

} // namespace nnc
