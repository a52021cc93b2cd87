// nn.quantize and nn.dequantize move through operators that move or choose elements: integers move
// as well, and the largest of them is that of the largest number.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/FoldQdq.h"
#include "passes/Quantization/Movement.h"

#include "mlir/IR/IRMapping.h"

#include <cmath>

using namespace mlir;

namespace nnc {

namespace {

/// Operators whose result holds elements of their operands, or zeros, and nothing else.
bool movesOrChooses(Operation *op) {
  if (auto binary = dyn_cast<nn::BinaryOp>(op))
    return binary.getKind() == nn::BinaryKind::max || binary.getKind() == nn::BinaryKind::min;
  return isa<nn::ConcatOp>(op) || movesFirstOperand(op);
}

/// The operands that hold elements, which are real numbers.
SmallVector<unsigned> elementOperands(Operation *op) {
  if (isa<nn::ConcatOp, nn::BinaryOp>(op))
    return llvm::to_vector(llvm::seq<unsigned>(0, op->getNumOperands()));
  return {0};
}

/// The numbers between which clamp and relu leave their operand, as integers of a type; nothing
/// for other operators.
std::optional<std::pair<int64_t, int64_t>> limitsOf(Operation *op,
                                                    quant::UniformQuantizedType type) {
  double infinity = std::numeric_limits<double>::infinity(), low = -infinity, high = infinity;
  if (auto clamp = dyn_cast<nn::ClampOp>(op)) {
    low = clamp.getLow() ? clamp.getLow()->convertToDouble() : low;
    high = clamp.getHigh() ? clamp.getHigh()->convertToDouble() : high;
  } else if (auto unary = dyn_cast<nn::UnaryOp>(op);
             unary && unary.getKind() == nn::UnaryKind::relu) {
    low = 0;
  } else {
    return std::nullopt;
  }
  auto integer = [&](double real) {
    double q = std::nearbyint(static_cast<float>(real) / static_cast<float>(type.getScale())) +
               static_cast<double>(type.getZeroPoint());
    return static_cast<int64_t>(std::clamp(q, static_cast<double>(type.getStorageTypeMin()),
                                           static_cast<double>(type.getStorageTypeMax())));
  };
  return std::pair(integer(low), integer(high));
}

/// Integers limited to a range; themselves where it is that of their type.
Value limited(OpBuilder &builder, Location loc, Value integers, std::pair<int64_t, int64_t> range,
              quant::QuantizedType type) {
  bool below = range.first > type.getStorageTypeMin(),
       above = range.second < type.getStorageTypeMax();
  if (!below && !above)
    return integers;
  auto number = [&](bool needed, int64_t value) {
    return needed ? builder.getF64FloatAttr(static_cast<double>(value)) : FloatAttr();
  };
  return nn::ClampOp::create(builder, loc, integers.getType(), integers, number(below, range.first),
                             number(above, range.second));
}

/// The same operator on integers. An operand of zeros that a pad adds becomes the zero point.
Value onIntegers(PatternRewriter &rewriter, Operation *op, ArrayRef<Value> integers,
                 quant::QuantizedType type, Location loc) {
  IRMapping mapping;
  for (auto [index, value] : llvm::zip_equal(elementOperands(op), integers))
    mapping.map(op->getOperand(index), value);
  Type storage = nn::storageType(type);
  if (auto pad = dyn_cast<nn::PadOp>(op); pad && pad.getMode() == nn::PadMode::constant) {
    auto zero = cast<quant::UniformQuantizedType>(type).getZeroPoint();
    auto scalar = RankedTensorType::get({}, storage);
    Value value = nn::ConstantOp::create(
        rewriter, pad.getLoc(),
        DenseElementsAttr::get(scalar, APInt(storage.getIntOrFloatBitWidth(),
                                             static_cast<uint64_t>(zero), true, true)));
    auto moved = RankedTensorType::get(pad.getType().getShape(), storage);
    return nn::PadOp::create(rewriter, loc, moved, pad.getMode(), integers[0], value, pad.getLow(),
                             pad.getHigh());
  }
  Operation *copy = rewriter.clone(*op, mapping);
  copy->getResult(0).setType(RankedTensorType::get(typeOf(op->getResult(0)).getShape(), storage));
  copy->setLoc(loc);
  return copy->getResult(0);
}

/// quantize(move(x)) → move(quantize(x)), quantize(relu(x)) → max(quantize(x), z)
struct RaiseQuantize : OpRewritePattern<nn::QuantizeOp> {
  /// Before a table is made of relu.
  explicit RaiseQuantize(MLIRContext *context)
      : OpRewritePattern(context, /*benefit=*/PatternBenefit(2)) {}

