// Functions of f32 and f64 that are made of exponentials, logarithms, sines and cosines so that no
// digits cancel and nothing overflows before the result does.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/FunctionEmit.h"
#include "passes/Conversion/NNToLoops/MathPatterns.h"

#include <cmath>
#include <numbers>

using namespace mlir;

namespace nnc {

namespace {

class ComposedFunctions : public FunctionEmit {
public:
  using FunctionEmit::FunctionEmit;
  static bool covers(Type element) { return element.isF32() || element.isF64(); }

  Value tan(Value x) const { return div(create<math::SinOp>(x), create<math::CosOp>(x)); }
  Value sinh(Value x) const;
  Value cosh(Value x) const;
  Value asinh(Value x) const;
  Value acosh(Value x) const;
  Value atanh(Value x) const;

private:
  Value log1p(Value x) const { return create<math::Log1pOp>(x); }
  /// eᵃ/2 with a = |x|, which overflows later than eᵃ.
  Value halfPower(Value a) const {
    Value root = create<math::ExpOp>(mul(a, number(0.5)));
    return mul(mul(root, number(0.5)), root);
  }
  /// ln(1 + near), or ln 2x where x is so large that 1 + x is x.
  Value logOfNearOrTwice(Value near, Value x) const {
    Value isLarge = greater(x, number(0x1p60));
    Value offset = select(isLarge, number(std::numbers::ln2), number(0));
    return add(log1p(select(isLarge, x, near)), offset);
  }
};

// With E = eᵃ/2: E − 1/(4E); below 1 the power series.
Value ComposedFunctions::sinh(Value x) const {
  Value a = abs(x), half = halfPower(a), z = mul(x, x);
  Value large = sub(half, div(number(0.25), half));
  Value rest = series(z, isDouble ? 8 : 3, [](int i) { return 1 / std::tgamma(2.0 * i + 4); });
  Value small = add(a, mul(mul(a, z), rest));
  return copySign(select(less(a, number(1)), small, large), x);
}

// E + 1/(4E)
Value ComposedFunctions::cosh(Value x) const {
  Value half = halfPower(abs(x));
  return add(half, div(number(0.25), half));
}

// sgn x · ln(1 + a + a²/(1 + √(a² + 1)))
Value ComposedFunctions::asinh(Value x) const {
  Value a = abs(x), square = mul(a, a), root = sqrt(add(square, number(1)));
  Value near = add(a, div(square, add(root, number(1))));
  return copySign(logOfNearOrTwice(near, a), x);
}

// With t = x − 1: ln(1 + t + √(t·(t + 2)))
Value ComposedFunctions::acosh(Value x) const {
  Value t = sub(x, number(1));
  return logOfNearOrTwice(add(t, sqrt(mul(t, add(t, number(2))))), x);
}

// sgn x · ½ ln(1 + 2a/(1 − a))
Value ComposedFunctions::atanh(Value x) const {
  Value a = abs(x), quotient = div(add(a, a), sub(number(1), a));
  return copySign(mul(log1p(quotient), number(0.5)), x);
}

} // namespace

void addComposedFunctionPatterns(RewritePatternSet &patterns) {
  using F = ComposedFunctions;
  patterns
      .add<ExpandFunction<math::TanOp, F, &F::tan>, ExpandFunction<math::SinhOp, F, &F::sinh>,
           ExpandFunction<math::CoshOp, F, &F::cosh>, ExpandFunction<math::AsinhOp, F, &F::asinh>,
           ExpandFunction<math::AcoshOp, F, &F::acosh>,
           ExpandFunction<math::AtanhOp, F, &F::atanh>>(patterns.getContext(), PatternBenefit(4));
}

} // namespace nnc
