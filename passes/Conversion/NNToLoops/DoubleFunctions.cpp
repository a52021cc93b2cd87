// Functions of f64 in f64 arithmetic: argument reduction, a power series cut below half a unit in
// the last place, and the way back. docs/numerics.md states the errors; that of erfc beyond x = 1
// is 2 + x² units in the last place. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#include "passes/Conversion/NNToLoops/FunctionEmit.h"
#include "passes/Conversion/NNToLoops/MathPatterns.h"

#include <cmath>
#include <numbers>

using namespace mlir;

namespace nnc {

namespace {

/// ln 2 and π/2 in parts; products of a first part with integers of up to 20 bits are exact.
constexpr double kLn2High = 0x1.62e42fefp-1, kLn2Low = 0x1.473de6af278edp-34;
constexpr double kHalfPi[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69};
/// 3·2^51: what is added to it is rounded to an integer that its lowest bits hold.
constexpr double kRounder = 0x1.8p52;

/// erfc(x)·e^(x²)·(1 + 2x) for x in [1, 28] in powers of (x − 4)/(x + 4), highest first: a
/// Chebyshev fit with an error of 4·10⁻¹⁹.
constexpr double kScaledErfc[] = {
    -4.695358161574536555e-9, -1.857957861942796232e-8,   9.473438613574277733e-8,
    7.978418524834235658e-8,  -8.13487851465007871e-7,    2.884969207854887022e-7,
    5.704287169398979788e-6,  -0.00001121933376412478956, -0.00002439763526858656331,
    0.0001506208751399039105, -0.0001992569947510288641,  -0.000757773142598004855,
    0.005031970015129484167,  -0.01619773407405426888,    0.03716751553461851119,
    -0.06633036581116721689,  0.09373283499847479775,     -0.1010390660363393342,
    0.06809705425469011431,   0.01537965210262020318,     -0.139621116840562498,
    1.232995118625552509};

class DoubleFunctions : public FunctionEmit {
public:
  using FunctionEmit::FunctionEmit;
  static bool covers(Type element) { return element.isF64(); }

