// Functions of f32 without branches: argument reduction, a polynomial, and the way back; subnormal
// arguments and results included. docs/numerics.md states the errors, test/numerics/fit.py computes
// the coefficients.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/FunctionEmit.h"
#include "passes/Conversion/NNToLoops/MathPatterns.h"

#include <cmath>
#include <numbers>

using namespace mlir;

namespace nnc {

namespace {

/// eʳ = 1 + r + r²·P(r) for |r| ≤ ½ ln 2.
constexpr float kExp[] = {1.3882507e-03f, 8.366596e-03f, 4.16672e-02f, 1.6666543e-01f,
                          4.9999997e-01f};
/// ln(1 + f) = f − f²/2 + f³·P(f) for f in [√½ − 1, √2 − 1].
constexpr float kLog[] = {-7.634497e-02f,  1.2761576e-01f, -1.3160183e-01f, 1.4201757e-01f,
                          -1.6623357e-01f, 2.0001227e-01f, -2.500082e-01f,  3.333333e-01f};
/// sin r = r + r³·P(r²) and cos r = 1 − r²/2 + r⁴·P(r²) for |r| ≤ π/4.
constexpr float kSin[] = {-1.9515284e-04f, 8.33216e-03f, -1.6666655e-01f};
constexpr float kCos[] = {2.4433157e-05f, -1.3887316e-03f, 4.1666646e-02f};
/// asin t = t + t³·P(t²) for |t| ≤ ½.
constexpr float kAsin[] = {4.2166304e-02f, 2.4179518e-02f, 4.5470376e-02f, 7.4952975e-02f,
                           1.6666752e-01f};
/// atan t = t + t³·P(t²) for |t| ≤ tan(π/8).
constexpr float kAtan[] = {8.053723e-02f, -1.387768e-01f, 1.997771e-01f, -3.333295e-01f};

/// ln 2 in two parts; products of the first with integers of up to 14 bits are exact.
constexpr double kLn2High = 0x1.63p-1, kLn2Low = -0x1.bd0105c610ca8p-13;
/// π/2 in parts; products of all but the last with integers of up to 13 bits are exact.
constexpr double kHalfPi[] = {0x1.92p+0, 0x1.fb4p-12, 0x1.444p-24, 0x1.68c234p-39};
/// 3·2^22: what is added to it is rounded to an integer that its lowest bits hold.
constexpr double kRounder = 0x1.8p23;
/// The bits of √½, and how far the exponent stands from the lowest bit.
constexpr int64_t kRootHalf = 0x3f3504f3, kExponent = 23;

class SingleFunctions : public FunctionEmit {
public:
  using FunctionEmit::FunctionEmit;
  static bool covers(Type element) { return element.isF32(); }

