// Sums, differences, products and changes of scale between nn.dequantize and nn.quantize.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/FoldQdq.h"

#include <cmath>

using namespace mlir;

namespace nnc {

namespace {

/// Two operands of one scale each and 8 bits; nothing, with a reason, where they are others.
std::optional<std::pair<Stored, Stored>> readOperands(nn::BinaryOp op, std::string &reason) {
  std::optional<Stored> a = Stored::of(op.getLhs()), b = Stored::of(op.getRhs());
  if (!a || !b) {
    reason = "an operand is not quantized";
    return std::nullopt;
  }
  if (!a->isUniform() || !b->isUniform()) {
    reason = "an operand has several scales";
    return std::nullopt;
  }
  if (a->bits() > 8 || b->bits() > 8) {
    reason = "operands have more than 8 bits: their sums need more than 32";
    return std::nullopt;
  }
  return std::pair(*a, *b);
}

RankedTensorType sumsLike(Value real) {
  return RankedTensorType::get(typeOf(real).getShape(), IntegerType::get(real.getContext(), 32));
}

/// Integers less their zero point, in 32 bits.
Value centred(OpBuilder &builder, Location loc, const Stored &value) {
  Value wide = widen(builder, loc, value.integers(builder));
  auto zero = static_cast<int32_t>(value.zeroPoint());
  if (zero == 0)
    return wide;
  return nn::BinaryOp::create(builder, loc, wide.getType(), nn::BinaryKind::sub, wide,
                              integerConstant(builder, loc, zero, {}));
}

/// a + b as exact sums: with the larger scale S and factors M = round(2^22·S_a / S), the sum
/// M_a·(a − z_a) + M_b·(b − z_b) counts steps of S·2^-22. 2·255·2^22 < 2^31.
struct FoldSum : FoldIntoIntegers {
  using FoldIntoIntegers::FoldIntoIntegers;

  static constexpr int kFractionBits = 22;
  static constexpr int64_t kLargestSum = (int64_t(1) << 31) - 1;

  Value fold(const Request &request) const override {
    auto op = dyn_cast<nn::BinaryOp>(request.root);
    bool subtracts = op && op.getKind() == nn::BinaryKind::sub;
    if (!op || (!subtracts && op.getKind() != nn::BinaryKind::add))
      return {};
    auto operands = readOperands(op, request.reason);
    if (!operands)
      return {};
    auto &[a, b] = *operands;
    double larger = std::max(a.scale(), b.scale()), one = std::ldexp(1.0, kFractionBits);
    auto factorOf = [&](const Stored &value) {
      return static_cast<int32_t>(std::nearbyint(value.scale() / larger * one));
    };
    int32_t ma = factorOf(a), mb = subtracts ? -factorOf(b) : factorOf(b);
    double scale = larger / one / static_cast<float>(request.result.getScale());
    if (!canRequantize(scale, request.result))
      return request.because("the scales of operands and result are too far apart");
    auto offset = static_cast<int32_t>(-(ma * a.zeroPoint() + mb * b.zeroPoint()));
    Value sums = build(request, op, {ma, mb, offset}, a, b);
    return requantize(request.rewriter, request.loc, {sums, kLargestSum}, scale, {},
                      request.result);
  }

  struct Factors {
    int32_t a, b, offset;
  };

  static Value build(const Request &request, nn::BinaryOp op, Factors factors, const Stored &a,
                     const Stored &b) {
    OpBuilder &builder = request.rewriter;
    Location loc = op.getLoc();
    auto binary = [&](Type type, nn::BinaryKind kind, Value x, Value y) -> Value {
      return nn::BinaryOp::create(builder, loc, type, kind, x, y);
    };
    auto scaled = [&](const Stored &value, int32_t factor) {
      Value wide = widen(builder, loc, value.integers(builder));
      return binary(wide.getType(), nn::BinaryKind::mul, wide,
                    integerConstant(builder, loc, factor, {}));
    };
    RankedTensorType type = sumsLike(op.getResult());
    Value sum = binary(type, nn::BinaryKind::add, scaled(a, factors.a), scaled(b, factors.b));
    if (factors.offset == 0)
      return sum;
    return binary(type, nn::BinaryKind::add, sum,
                  integerConstant(builder, loc, factors.offset, {}));
  }
};

/// a · b → requantize((a − z_a)·(b − z_b))
struct FoldProduct : FoldIntoIntegers {
  using FoldIntoIntegers::FoldIntoIntegers;

  Value fold(const Request &request) const override {
    auto op = dyn_cast<nn::BinaryOp>(request.root);
    if (!op || op.getKind() != nn::BinaryKind::mul)
      return {};
    auto operands = readOperands(op, request.reason);
    if (!operands)
      return {};
    auto &[a, b] = *operands;
    double scale = a.scale() * b.scale() / static_cast<float>(request.result.getScale());
    if (!canRequantize(scale, request.result))
      return request.because("the scales of operands and result are too far apart");
    OpBuilder &builder = request.rewriter;
    Value product =
        nn::BinaryOp::create(builder, op.getLoc(), sumsLike(op.getResult()), nn::BinaryKind::mul,
                             centred(builder, op.getLoc(), a), centred(builder, op.getLoc(), b));
    return requantize(builder, request.loc, {product, a.reach() * b.reach()}, scale, {},
                      request.result);
  }
};

/// quantize(dequantize(x)) → x, or its integers less the zero point requantized
struct FoldRescale : FoldIntoIntegers {
  using FoldIntoIntegers::FoldIntoIntegers;

  Value fold(const Request &request) const override {
    if (!isa<nn::DequantizeOp>(request.root))
      return {};
    std::optional<Stored> x = Stored::of(request.root->getResult(0));
    if (x->type == request.result)
      return x->integers(request.rewriter);
    if (!x->isUniform())
      return request.because("it has several scales");
    if (x->bits() > 16)
      return request.because("it has more than 16 bits");
    double scale = x->scale() / static_cast<float>(request.result.getScale());
    if (!canRequantize(scale, request.result))
      return request.because("the two scales are too far apart");
    Value sums = centred(request.rewriter, request.loc, *x);
    return requantize(request.rewriter, request.loc, {sums, x->reach()}, scale, {}, request.result);
  }
};

} // namespace

void populateArithmeticFolds(RewritePatternSet &patterns, FoldIntoIntegers::Reasons &reasons) {
  patterns.add<FoldSum, FoldProduct, FoldRescale>(patterns.getContext(), reasons);
}

} // namespace nnc
