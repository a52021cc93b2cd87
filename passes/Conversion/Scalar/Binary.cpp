// Scalar functions of two arguments, comparisons and limits.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

#include "mlir/IR/Matchers.h"

#include <limits>
#include <optional>

using namespace mlir;

namespace nnc::scalar {

namespace {

using nn::BinaryKind;
using FPredicate = Emit::FPredicate;
using IPredicate = Emit::IPredicate;

/// The value of a constant, the same in all lanes.
std::optional<double> constantOf(Value value) {
  Attribute constant;
  if (!matchPattern(value, m_Constant(&constant)))
    return std::nullopt;
  if (auto splat = dyn_cast<SplatElementsAttr>(constant))
    constant = splat.getSplatValue<Attribute>();
  if (auto number = dyn_cast<FloatAttr>(constant))
    return number.getValueAsDouble();
  return std::nullopt;
}

/// a^exponent by products and square roots, for the exponents of norms; an empty value for others.
Value buildKnownPower(const Emit &emit, Value a, double exponent) {
  if (exponent < 0) {
    Value inverse = buildKnownPower(emit, a, -exponent);
    return inverse ? emit.div(emit.constant(a.getType(), 1.0), inverse) : inverse;
  }
  if (exponent == 1)
    return a;
  if (exponent == 2)
    return emit.mul(a, a);
  if (exponent == 3)
    return emit.mul(emit.mul(a, a), a);
  if (exponent != 0.5 && exponent != 0.75 && exponent != 1.5)
    return {};
  // Powers of −0 and −∞ are those of 0 and ∞, unlike their roots.
  double infinity = std::numeric_limits<double>::infinity();
  Value isLowest = emit.compare(FPredicate::OEQ, a, emit.constant(a.getType(), -infinity));
  Value base = emit.add(a, emit.constant(a.getType(), 0.0));
  base = emit.select(isLowest, emit.constant(a.getType(), infinity), base);
  Value root = emit.sqrt(base);
  if (exponent == 0.5)
    return root;
  return emit.mul(root, exponent == 1.5 ? base : emit.sqrt(root));
}

Value buildFloatPower(const Emit &emit, Value a, Value b) {
  if (std::optional<double> exponent = constantOf(b))
    if (Value power = buildKnownPower(emit, a, *exponent))
      return power;
  return emit.create<math::PowFOp>(a, b, emit.flags);
}

/// The remainder with the sign of the divisor, from that with the sign of the dividend.
Value buildFloatMod(const Emit &emit, Value a, Value b) {
  Value remainder = emit.create<arith::RemFOp>(a, b, emit.flags);
  Value zero = emit.constant(a.getType(), 0.0);
  Value opposite = emit.less(emit.mul(emit.copySign(emit.constant(a.getType(), 1.0), remainder),
                                      emit.copySign(emit.constant(a.getType(), 1.0), b)),
                             zero);
  Value nonzero = emit.compare(FPredicate::ONE, remainder, zero);
  Value moved = emit.select(opposite, emit.add(remainder, b), remainder);
  return emit.select(nonzero, moved, remainder);
}

Value buildFloatBinary(const Emit &emit, BinaryKind kind, Value a, Value b) {
  switch (kind) {
  case BinaryKind::add:
    return emit.add(a, b);
  case BinaryKind::sub:
    return emit.sub(a, b);
  case BinaryKind::mul:
    return emit.mul(a, b);
  case BinaryKind::div:
    return emit.div(a, b);
  case BinaryKind::pow:
    return buildFloatPower(emit, a, b);
  case BinaryKind::min:
    return emit.create<arith::MinimumFOp>(a, b, emit.flags);
  case BinaryKind::max:
    return emit.create<arith::MaximumFOp>(a, b, emit.flags);
  case BinaryKind::mod:
    return buildFloatMod(emit, a, b);
  case BinaryKind::fmod:
    return emit.create<arith::RemFOp>(a, b, emit.flags);
  case BinaryKind::prelu:
    return emit.select(emit.less(a, emit.constant(a.getType(), 0.0)), emit.mul(a, b), a);
  default:
    return a; // bit operations have no meaning on floats; the verifier of nn refuses them
  }
}

/// Quotient or remainder of integers, for any operands: by zero gives 0, MIN / −1 wraps.
struct IntegerDivision {
  const Emit &emit;
  Value a, b;
  bool isUnsigned;

  Value number(int64_t value) const { return emit.integer(a.getType(), value); }
  Value isZero() const { return emit.compare(IPredicate::eq, b, number(0)); }
  Value isMinusOne() const { return emit.compare(IPredicate::eq, b, number(-1)); }
  /// The divisor, with 1 in place of those that would trap.
  Value safeDivisor() const {
    Value safe = emit.select(isZero(), number(1), b);
    return isUnsigned ? safe : emit.select(isMinusOne(), number(1), safe);
  }

  Value quotient() const {
    Value safe = safeDivisor(), result;
    if (isUnsigned) {
      result = emit.create<arith::DivUIOp>(a, safe);
    } else {
      result = emit.create<arith::DivSIOp>(a, safe);
      result = emit.select(isMinusOne(), emit.neg(a), result);
    }
    return emit.select(isZero(), number(0), result);
  }

  /// With the sign of the dividend; a divisor of 0 or −1 was replaced by 1 and gives 0.
  Value remainder() const {
    Value safe = safeDivisor();
    if (isUnsigned)
      return emit.create<arith::RemUIOp>(a, safe);
    return emit.create<arith::RemSIOp>(a, safe);
  }

