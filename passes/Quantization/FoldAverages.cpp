// Means and average pools between nn.dequantize and nn.quantize.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/FoldQdq.h"

using namespace mlir;

namespace nnc {

namespace {

/// Sums of more elements than this may leave 32 bits: 2^31 / 2^16, or / 2^8 and more.
int64_t mostElements(const Stored &value) { return int64_t(1) << (31 - value.bits() - 1); }

/// Σ or mean over whole dimensions → requantize(Σ x − n·z)
struct FoldReduction : FoldIntoIntegers {
  using FoldIntoIntegers::FoldIntoIntegers;

  Value fold(const Request &request) const override {
    auto op = dyn_cast<nn::ReduceOp>(request.root);
    bool isMean = op && op.getKind() == nn::ReduceKind::mean;
    if (!op || (!isMean && op.getKind() != nn::ReduceKind::sum))
      return {};
    std::optional<Stored> x = Stored::of(op.getInput());
    if (!x || !x->isUniform() || x->bits() > 16)
      return request.because("its input is not quantized with one scale and up to 16 bits");
    int64_t count = 1;
    for (int64_t axis : op.getAxes())
      count *= typeOf(op.getInput()).getDimSize(static_cast<unsigned>(axis));
    if (count < 1 || count > mostElements(*x))
      return request.because("sums of " + std::to_string(count) + " elements may leave 32 bits");
    double scale = x->scale() / static_cast<float>(request.result.getScale()) /
                   (isMean ? static_cast<double>(count) : 1.0);
    if (!canRequantize(scale, request.result))
      return request.because("the scales of operand and result are too far apart");
    OpBuilder &builder = request.rewriter;
    Location loc = op.getLoc();
    Value wide = widen(builder, loc, x->integers(builder));
    auto type = RankedTensorType::get(op.getType().getShape(), builder.getI32Type());
    Value sums = nn::ReduceOp::create(builder, loc, type, nn::ReduceKind::sum, wide, op.getAxes(),
                                      op.getKeepDims());
    if (int64_t zero = count * x->zeroPoint())
      sums = nn::BinaryOp::create(builder, loc, type, nn::BinaryKind::sub, sums,
                                  integerConstant(builder, loc, static_cast<int32_t>(zero), {}));
    return requantize(builder, request.loc, {sums, count * x->reach()}, scale, {}, request.result);
  }
};

/// How many elements of a dimension each position of a window covers.
SmallVector<int64_t> coverage(nn::PoolOp op, size_t d) {
  int64_t size = typeOf(op.getInput()).getDimSize(static_cast<unsigned>(d + 2));
  int64_t positions = typeOf(op.getResult()).getDimSize(static_cast<unsigned>(d + 2));
  int64_t before = op.getPadsBegin()[d], after = op.getPadsEnd()[d];
  SmallVector<int64_t> counts(static_cast<size_t>(positions), 0);
  for (auto [i, count] : llvm::enumerate(counts))
    for (int64_t k = 0; k < op.getKernel()[d]; ++k) {
      int64_t at = static_cast<int64_t>(i) * op.getStrides()[d] - before + k * op.getDilations()[d];
      bool padded = op.getCountIncludePad() && at >= -before && at < size + after;
      count += padded || (at >= 0 && at < size);
    }
  return counts;
}

/// An average pool → requantize(conv of each channel with ones); the scale of a place is that of
/// as many elements as its window has.
struct FoldAveragePool : FoldIntoIntegers {
  using FoldIntoIntegers::FoldIntoIntegers;

  Value fold(const Request &request) const override {
    auto op = dyn_cast<nn::PoolOp>(request.root);
    if (!op || op.getKind() != nn::PoolKind::average)
      return {};
    std::optional<Stored> x = Stored::of(op.getInput());
    if (!x || !x->isUniform() || x->bits() > 16)
      return request.because("its input is not quantized with one scale and up to 16 bits");
    int64_t taps = 1, most = mostElements(*x);
    for (int64_t size : op.getKernel())
      taps = size > most ? most + 1 : std::min(taps * size, most + 1);
    if (taps > most)
      return request.because("sums of " + std::to_string(taps) + " elements may leave 32 bits");
    constexpr int64_t kMostPlaces = int64_t(1) << 20;
    SmallVector<int64_t> spatial(op.getType().getShape().drop_front(2));
    SmallVector<double> scales;
    if (!hasBorder(op)) {
      scales = {x->scale() / static_cast<float>(request.result.getScale()) /
                static_cast<double>(taps)};
      spatial.clear();
    } else if (op.getType().getNumElements() <= kMostPlaces) {
      scales = scalesOfPlaces(op, spatial, *x, request.result);
    } else {
      return request.because("its windows have too many places with scales of their own");
    }
    if (!canRequantize(scales, request.result))
      return request.because("the scales of operand and result are too far apart");
    return requantize(request.rewriter, request.loc, {sums(request, op, *x), taps * x->reach()},
                      scales, spatial, request.result);
  }

  /// Whether windows at a border may have fewer elements.
  static bool hasBorder(nn::PoolOp op) {
    auto isZero = [](int64_t value) { return value == 0; };
    return !llvm::all_of(op.getPadsBegin(), isZero) || !llvm::all_of(op.getPadsEnd(), isZero) ||
           !llvm::all_of(op.getCeilExtra(), isZero);
  }

  static SmallVector<double> scalesOfPlaces(nn::PoolOp op, ArrayRef<int64_t> spatial,
                                            const Stored &x, quant::UniformQuantizedType result) {
    SmallVector<double> scales = {x.scale() / static_cast<float>(result.getScale())};
    for (size_t d = 0; d < spatial.size(); ++d) {
      SmallVector<double> finer;
      SmallVector<int64_t> counts = coverage(op, d);
      for (double scale : scales)
        for (int64_t count : counts) // a window without elements has the sum 0
          finer.push_back(scale / static_cast<double>(std::max<int64_t>(count, 1)));
      scales = std::move(finer);
    }
    return scales;
  }

  /// Padding at the end makes place for the windows that begin in the image and end beyond.
  static Value sums(const Request &request, nn::PoolOp op, const Stored &x) {
    OpBuilder &builder = request.rewriter;
    SmallVector<int64_t> shape(op.getType().getShape()), ones = {shape[1], 1}, end;
    llvm::append_range(ones, op.getKernel());
    for (auto [pad, extra] : llvm::zip_equal(op.getPadsEnd(), op.getCeilExtra()))
      end.push_back(pad + extra);
    auto filterType = RankedTensorType::get(ones, builder.getIntegerType(8));
    Value filter = nn::ConstantOp::create(
        builder, op.getLoc(), DenseElementsAttr::get(filterType, builder.getI8IntegerAttr(1)));
    return nn::ConvOp::create(
        builder, op.getLoc(), RankedTensorType::get(shape, builder.getI32Type()),
        x.integers(builder), filter, Value(), op.getStrides(), op.getDilations(), op.getPadsBegin(),
        end, static_cast<uint64_t>(shape[1]), static_cast<uint64_t>(x.zeroPoint()));
  }
};

} // namespace

void populateAverageFolds(RewritePatternSet &patterns, FoldIntoIntegers::Reasons &reasons) {
  patterns.add<FoldReduction, FoldAveragePool>(patterns.getContext(), reasons);
}

} // namespace nnc