  Value exp(Value x) const;
  Value expm1(Value x) const;
  Value log(Value x) const;
  Value log1p(Value x) const;
  Value sin(Value x) const { return sine(x, 0); }
  Value cos(Value x) const { return sine(x, 1); }
  Value asin(Value x) const;
  Value acos(Value x) const;
  Value atan(Value x) const;

private:
  /// x = n·ln 2 + r; `shifted` is n + `offset`, an integer, in the lowest bits.
  struct Powers {
    Value r, shifted;
  };
  Powers powersOf(Value x, double offset) const;
  Value sine(Value x, int64_t quadrants) const;
  /// asin of x itself for |x| ≤ ½, else of √((1 − |x|)/2), which is half the angle from ±1.
  struct Arc {
    Value isFar, angle;
  };
  Arc arcOf(Value x) const;
  /// The n for which the number with these bits is 2ⁿ·m, m in [√½, √2).
  Value exponentOf(Value bits) const {
    return shiftRight(sub(bits, whole(bits, kRootHalf)), kExponent, /*isUnsigned=*/false);
  }
  /// m − 1.
  Value fractionOf(Value bits, Value n) const {
    return sub(realOf(sub(bits, shiftLeft(n, kExponent))), number(1));
  }
  Value realFrom(Value n) const { return create<arith::SIToFPOp>(type, n); }
  /// n·ln 2 + ln(1 + f).
  Value logOf(Value n, Value f) const;
  /// ln of what is no positive number: `u` gives the infinities and NaN, for 0 and below.
  Value logOrLimit(Value u, Value result) const;
};

SingleFunctions::Powers SingleFunctions::powersOf(Value x, double offset) const {
  Value rounder = number(kRounder + offset);
  Value shifted = fma(x, number(std::numbers::log2e), rounder);
  Value n = sub(shifted, rounder);
  Value r = fma(n, number(-kLn2Low), fma(n, number(-kLn2High), x));
  return {r, bitsOf(shifted)};
}

// 2ⁿ in two factors, so that subnormal results round once and the largest do not overflow early.
// With n + 2·127 in the lowest bits, half of it is a biased exponent and so is the rest.
Value SingleFunctions::exp(Value x) const {
  auto [r, shifted] = powersOf(limit(x, -104, 89), 2 * 127);
  Value power = fma(polynomial(r, kExp), r, number(1));
  power = fma(power, r, number(1));
  Value half = shiftRight(shifted, 1, /*isUnsigned=*/true);
  Value first = realOf(shiftLeft(half, kExponent));
  Value second = realOf(shiftLeft(sub(shifted, half), kExponent));
  return mul(mul(power, first), second);
}

// 2ⁿ·(eʳ − 1) + (2ⁿ − 1), doubled at the end, since 2¹²⁸ is no number.
Value SingleFunctions::expm1(Value x) const {
  auto [r, shifted] = powersOf(limit(x, -18, 89), 126);
  Value less1 = fma(polynomial(r, kExp), mul(r, r), r);
  Value scale = realOf(shiftLeft(shifted, kExponent));
  return mul(fma(less1, scale, sub(scale, number(0.5))), number(2));
}

Value SingleFunctions::logOf(Value n, Value f) const {
  Value z = mul(f, f);
  Value rest = mul(mul(f, z), polynomial(f, kLog));
  rest = fma(n, number(kLn2Low), rest);
  rest = fma(z, number(-0.5), rest);
  return fma(n, number(kLn2High), add(f, rest));
}

Value SingleFunctions::logOrLimit(Value u, Value result) const {
  result = select(compare(FPredicate::OLT, u, number(INFINITY)), result, u); // ∞ and NaN
  result = select(equal(u, 0), number(-INFINITY), result);
  return select(less(u, number(0)), number(NAN), result);
}

Value SingleFunctions::log(Value x) const {
  Value isSmall = less(x, number(0x1p-126));
  Value bits = bitsOf(select(isSmall, mul(x, number(0x1p23)), x));
  Value n = exponentOf(bits);
  Value count = sub(realFrom(n), select(isSmall, number(23), number(0)));
  return logOrLimit(x, logOf(count, fractionOf(bits, n)));
}

// n is that of u = 1 + x, but f comes from x itself: 2⁻ⁿ(1 + x) − 1 = 2⁻ⁿ·x + (2⁻ⁿ − 1). Far out,
// where 2⁻ⁿ may be no number, 1 + x is x.
Value SingleFunctions::log1p(Value x) const {
  Value u = add(x, number(1)), bits = bitsOf(u), n = exponentOf(bits);
  Value scale = realOf(shiftLeft(sub(whole(n, 127), n), kExponent));
  Value near = fma(x, scale, sub(scale, number(1)));
  Value f = select(greater(u, number(0x1p25)), fractionOf(bits, n), near);
  return logOrLimit(u, logOf(realFrom(n), f));
}

/// sin(x + quadrants·π/2). In the nearest multiple of π/2, even multiples take the series of the
/// sine.
Value SingleFunctions::sine(Value x, int64_t quadrants) const {
  Value shifted = fma(x, number(2 / std::numbers::pi), number(kRounder));
  Value count = sub(shifted, number(kRounder)), r = x;
  for (double part : kHalfPi)
    r = fma(count, number(-part), r);
  r = limit(r, -1, 1); // far out nothing is left of r but its bound
  Value bits = bitsOf(shifted), n = add(bits, whole(bits, quadrants)), z = mul(r, r);
  Value odd = fma(mul(r, z), polynomial(z, kSin), r);
  Value even = fma(mul(z, z), polynomial(z, kCos), fma(z, number(-0.5), number(1)));
  // Bit 1 of n becomes the sign.
  Value isOdd = compare(IPredicate::ne, bitAnd(n, whole(n, 1)), whole(n, 0));
  Value sign = shiftLeft(bitAnd(n, whole(n, 2)), 30);
  return realOf(bitXor(bitsOf(select(isOdd, even, odd)), sign));
}

SingleFunctions::Arc SingleFunctions::arcOf(Value x) const {
  Value a = abs(x), isFar = greater(a, number(0.5));
  Value z = select(isFar, mul(sub(number(1), a), number(0.5)), mul(a, a));
  Value t = select(isFar, sqrt(z), a);
  return {isFar, fma(mul(t, z), polynomial(z, kAsin), t)};
}

// Beyond ½: π/2 − 2·angle
Value SingleFunctions::asin(Value x) const {
  auto [isFar, angle] = arcOf(x);
  Value far = fma(angle, number(-2), number(std::numbers::pi / 2));
  return copySign(select(isFar, far, angle), x);
}

// π/2 − asin x; beyond ½: 2·angle, beyond −½: π − 2·angle
Value SingleFunctions::acos(Value x) const {
  auto [isFar, angle] = arcOf(x);
  Value isNegative = less(x, number(0)), twice = add(angle, angle);
  Value far = select(isNegative, sub(number(std::numbers::pi), twice), twice);
  return select(isFar, far, sub(number(std::numbers::pi / 2), copySign(angle, x)));
}

// |x| > tan 67.5°: π/2 − atan(1/|x|); |x| > tan 22.5°: π/4 + atan((|x| − 1)/(|x| + 1)).
Value SingleFunctions::atan(Value x) const {
  Value a = abs(x), one = number(1), zero = number(0);
  Value isLarge = greater(a, number(2.414213562373095)),
        isMiddle = greater(a, number(0.4142135623730950));
  Value over = select(isLarge, number(-1), select(isMiddle, sub(a, one), a));
  Value under = select(isLarge, a, select(isMiddle, add(a, one), one));
  Value base = select(isLarge, number(std::numbers::pi / 2),
                      select(isMiddle, number(std::numbers::pi / 4), zero));
  Value t = div(over, under), z = mul(t, t);
  return copySign(add(base, fma(mul(t, z), polynomial(z, kAtan), t)), x);
}

} // namespace

void addSingleFunctionPatterns(RewritePatternSet &patterns) {
  using F = SingleFunctions;
  patterns.add<ExpandFunction<math::ExpOp, F, &F::exp>, ExpandFunction<math::ExpM1Op, F, &F::expm1>,
               ExpandFunction<math::LogOp, F, &F::log>, ExpandFunction<math::Log1pOp, F, &F::log1p>,
               ExpandFunction<math::SinOp, F, &F::sin>, ExpandFunction<math::CosOp, F, &F::cos>,
               ExpandFunction<math::AsinOp, F, &F::asin>, ExpandFunction<math::AcosOp, F, &F::acos>,
               ExpandFunction<math::AtanOp, F, &F::atan>>(patterns.getContext(), PatternBenefit(4));
}

} // namespace nnc