  /// With the sign of the divisor.
  Value modulus() const {
    Value result = remainder();
    if (isUnsigned)
      return result;
    Value nonzero = emit.compare(IPredicate::ne, result, number(0));
    Value opposite = emit.compare(IPredicate::slt, emit.bitXor(result, b), number(0));
    Value move = emit.create<arith::AndIOp>(nonzero, opposite);
    return emit.select(move, emit.add(result, b), result);
  }
};

/// Shifts whose amount is outside [0, width) shift everything out.
Value buildShift(const Emit &emit, bool left, Value a, Value b, bool isUnsigned) {
  int64_t width = bitsOf(a);
  Value inside = emit.compare(IPredicate::ult, b, emit.integer(a.getType(), width));
  Value amount = emit.select(inside, b, emit.integer(a.getType(), 0));
  Value shifted = left ? emit.shiftLeft(a, amount) : emit.shiftRight(a, amount, isUnsigned);
  Value out = left || isUnsigned ? emit.integer(a.getType(), 0)
                                 : emit.shiftRight(a, width - 1, /*isUnsigned=*/false);
  return emit.select(inside, shifted, out);
}

Value buildIntegerBinary(const Emit &emit, BinaryKind kind, Value a, Value b, bool isUnsigned) {
  IntegerDivision division{emit, a, b, isUnsigned};
  auto extreme = [&](IPredicate isSigned, IPredicate isNotSigned) {
    return emit.select(emit.compare(isUnsigned ? isNotSigned : isSigned, a, b), a, b);
  };
  switch (kind) {
  case BinaryKind::add:
    return emit.add(a, b);
  case BinaryKind::sub:
    return emit.sub(a, b);
  case BinaryKind::mul:
    return emit.mul(a, b);
  case BinaryKind::div:
    return division.quotient();
  case BinaryKind::mod:
    return division.modulus();
  case BinaryKind::fmod:
    return division.remainder();
  case BinaryKind::pow:
    if (isUnsigned) // an exponent that fills the sign bit is not negative
      return emit.create<math::IPowIOp>(
          a, emit.bitAnd(b, emit.constant(b.getType(), emit.builder.getIntegerAttr(
                                                           getElementTypeOrSelf(b),
                                                           APInt::getSignedMaxValue(bitsOf(b))))));
    return emit.create<math::IPowIOp>(a, b);
  case BinaryKind::min:
    return extreme(IPredicate::slt, IPredicate::ult);
  case BinaryKind::max:
    return extreme(IPredicate::sgt, IPredicate::ugt);
  case BinaryKind::prelu: {
    if (isUnsigned)
      return a;
    Value negative = emit.compare(IPredicate::slt, a, emit.integer(a.getType(), 0));
    return emit.select(negative, emit.mul(a, b), a);
  }
  case BinaryKind::bit_and:
    return emit.bitAnd(a, b);
  case BinaryKind::bit_or:
    return emit.bitOr(a, b);
  case BinaryKind::bit_xor:
    return emit.bitXor(a, b);
  case BinaryKind::shift_left:
    return buildShift(emit, /*left=*/true, a, b, isUnsigned);
  case BinaryKind::shift_right:
    return buildShift(emit, /*left=*/false, a, b, isUnsigned);
  }
  return {};
}

bool isHalf(Value value) { return isFloat(value) && bitsOf(value) < 32; }

} // namespace

Value buildBinary(OpBuilder &builder, Location loc, BinaryKind kind, Value a, Value b,
                  bool isUnsigned) {
  Emit emit(builder, loc);
  if (!isFloat(a))
    return buildIntegerBinary(emit, kind, a, b, isUnsigned || bitsOf(a) == 1);
  if (!isHalf(a))
    return buildFloatBinary(emit, kind, a, b);
  Type element = getElementTypeOrSelf(a), f32 = builder.getF32Type();
  Value wide = buildFloatBinary(emit, kind, emit.extendFloat(a, f32), emit.extendFloat(b, f32));
  return emit.truncateFloat(wide, element);
}

Value buildCompare(OpBuilder &builder, Location loc, nn::ComparePredicate predicate, Value a,
                   Value b, bool isUnsigned) {
  using Predicate = nn::ComparePredicate;
  Emit emit(builder, loc);
  if (isHalf(a)) {
    a = emit.extendFloat(a, builder.getF32Type());
    b = emit.extendFloat(b, builder.getF32Type());
  }
  auto build = [&](FPredicate ordered, IPredicate isSigned, IPredicate isNotSigned) {
    if (isFloat(a))
      return emit.compare(ordered, a, b);
    return emit.compare(isUnsigned || bitsOf(a) == 1 ? isNotSigned : isSigned, a, b);
  };
  switch (predicate) {
  case Predicate::equal:
    return build(FPredicate::OEQ, IPredicate::eq, IPredicate::eq);
  case Predicate::not_equal:
    return build(FPredicate::UNE, IPredicate::ne, IPredicate::ne);
  case Predicate::less:
    return build(FPredicate::OLT, IPredicate::slt, IPredicate::ult);
  case Predicate::less_equal:
    return build(FPredicate::OLE, IPredicate::sle, IPredicate::ule);
  case Predicate::greater:
    return build(FPredicate::OGT, IPredicate::sgt, IPredicate::ugt);
  case Predicate::greater_equal:
    return build(FPredicate::OGE, IPredicate::sge, IPredicate::uge);
  }
  return {};
}

} // namespace nnc::scalar
