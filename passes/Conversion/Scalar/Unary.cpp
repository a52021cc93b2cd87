// Scalar functions of one argument.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

#include <numbers>

using namespace mlir;

namespace nnc::scalar {

namespace {

using nn::UnaryKind;

/// Functions of a float of 32 or 64 bits.
class FloatUnary : Emit {
public:
  FloatUnary(OpBuilder &builder, Location loc, Value x, const Parameters &parameters)
      : Emit(builder, loc), x(x), parameters(parameters) {}

  Value build(UnaryKind kind) const;

private:
  Value number(double value) const { return constant(x.getType(), value); }
  double alphaOr(double value) const { return parameters.alpha.value_or(value); }
  double betaOr(double value) const { return parameters.beta.value_or(value); }
  double gammaOr(double value) const { return parameters.gamma.value_or(value); }
  template <typename Op> Value math(Value a) const { return create<Op>(a, flags); }
  Value exp(Value a) const { return math<math::ExpOp>(a); }
  Value expm1(Value a) const { return math<math::ExpM1Op>(a); }

  Value buildFunction(UnaryKind kind) const;
  Value buildActivation(UnaryKind kind) const;
  Value buildPredicate(UnaryKind kind) const;

  /// a < low ? low : a, which hands on NaN and is one instruction on most machines.
  Value atLeast(Value a, double low) const {
    Value bound = number(low);
    return select(less(a, bound), bound, a);
  }
  Value atMost(Value a, double high) const {
    Value bound = number(high);
    return select(greater(a, bound), bound, a);
  }
  Value sign() const;
  /// a / (1 + e^−b): a·σ(b) with one division and no overflow that matters: e^−b = ∞ gives the
  /// limit 0.
  Value timesSigmoid(Value a, Value b) const { return div(a, add(number(1), exp(neg(b)))); }
  Value softplus() const;
  Value mish() const;
  Value gelu() const;
  Value geluTanh() const;
  Value exponentialUnit(double alpha, double beta, double gamma) const;
  Value shrink(double lambda, double bias) const;