  Value exp(Value x) const;
  Value log(Value x) const;
  Value expm1(Value x) const;
  Value log1p(Value x) const;
  Value tanh(Value x) const;
  Value sin(Value x) const { return sine(x, 0); }
  Value cos(Value x) const { return sine(x, 1); }
  Value atan(Value x) const;
  Value asin(Value x) const;
  Value acos(Value x) const;
  Value erf(Value x) const;
  Value erfc(Value x) const;

private:
  /// 2^n for n in [−1022, 1023], as integers of the rounder's kind.
  Value powerOfTwo(Value n) const { return realOf(shiftLeft(add(n, whole(n, 1023)), 52)); }
  Value sine(Value x, int64_t quadrants) const;
  Value scaledErfc(Value x) const;
};

// eˣ = 2ⁿ·eʳ with r = x − n·ln 2, |r| ≤ ½ ln 2; 2ⁿ in two factors, so that subnormal results round
// once and the largest do not overflow early.
Value DoubleFunctions::exp(Value x) const {
  x = limit(x, -746, 710);
  Value shifted = add(mul(x, number(std::numbers::log2e)), number(kRounder));
  Value count = sub(shifted, number(kRounder));
  Value r = sub(sub(x, mul(count, number(kLn2High))), mul(count, number(kLn2Low)));
  Value bits = bitsOf(shifted);
  Value n = sub(bits, bitsOf(number(kRounder)));
  Value half = shiftRight(n, 1, /*isUnsigned=*/false);
  double factorial = 1;
  double inverse[14];
  for (int i = 0; i < 14; ++i, factorial *= i)
    inverse[i] = 1 / factorial;
  Value power = series(r, 13, [&](int i) { return inverse[i]; });
  return mul(mul(power, powerOfTwo(half)), powerOfTwo(sub(n, half)));
}

// x = 2ⁿ·m, m in [√½, √2), f = m − 1, s = f/(2 + f): ln m = 2 artanh s = f − (f²/2 − s·(f²/2 +
// R(s²))).
Value DoubleFunctions::log(Value x) const {
  Value isSmall = less(x, number(0x1p-1022));
  Value bits = bitsOf(select(isSmall, mul(x, number(0x1p54)), x));
  constexpr int64_t kRootHalf = 0x3fe6a09e667f3bcd;
  Value n = shiftRight(sub(bits, whole(bits, kRootHalf)), 52, /*isUnsigned=*/false);
  Value f = sub(realOf(sub(bits, shiftLeft(n, 52))), number(1));
  // The exponent as a float by the rounder, since not every machine converts 64-bit integers.
  Value count = sub(realOf(add(n, bitsOf(number(kRounder)))), number(kRounder));
  count = sub(count, select(isSmall, number(54), number(0)));
  Value s = div(f, add(f, number(2))), z = mul(s, s);
  Value rest = mul(z, series(z, 10, [](int i) { return 2.0 / (2 * i + 3); }));
  Value halfSquare = mul(mul(f, f), number(0.5));
  Value tail = add(mul(s, add(halfSquare, rest)), mul(count, number(kLn2Low)));
  Value result = sub(mul(count, number(kLn2High)), sub(sub(halfSquare, tail), f));
  result = select(compare(FPredicate::OLT, x, number(INFINITY)), result, x); // ∞ and NaN
  result = select(equal(x, 0), number(-INFINITY), result);
  return select(less(x, number(0)), number(NAN), result);
}

// With the rounded u = eˣ, (u − 1)·x/ln u corrects the rounding of u.
Value DoubleFunctions::expm1(Value x) const {
  Value inner = limit(x, -40, 40);
  Value u = exp(inner), less1 = sub(u, number(1));
  Value result = mul(less1, div(inner, log(u)));
  result = select(equal(u, 1), inner, result);
  return select(greater(x, number(40)), exp(x), result);
}

// The same correction: ln u · (x/(u − 1)) with u = 1 + x.
Value DoubleFunctions::log1p(Value x) const {
  Value u = add(x, number(1));
  Value result = mul(log(u), div(x, sub(u, number(1))));
  Value passes = bitOr(equal(u, 1), equal(x, INFINITY));
  return select(passes, x, result);
}

Value DoubleFunctions::tanh(Value x) const {
  Value t = expm1(mul(limit(abs(x), 0, 20), number(2)));
  return copySign(div(t, add(t, number(2))), x);
}

/// sin(x + quadrants·π/2). In the nearest multiple of π/2, even multiples take the series of the
/// sine.
Value DoubleFunctions::sine(Value x, int64_t quadrants) const {
  Value shifted = add(mul(x, number(2 / std::numbers::pi)), number(kRounder));
  Value count = sub(shifted, number(kRounder)), r = x;
  for (double part : kHalfPi)
    r = sub(r, mul(count, number(part)));
  r = limit(r, -1, 1); // far out nothing is left of r but its bound
  Value bits = bitsOf(shifted), n = add(bits, whole(bits, quadrants)), z = mul(r, r);
  auto inverseFactorials = [&](int first) {
    return [first](int i) { return (i % 2 ? -1 : 1) / std::tgamma(2 * i + first + 1); };
  };
  Value odd = add(r, mul(mul(r, z), series(z, 7, [&](int i) { return -inverseFactorials(3)(i); })));
  Value even = sub(number(1), mul(z, sub(number(0.5), mul(z, series(z, 6, inverseFactorials(4))))));
  auto hasBit = [&](int64_t bit) {
    return compare(IPredicate::ne, bitAnd(n, whole(n, bit)), whole(n, 0));
  };
  Value result = select(hasBit(1), even, odd);
  return select(hasBit(2), neg(result), result);
}

// |x| > tan 67.5°: π/2 − atan(1/|x|); |x| > tan 22.5°: π/4 + atan((|x| − 1)/(|x| + 1)).
Value DoubleFunctions::atan(Value x) const {
  Value a = abs(x);
  Value isLarge = greater(a, number(2.414213562373095)),
        isMiddle = greater(a, number(0.4142135623730950));
  Value middle = div(sub(a, number(1)), add(a, number(1)));
  Value t = select(isLarge, div(number(-1), a), select(isMiddle, middle, a));
  Value base = select(isLarge, number(std::numbers::pi / 2),
                      select(isMiddle, number(std::numbers::pi / 4), number(0)));
  Value low = select(isLarge, number(6.123233995736766e-17),
                     select(isMiddle, number(3.061616997868383e-17), number(0)));
  Value z = mul(t, t);
  Value rest = mul(z, series(z, 19, [](int i) { return (i % 2 ? 1.0 : -1.0) / (2 * i + 3); }));
  return copySign(add(base, add(t, add(mul(t, rest), low))), x);
}

Value DoubleFunctions::asin(Value x) const {
  Value cosine = sqrt(mul(sub(number(1), x), add(number(1), x)));
  return atan(div(x, cosine));
}

Value DoubleFunctions::acos(Value x) const {
  Value half = atan(sqrt(div(sub(number(1), x), add(number(1), x))));
  return mul(half, number(2));
}

// Below 1 the power series, above 1 − erfc.
Value DoubleFunctions::erf(Value x) const {
  Value a = abs(x), z = mul(x, x);
  Value small = mul(x, mul(number(2 / std::sqrt(std::numbers::pi)), series(z, 18, [](int i) {
                             return (i % 2 ? -1 : 1) / (std::tgamma(i + 1) * (2 * i + 1));
                           })));
  Value large = copySign(sub(number(1), scaledErfc(limit(a, 1, 28))), x);
  return select(compare(FPredicate::ULT, a, number(1)), small, large);
}

// erfc(x) for x in [1, 28].
Value DoubleFunctions::scaledErfc(Value x) const {
  Value t = div(sub(x, number(4)), add(x, number(4)));
  constexpr int last = std::size(kScaledErfc) - 1;
  Value fit = series(t, last, [&](int i) { return kScaledErfc[last - i]; });
  return div(mul(exp(neg(mul(x, x))), fit), add(add(x, x), number(1)));
}

// erfc(−x) = 2 − erfc(x)
Value DoubleFunctions::erfc(Value x) const {
  Value a = abs(x), tail = scaledErfc(limit(a, 1, 28));
  Value large = select(less(x, number(0)), sub(number(2), tail), tail);
  return select(compare(FPredicate::ULT, a, number(1)), sub(number(1), erf(x)), large);
}

} // namespace

void addDoubleFunctionPatterns(RewritePatternSet &patterns) {
  using F = DoubleFunctions;
  patterns
      .add<ExpandFunction<math::ExpOp, F, &F::exp>, ExpandFunction<math::LogOp, F, &F::log>,
           ExpandFunction<math::ExpM1Op, F, &F::expm1>, ExpandFunction<math::Log1pOp, F, &F::log1p>,
           ExpandFunction<math::TanhOp, F, &F::tanh>, ExpandFunction<math::SinOp, F, &F::sin>,
           ExpandFunction<math::CosOp, F, &F::cos>, ExpandFunction<math::AtanOp, F, &F::atan>,
           ExpandFunction<math::AsinOp, F, &F::asin>, ExpandFunction<math::AcosOp, F, &F::acos>,
           ExpandFunction<math::ErfOp, F, &F::erf>, ExpandFunction<math::ErfcOp, F, &F::erfc>>(
          patterns.getContext(), PatternBenefit(4));
}

} // namespace nnc