  LogicalResult matchAndRewrite(nn::QuantizeOp op, PatternRewriter &rewriter) const override {
    Operation *root = op.getInput().getDefiningOp();
    auto type = dyn_cast<quant::UniformQuantizedType>(typeOf(op.getResult()).getElementType());
    if (!root || !type || !op.getInput().hasOneUse())
      return rewriter.notifyMatchFailure(op, "no operator of its own, or by axis");
    auto limits = limitsOf(root, type);
    if (!limits && !movesOrChooses(root))
      return rewriter.notifyMatchFailure(op, "the operator computes new numbers");
    if (!limits && !readsIntegers(root))
      return rewriter.notifyMatchFailure(op, "no operand comes from integers");
    auto quantized = [&](Value real) {
      auto shaped = RankedTensorType::get(typeOf(real).getShape(), type);
      Value q = nn::QuantizeOp::create(rewriter, root->getLoc(), shaped, real);
      return storageCast(rewriter, root->getLoc(), q, nn::storageType(type));
    };
    Value integers;
    if (limits) {
      integers = limited(rewriter, op.getLoc(), quantized(root->getOperand(0)), *limits, type);
    } else {
      SmallVector<Value> operands;
      for (unsigned i : elementOperands(root))
        operands.push_back(quantized(root->getOperand(i)));
      integers = onIntegers(rewriter, root, operands, type, op.getLoc());
    }
    rewriter.replaceOp(op, storageCast(rewriter, op.getLoc(), integers, type));
    return success();
  }

  /// Quantizing before an operator that repeats nothing is never more work; where nothing behind
  /// it is computed with integers it would gain nothing.
  static bool readsIntegers(Operation *root) {
    return llvm::any_of(elementOperands(root), [&](unsigned i) {
      Value operand = root->getOperand(i);
      return operand.getDefiningOp() && !operand.getDefiningOp<nn::ConstantOp>();
    });
  }
};

/// move(dequantize(x)) → dequantize(move(x)), relu(dequantize(x)) → dequantize(max(x, z))
struct SinkDequantize : RewritePattern {
  explicit SinkDequantize(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (op->getNumResults() != 1 || op->getNumOperands() == 0)
      return rewriter.notifyMatchFailure(op, "has not one result");
    std::optional<Stored> first = Stored::of(op->getOperand(0));
    if (!first || !first->isUniform() || first->bits() > 16)
      return rewriter.notifyMatchFailure(op, "its operand is not quantized with one scale");
    auto type = cast<quant::UniformQuantizedType>(first->type);
    auto limits = limitsOf(op, type);
    if (!limits && !movesOrChooses(op))
      return rewriter.notifyMatchFailure(op, "the operator computes new numbers");
    SmallVector<Value> operands;
    for (unsigned i : elementOperands(op)) {
      std::optional<Stored> stored = Stored::of(op->getOperand(i));
      if (!stored || stored->type != type)
        return rewriter.notifyMatchFailure(op, "its operands have different scales");
      operands.push_back(stored->integers(rewriter));
    }
    // Limits that are no multiples of the scale would be rounded.
    if (limits && !areExact(op, type))
      return rewriter.notifyMatchFailure(op, "its limits are no numbers of the type");
    Location loc = op->getLoc();
    Value integers = limits ? limited(rewriter, loc, operands.front(), *limits, type)
                            : onIntegers(rewriter, op, operands, type, loc);
    Value quantized = storageCast(rewriter, loc, integers, type);
    rewriter.replaceOpWithNewOp<nn::DequantizeOp>(op, op->getResult(0).getType(), quantized);
    return success();
  }

  /// Only zero is a number of every type.
  static bool areExact(Operation *op, quant::UniformQuantizedType) {
    auto clamp = dyn_cast<nn::ClampOp>(op);
    if (!clamp)
      return true;
    auto isZero = [](std::optional<APFloat> bound) { return !bound || bound->isZero(); };
    return isZero(clamp.getLow()) && isZero(clamp.getHigh());
  }
};

} // namespace

void populateMovementFolds(RewritePatternSet &patterns) {
  patterns.add<RaiseQuantize, SinkDequantize>(patterns.getContext());
}

} // namespace nnc