  Value x;
  const Parameters &parameters;
};

Value FloatUnary::sign() const {
  // Zero and NaN are their own sign.
  Value negative = select(less(x, number(0)), number(-1), x);
  return select(greater(x, number(0)), number(1), negative);
}

// ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|): the exponential never overflows.
Value FloatUnary::softplus() const {
  return add(atLeast(x, 0), math<math::Log1pOp>(exp(neg(abs(x)))));
}

// x·tanh(ln(1 + e)) with e = e^x is x·n/(n + 2), n = e·(e + 2). From 20 on the quotient is 1.
Value FloatUnary::mish() const {
  Value e = exp(atMost(x, 20)), n = mul(e, add(e, number(2)));
  return mul(x, div(n, add(n, number(2))));
}

// x·Φ(x) with Φ(x) = erfc(−x/√2)/2, which keeps relative accuracy for negative x.
Value FloatUnary::gelu() const {
  Value scaled = mul(x, number(-std::numbers::sqrt2 / 2));
  return mul(mul(x, number(0.5)), math<math::ErfcOp>(scaled));
}

// x/2·(1 + tanh u) = x·σ(2u), u = √(2/π)·(x + 0.044715·x³).
Value FloatUnary::geluTanh() const {
  double c = 2 * std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
  Value cubic = add(mul(mul(x, x), number(0.044715 * c)), number(c));
  return timesSigmoid(x, mul(x, cubic));
}

// γ·(x > 0 ? x : α·(e^(x/β) − 1)); elu, celu and selu are special cases.
Value FloatUnary::exponentialUnit(double alpha, double beta, double gamma) const {
  Value scaled = beta == 1 ? x : div(x, number(beta));
  Value negative = mul(expm1(scaled), number(alpha * gamma));
  Value positive = gamma == 1 ? x : mul(x, number(gamma));
  return select(greater(x, number(0)), positive, negative);
}

Value FloatUnary::shrink(double lambda, double bias) const {
  Value below = select(less(x, number(-lambda)), add(x, number(bias)), number(0));
  return select(greater(x, number(lambda)), sub(x, number(bias)), below);
}

Value FloatUnary::buildFunction(UnaryKind kind) const {
  switch (kind) {
  case UnaryKind::abs:
    return abs(x);
  case UnaryKind::neg:
    return neg(x);
  case UnaryKind::exp:
    return exp(x);
  case UnaryKind::log:
    return math<math::LogOp>(x);
  case UnaryKind::sqrt:
    return sqrt(x);
  case UnaryKind::rsqrt:
    return div(number(1), sqrt(x));
  case UnaryKind::reciprocal:
    return div(number(1), x);
  case UnaryKind::square:
    return mul(x, x);
  case UnaryKind::sign:
    return sign();
  case UnaryKind::floor:
    return math<math::FloorOp>(x);
  case UnaryKind::ceil:
    return math<math::CeilOp>(x);
  case UnaryKind::round:
    return math<math::RoundEvenOp>(x);
  case UnaryKind::sin:
    return math<math::SinOp>(x);
  case UnaryKind::cos:
    return math<math::CosOp>(x);
  case UnaryKind::tan:
    return math<math::TanOp>(x);
  case UnaryKind::asin:
    return math<math::AsinOp>(x);
  case UnaryKind::acos:
    return math<math::AcosOp>(x);
  case UnaryKind::atan:
    return math<math::AtanOp>(x);
  case UnaryKind::sinh:
    return math<math::SinhOp>(x);
  case UnaryKind::cosh:
    return math<math::CoshOp>(x);
  case UnaryKind::tanh:
    return math<math::TanhOp>(x);
  case UnaryKind::asinh:
    return math<math::AsinhOp>(x);
  case UnaryKind::acosh:
    return math<math::AcoshOp>(x);
  case UnaryKind::atanh:
    return math<math::AtanhOp>(x);
  case UnaryKind::erf:
    return math<math::ErfOp>(x);
  default:
    return {};
  }
}

Value FloatUnary::buildActivation(UnaryKind kind) const {
  switch (kind) {
  case UnaryKind::relu:
    return atLeast(x, 0);
  case UnaryKind::sigmoid:
    return timesSigmoid(number(1), x);
  case UnaryKind::softplus:
    return softplus();
  case UnaryKind::softsign:
    return div(x, add(number(1), abs(x)));
  case UnaryKind::hard_swish:
    return mul(x, atMost(atLeast(add(mul(x, number(1.0 / 6)), number(0.5)), 0), 1));
  case UnaryKind::silu:
    return timesSigmoid(x, x);
  case UnaryKind::swish:
    return timesSigmoid(x, mul(x, number(alphaOr(1))));
  case UnaryKind::mish:
    return mish();
  case UnaryKind::gelu:
    return gelu();
  case UnaryKind::gelu_tanh:
    return geluTanh();
  case UnaryKind::leaky_relu:
    return select(less(x, number(0)), mul(x, number(alphaOr(0.01))), x);
  case UnaryKind::elu:
    return exponentialUnit(alphaOr(1), 1, gammaOr(1));
  case UnaryKind::celu:
    return exponentialUnit(alphaOr(1), alphaOr(1), 1);
  case UnaryKind::selu:
    return exponentialUnit(alphaOr(1.67326319217681884765625), 1,
                           gammaOr(1.05070102214813232421875));
  case UnaryKind::hard_sigmoid:
    return atMost(atLeast(add(mul(x, number(alphaOr(0.2))), number(betaOr(0.5))), 0), 1);
  case UnaryKind::thresholded_relu:
    return select(greater(x, number(alphaOr(1))), x, number(0));
  case UnaryKind::shrink:
    return shrink(alphaOr(0.5), betaOr(0));
  default:
    return {};
  }
}

Value FloatUnary::buildPredicate(UnaryKind kind) const {
  double infinity = std::numeric_limits<double>::infinity();
  switch (kind) {
  case UnaryKind::logical_not:
    return compare(FPredicate::OEQ, x, number(0));
  case UnaryKind::is_nan:
    return isNaN(x);
  case UnaryKind::is_inf:
    return compare(FPredicate::OEQ, abs(x), number(infinity));
  case UnaryKind::is_pos_inf:
    return compare(FPredicate::OEQ, x, number(infinity));
  case UnaryKind::is_neg_inf:
    return compare(FPredicate::OEQ, x, number(-infinity));
  default:
    return {};
  }
}

Value FloatUnary::build(UnaryKind kind) const {
  if (Value result = buildPredicate(kind))
    return result;
  if (Value result = buildFunction(kind))
    return result;
  return buildActivation(kind);
}

/// Functions that are exact on integers; an empty value for the others.
Value buildIntegerUnary(const Emit &emit, UnaryKind kind, Value x, bool isUnsigned) {
  Type type = x.getType(), boolean = withElement(type, emit.builder.getI1Type());
  Value zero = emit.integer(type, 0), ones = emit.integer(type, -1);
  switch (kind) {
  case UnaryKind::abs:
    return isUnsigned ? x : emit.abs(x);
  case UnaryKind::neg:
    return emit.neg(x);
  case UnaryKind::square:
    return emit.mul(x, x);
  case UnaryKind::sign: {
    Value nonzero = emit.compare(Emit::IPredicate::ne, x, zero);
    Value positive = emit.select(nonzero, emit.integer(type, 1), zero);
    if (isUnsigned)
      return positive;
    return emit.select(emit.compare(Emit::IPredicate::slt, x, zero), ones, positive);
  }
  case UnaryKind::relu:
    return isUnsigned ? x : emit.select(emit.compare(Emit::IPredicate::slt, x, zero), zero, x);
  case UnaryKind::floor:
  case UnaryKind::ceil:
  case UnaryKind::round:
    return x;
  case UnaryKind::bitwise_not:
    return emit.bitXor(x, ones);
  case UnaryKind::logical_not:
    return emit.compare(Emit::IPredicate::eq, x, zero);
  case UnaryKind::is_nan:
  case UnaryKind::is_inf:
  case UnaryKind::is_pos_inf:
  case UnaryKind::is_neg_inf:
    return emit.integer(boolean, 0);
  default:
    return {};
  }
}

} // namespace

Value buildUnary(OpBuilder &builder, Location loc, UnaryKind kind, Value x,
                 const Parameters &parameters, bool isUnsigned) {
  Emit emit(builder, loc);
  Type element = getElementTypeOrSelf(x.getType());
  if (isa<FloatType>(element)) {
    if (element.getIntOrFloatBitWidth() >= 32) {
      if (kind == UnaryKind::bitwise_not) // no meaning on floats; keep the function total
        return x;
      return FloatUnary(builder, loc, x, parameters).build(kind);
    }
    Value wide = emit.extendFloat(x, builder.getF32Type());
    Value result = buildUnary(builder, loc, kind, wide, parameters);
    return isFloat(result) ? emit.truncateFloat(result, element) : result;
  }
  if (Value result = buildIntegerUnary(emit, kind, x, isUnsigned || bitsOf(x) == 1))
    return result;
  unsigned bits = bitsOf(x);
  Type real = bits > 16 ? Type(builder.getF64Type()) : Type(builder.getF32Type());
  Type integer = IntegerType::get(builder.getContext(), bits,
                                  isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
  Value wide = buildCast(builder, loc, x, integer, real);
  return buildCast(builder, loc, FloatUnary(builder, loc, wide, parameters).build(kind), real,
                   integer, /*saturate=*/true);
}

Parameters parametersOf(nn::UnaryOp op) {
  auto get = [](std::optional<APFloat> value) -> std::optional<double> {
    return value ? std::optional(value->convertToDouble()) : std::nullopt;
  };
  return {get(op.getAlpha()), get(op.getBeta()), get(op.getGamma())};
}

} // namespace nnc::scalar
