// nnc-lower-quantized: write quantized numbers as their integers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "lib/Reference/Evaluate.h"
#include "passes/Quantization/Passes.h"
#include "passes/Quantization/ProductPlans.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_LOWERQUANTIZEDPASS
#include "passes/Quantization/Passes.h.inc"

namespace {

/// Scales and zero points of a quantized type, as constants that broadcast to a tensor.
struct Parameters {
  Parameters(quant::QuantizedType type, int64_t rank) : type(type) {
    if (auto one = dyn_cast<quant::UniformQuantizedType>(type)) {
      scales = {static_cast<float>(one.getScale())}, zeroPoints = {one.getZeroPoint()};
      return;
    }
    auto byAxis = cast<quant::UniformQuantizedPerAxisType>(type);
    for (double scale : byAxis.getScales())
      scales.push_back(static_cast<float>(scale));
    llvm::append_range(zeroPoints, byAxis.getZeroPoints());
    shape.assign(static_cast<size_t>(rank - byAxis.getQuantizedDimension()), 1);
    shape[0] = static_cast<int64_t>(scales.size());
  }

  bool hasZeroPoint() const {
    return llvm::any_of(zeroPoints, [](int64_t zero) { return zero != 0; });
  }
  Value scale(OpBuilder &builder, Location loc) const {
    auto tensor = RankedTensorType::get(shape, builder.getF32Type());
    return nn::ConstantOp::create(builder, loc, DenseElementsAttr::get(tensor, ArrayRef(scales)));
  }
  Value realZeroPoint(OpBuilder &builder, Location loc) const {
    auto tensor = RankedTensorType::get(shape, builder.getF32Type());
    SmallVector<float> values(zeroPoints.begin(), zeroPoints.end());
    return nn::ConstantOp::create(builder, loc, DenseElementsAttr::get(tensor, ArrayRef(values)));
  }
  Value zeroPoint(OpBuilder &builder, Location loc) const {
    auto tensor = RankedTensorType::get(shape, builder.getI32Type());
    SmallVector<int32_t> values(zeroPoints.begin(), zeroPoints.end());
    return nn::ConstantOp::create(builder, loc, DenseElementsAttr::get(tensor, ArrayRef(values)));
  }

  quant::QuantizedType type;
  SmallVector<float> scales;
  SmallVector<int64_t> zeroPoints;
  SmallVector<int64_t> shape;
};

/// q = saturate(round(x / S) + z)
Value lower(OpBuilder &builder, nn::QuantizeOp op) {
  Location loc = op.getLoc();
  RankedTensorType real = typeOf(op.getInput());
  auto quantized = cast<quant::QuantizedType>(typeOf(op.getResult()).getElementType());
  Parameters parameters(quantized, real.getRank());
  auto binary = [&](nn::BinaryKind kind, Value a, Value b) {
    return nn::BinaryOp::create(builder, loc, real, kind, a, b);
  };
  Value x = binary(nn::BinaryKind::div, op.getInput(), parameters.scale(builder, loc));
  x = nn::UnaryOp::create(builder, loc, real, nn::UnaryKind::round, x, FloatAttr(), FloatAttr(),
                          FloatAttr());
  if (parameters.hasZeroPoint())
    x = binary(nn::BinaryKind::add, x, parameters.realZeroPoint(builder, loc));
  auto stored = RankedTensorType::get(real.getShape(), nn::storageType(quantized));
  Value q = nn::CastOp::create(builder, loc, stored, x, /*saturate=*/true);
  if (quantized.hasStorageTypeBounds())
    q = nn::ClampOp::create(
        builder, loc, stored, q,
        builder.getF64FloatAttr(static_cast<double>(quantized.getStorageTypeMin())),
        builder.getF64FloatAttr(static_cast<double>(quantized.getStorageTypeMax())));
  return storageCast(builder, loc, q, quantized);
}

/// y = float(q − z)·S
Value lower(OpBuilder &builder, nn::DequantizeOp op) {
  Location loc = op.getLoc();
  RankedTensorType real = typeOf(op.getResult());
  auto quantized = cast<quant::QuantizedType>(typeOf(op.getInput()).getElementType());
  Parameters parameters(quantized, real.getRank());
  Value q = storageCast(builder, loc, op.getInput(), nn::storageType(quantized));
  auto wide = RankedTensorType::get(real.getShape(), builder.getI32Type());
  if (parameters.hasZeroPoint()) {
    if (q.getType() != wide)
      q = nn::CastOp::create(builder, loc, wide, q, /*saturate=*/false);
    q = nn::BinaryOp::create(builder, loc, wide, nn::BinaryKind::sub, q,
                             parameters.zeroPoint(builder, loc));
  }
  Value y = nn::CastOp::create(builder, loc, real, q, /*saturate=*/false);
  return nn::BinaryOp::create(builder, loc, real, nn::BinaryKind::mul, y,
                              parameters.scale(builder, loc));
}

/// Whether a product reads real numbers, of which it can as well read the integers.
bool readsWeights(OpOperand &use) {
  auto product = dyn_cast<nn::MatMulOp>(use.getOwner());
  return product && use.getOperandNumber() == 1 && typeOf(use.get()).getRank() == 2 &&
         typeOf(product.getLhs()).getElementType().isF32() &&
         !product.getLhs().getDefiningOp<nn::ConstantOp>() && product.getLhs() != use.get();
}

/// Weights that nothing but products read stay bytes: matmul(a, dequantize(w)) →
/// matmul(a, cast(w − z))·S. False where they cannot.
bool keepWeights(OpBuilder &builder, nn::DequantizeOp op) {
  std::optional<Stored> stored = Stored::of(op.getResult());
  if (op->use_empty() || stored->bits() != 8 || !llvm::all_of(op->getUses(), readsWeights))
    return false;
  bool transposed = cast<nn::MatMulOp>(*op->user_begin()).getTransposeRhs();
  auto isTransposed = [&](Operation *user) {
    return cast<nn::MatMulOp>(user).getTransposeRhs() == transposed;
  };
  std::string reason;
  std::optional<Weights> weights = readWeights(*stored, transposed ? 0 : 1, reason);
  if (!weights || weights->integers.type() != ElementType::I8 ||
      !llvm::all_of(op->getUsers(), isTransposed))
    return false;
  Location loc = op.getLoc();
  Value bytes = weightConstant(builder, loc, *weights);
  Value real = nn::CastOp::create(builder, loc, op.getType(), bytes, /*saturate=*/false);
  SmallVector<float> factors(weights->scales.begin(), weights->scales.end());
  bool equal = llvm::all_equal(factors);
  auto shape =
      equal ? SmallVector<int64_t>{} : SmallVector<int64_t>{static_cast<int64_t>(factors.size())};
  Value scale = nn::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(RankedTensorType::get(shape, builder.getF32Type()),
                             ArrayRef(factors).take_front(equal ? 1 : factors.size())));
  for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
    auto product = cast<nn::MatMulOp>(use.getOwner());
    use.set(real);
    builder.setInsertionPointAfter(product);
    auto scaled = nn::BinaryOp::create(builder, product.getLoc(), product.getType(),
                                       nn::BinaryKind::mul, product, scale);
    product.getResult().replaceAllUsesExcept(scaled, scaled);
  }
  return true;
}

