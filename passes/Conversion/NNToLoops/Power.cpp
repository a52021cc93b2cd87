// Powers of f32 and f64: e^(y·ln|x|), the logarithm and the product in two parts each, since an
// error of the exponent grows by its size. Sums and products with their rounding errors: T. J.
// Dekker, "A floating-point technique for extending the available precision", 1971.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/FunctionEmit.h"
#include "passes/Conversion/NNToLoops/MathPatterns.h"

#include <cmath>

using namespace mlir;

namespace nnc {

namespace {

class Power : FunctionEmit {
public:
  using FunctionEmit::FunctionEmit;

  Value build(Value x, Value y) const;

private:
  /// The unevaluated sum of a number and what rounding took from it.
  struct Pair {
    Value high, low;
  };
  /// a + b for |a| ≥ |b| or a = 0.
  Pair sum(Value a, Value b) const {
    Value high = add(a, b);
    return {high, sub(b, sub(high, a))};
  }
  /// a·b; the halves of the operands have products without rounding.
  Pair product(Value a, Value b) const {
    Value aHigh = upperHalf(a), aLow = sub(a, aHigh), bHigh = upperHalf(b), bLow = sub(b, bHigh);
    Value high = mul(a, b), low = sub(mul(aHigh, bHigh), high);
    low = add(add(low, mul(aHigh, bLow)), mul(aLow, bHigh));
    return {high, add(low, mul(aLow, bLow))};
  }
  Value upperHalf(Value a) const {
    Value bits = bitsOf(a);
    return realOf(bitAnd(bits, whole(bits, isDouble ? -(int64_t(1) << 27) : -(int64_t(1) << 12))));
  }
  /// a = 2ⁿ·m, m in [√½, √2), as n and m − 1, both floats.
  struct Reduced {
    Value n, f;
  };
  Reduced reduce(Value a) const;
  Pair artanhTwice(Value f) const;
  Pair log(Value a) const;
  Value magnitude(Value a, Value y) const;
};

Power::Reduced Power::reduce(Value a) const {
  int fraction = isDouble ? 52 : 23, lift = isDouble ? 54 : 24;
  Value isSmall = less(a, number(isDouble ? 0x1p-1022 : 0x1p-126));
  Value bits = bitsOf(select(isSmall, mul(a, number(std::ldexp(1.0, lift))), a));
  Value rootHalf = whole(bits, isDouble ? 0x3fe6a09e667f3bcd : 0x3f3504f3);
  Value n = shiftRight(sub(bits, rootHalf), fraction, /*isUnsigned=*/false);
  Value f = sub(realOf(sub(bits, shiftLeft(n, fraction))), number(1));
  // A float by addition to 3·2^(fraction − 1), since not every machine converts such integers.
  Value rounder = number(std::ldexp(1.5, fraction));
  Value count = sub(realOf(add(n, bitsOf(rounder))), rounder);
  return {sub(count, select(isSmall, number(lift), number(0))), f};
}

// ln(1 + f) = 2·artanh s = 2s + s·z·(2/3 + 2/5·z + …), s = f/(2 + f), z = s².
Power::Pair Power::artanhTwice(Value f) const {
  Value d = add(f, number(2)), dLow = sub(f, sub(d, number(2)));
  Value s = div(f, d);
  Pair back = product(s, d);
  Value sLow = div(sub(sub(sub(f, back.high), back.low), mul(s, dLow)), d);
  Pair z = product(s, s);
  z.low = add(z.low, mul(add(s, s), sLow));
  Value rest =
      mul(z.high, series(z.high, isDouble ? 10 : 4, [](int i) { return 2.0 / (2 * i + 5); }));
  double twoThirds = isDouble ? 2.0 / 3 : static_cast<float>(2.0 / 3);
  Pair factor = sum(number(twoThirds), rest);
  factor.low = add(factor.low, number(isDouble ? 0x1.5555555555555p-55 : 2.0 / 3 - twoThirds));
  Pair zFactor = product(z.high, factor.high);
  zFactor.low = add(zFactor.low, add(mul(z.high, factor.low), mul(z.low, factor.high)));
  Pair cubic = product(s, zFactor.high);
  cubic.low = add(cubic.low, add(mul(s, zFactor.low), mul(sLow, zFactor.high)));
  Pair result = sum(add(s, s), cubic.high);
  return {result.high, add(result.low, add(add(sLow, sLow), cubic.low))};
}

Power::Pair Power::log(Value a) const {
  auto [n, f] = reduce(a);
  Pair ofFraction = artanhTwice(f);
  // The first part of ln 2 has a product with n that is exact.
  Value whole = mul(n, number(isDouble ? 0x1.62e42fefp-1 : 0x1.63p-1));
  Value part = mul(n, number(isDouble ? 0x1.473de6af278edp-34 : -0x1.bd0105c610ca8p-13));
  Pair result = sum(whole, ofFraction.high);
  result = sum(result.high, add(result.low, add(part, ofFraction.low)));
  result.high = select(less(a, number(INFINITY)), result.high, a); // ∞ and NaN
  result.high = select(equal(a, 0), number(-INFINITY), result.high);
  return result;
}

// aʸ for a ≥ 0; where the exponent is out of the exponential's range its second part is nothing.
Value Power::magnitude(Value a, Value y) const {
  Pair logarithm = log(a), exponent = product(y, logarithm.high);
  Value low = add(exponent.low, mul(y, logarithm.low));
  Value isInside = less(abs(exponent.high), number(1000));
  low = select(isInside, low, number(0));
  Value power = create<math::ExpOp>(exponent.high);
  return select(equal(a, 1), number(1), mul(power, add(number(1), low)));
}

// IEEE 754 powers: x⁰ = 1; negative bases have powers for integers only, with the base's sign for
// odd ones.
Value Power::build(Value x, Value y) const {
  Value a = abs(x), result = magnitude(a, y), half = mul(y, number(0.5));
  auto isWhole = [&](Value value) {
    return compare(FPredicate::OEQ, create<math::FloorOp>(value), value);
  };
  Value wholeExponent = isWhole(y), wholeHalf = isWhole(half);
  Value isNegative = less(x, number(0));
  Value signless = select(less(a, number(INFINITY)), number(NAN), result);
  Value ofFraction = select(isNegative, signless, result);
  Value ofWhole = select(wholeHalf, result, copySign(result, x));
  result = select(wholeExponent, ofWhole, ofFraction);
  return select(equal(y, 0), number(1), result);
}

struct ExpandPower : OpRewritePattern<math::PowFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::PowFOp op, PatternRewriter &rewriter) const override {
    Type element = getElementTypeOrSelf(op.getType());
    if (!element.isF32() && !element.isF64())
      return rewriter.notifyMatchFailure(op, "is a half");
    Power power(rewriter, op.getLoc(), op.getType());
    rewriter.replaceOp(op, power.build(op.getLhs(), op.getRhs()));
    return success();
  }
};

} // namespace

void addPowerPatterns(RewritePatternSet &patterns) {
  patterns.add<ExpandPower>(patterns.getContext(), PatternBenefit(4));
}

} // namespace nnc