/// Numbers that quantized constants stand for are constants.
Value evaluated(OpBuilder &builder, nn::DequantizeOp op) {
  constexpr int64_t kMostElements = int64_t(1) << 28; // splats may have any size
  auto cast = op.getInput().getDefiningOp<nn::StorageCastOp>();
  if (op.getType().getNumElements() > kMostElements)
    return {};
  auto constant = cast ? cast.getInput().getDefiningOp<nn::ConstantOp>() : nn::ConstantOp();
  auto integers = constant ? reference::Tensor::fromAttr(constant.getValue()) : std::nullopt;
  if (!integers)
    return {};
  llvm::Expected<reference::Tensors> numbers = reference::evaluate(op, *integers);
  if (!numbers) {
    llvm::consumeError(numbers.takeError());
    return {};
  }
  constexpr int64_t kResourceBytes = 4096;
  return nn::ConstantOp::create(builder, op.getLoc(),
                                numbers->front().toAttr(op.getContext(), kResourceBytes));
}

/// The first type of an operator that is quantized.
Type quantizedType(Operation *op) {
  for (Type type : llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      if (isa<quant::QuantizedType>(tensor.getElementType()))
        return type;
  return {};
}

struct LowerQuantizedPass : impl::LowerQuantizedPassBase<LowerQuantizedPass> {
  static void replaceDequantize(IRRewriter &rewriter, nn::DequantizeOp op) {
    if (keepWeights(rewriter, op))
      return rewriter.eraseOp(op);
    Value constant = evaluated(rewriter, op);
    rewriter.replaceOp(op, constant ? constant : lower(rewriter, op));
  }

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<Operation *> casts;
    getOperation().walk([&](Operation *op) {
      rewriter.setInsertionPoint(op);
      if (auto quantize = dyn_cast<nn::QuantizeOp>(op))
        rewriter.replaceOp(op, lower(rewriter, quantize));
      else if (auto dequantize = dyn_cast<nn::DequantizeOp>(op))
        replaceDequantize(rewriter, dequantize);
    });
    getOperation().walk([&](nn::StorageCastOp op) { casts.push_back(op); });
    for (Operation *op : casts) { // in the order of the program: each finds its source settled
      SmallVector<Value> folded;
      if (succeeded(rewriter.tryFold(op, folded)))
        rewriter.replaceAllUsesWith(op->getResults(), folded);
    }
    for (Operation *op : llvm::reverse(casts))
      if (op->use_empty())
        rewriter.eraseOp(op);
    getOperation().walk([&](Operation *op) {
      if (Type type = quantizedType(op)) {
        op->emitOpError("computes with ") << type
                                          << ", expected its integers; nn.storage_cast gives "
                                             "them";
        signalPassFailure();
      }
    });
  }
};

} // namespace

} // namespace nnc
