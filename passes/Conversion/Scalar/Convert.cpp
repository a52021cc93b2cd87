// Conversions between element types, limits and constants.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace nnc::scalar {

namespace {

using FPredicate = Emit::FPredicate;
using IPredicate = Emit::IPredicate;

/// The smallest or largest integer of a width.
APInt extremeInteger(unsigned width, bool isUnsigned, bool largest) {
  if (isUnsigned)
    return largest ? APInt::getMaxValue(width) : APInt::getMinValue(width);
  return largest ? APInt::getSignedMaxValue(width) : APInt::getSignedMinValue(width);
}

/// A float as an integer of `width` bits, limited to its range; NaN gives 0. Nothing here is
/// undefined: the operation converts only numbers that fit, and the others are chosen afterwards.
Value buildLimitedFloatToInteger(const Emit &emit, Value x, unsigned width, bool isUnsigned) {
  auto number = cast<FloatType>(getElementTypeOrSelf(x));
  Type result = withElement(x.getType(), emit.builder.getIntegerType(width));
  auto bound = [&](bool largest) {
    APFloat value(number.getFloatSemantics());
    value.convertFromAPInt(extremeInteger(width, isUnsigned, largest), !isUnsigned,
                           APFloat::rmTowardZero);
    return emit.constant(x.getType(), FloatAttr::get(number, value));
  };
  auto limit = [&](bool largest) {
    APInt value = extremeInteger(width, isUnsigned, largest);
    return emit.constant(result, IntegerAttr::get(getElementTypeOrSelf(result), value));
  };
  // `high` is the largest float that fits; what lies above becomes the largest integer, which may
  // be larger.
  Value low = bound(false), high = bound(true);
  Value tooLow = emit.less(x, low), tooHigh = emit.greater(x, high), invalid = emit.isNaN(x);
  Value inside = emit.select(invalid, emit.constant(x.getType(), 0.0), x);
  inside = emit.select(tooLow, low, emit.select(tooHigh, high, inside));
  Value converted = isUnsigned ? emit.create<arith::FPToUIOp>(result, inside)
                               : emit.create<arith::FPToSIOp>(result, inside);
  return emit.select(tooHigh, limit(true), converted);
}

Value buildFloatToInteger(const Emit &emit, Value x, IntegerType to, bool saturate) {
  unsigned width = to.getWidth();
  bool isUnsigned = isUnsignedElement(to);
  Type target = emit.builder.getIntegerType(width);
  if (width == 1)
    return emit.compare(FPredicate::UNE, x, emit.constant(x.getType(), 0.0));
  if (saturate || width == 64 || (width == 32 && !isUnsigned))
    return buildLimitedFloatToInteger(emit, x, width, isUnsigned);
  Value wide = buildLimitedFloatToInteger(emit, x, width == 32 ? 64 : 32, /*isUnsigned=*/false);
  return emit.resizeInteger(wide, target, isUnsigned);
}

Value buildIntegerToFloat(const Emit &emit, Value x, bool isUnsigned, Type to) {
  bool half = to.getIntOrFloatBitWidth() < 32;
  Type wide = half ? Type(emit.builder.getF32Type()) : to;
  Type result = withElement(x.getType(), wide);
  Value number = isUnsigned ? emit.create<arith::UIToFPOp>(result, x)
                            : emit.create<arith::SIToFPOp>(result, x);
  return half ? emit.truncateFloat(number, to) : number;
}

/// `x` limited to the range of `to`, as far as it lies inside that of `from`.
Value buildIntegerLimits(const Emit &emit, Value x, IntegerType from, IntegerType to) {
  bool fromUnsigned = isUnsignedElement(from), toUnsigned = isUnsignedElement(to);
  // One bit more than either has holds every value of both.
  unsigned wide = std::max(from.getWidth(), to.getWidth()) + 1;
  auto extreme = [&](IntegerType type, bool isUnsigned, bool largest) {
    APInt value = extremeInteger(type.getWidth(), isUnsigned, largest);
    return isUnsigned ? value.zext(wide) : value.sext(wide);
  };
  auto constant = [&](const APInt &value) {
    return emit.constant(x.getType(),
                         IntegerAttr::get(getElementTypeOrSelf(x), value.trunc(from.getWidth())));
  };
  if (APInt low = extreme(to, toUnsigned, false); low.sgt(extreme(from, fromUnsigned, false))) {
    Value bound = constant(low);
    x = emit.select(emit.compare(IPredicate::slt, x, bound), bound, x);
  }
  if (APInt high = extreme(to, toUnsigned, true); high.slt(extreme(from, fromUnsigned, true))) {
    Value bound = constant(high);
    auto predicate = fromUnsigned ? IPredicate::ugt : IPredicate::sgt;
    x = emit.select(emit.compare(predicate, x, bound), bound, x);
  }
  return x;
}

Value buildIntegerToInteger(const Emit &emit, Value x, IntegerType from, IntegerType to,
                            bool saturate) {
  unsigned width = to.getWidth();
  Type target = emit.builder.getIntegerType(width);
  if (width == 1)
    return emit.compare(IPredicate::ne, x, emit.integer(x.getType(), 0));
  if (saturate)
    x = buildIntegerLimits(emit, x, from, to);
  return emit.resizeInteger(x, target, isUnsignedElement(from));
}

Value buildFloatToFloat(const Emit &emit, Value x, FloatType from, FloatType to) {
  if (from == to)
    return x;
  if (to.getWidth() > from.getWidth())
    return emit.extendFloat(x, to);
  if (to.getWidth() < from.getWidth())
    return emit.truncateFloat(x, to);
  return emit.truncateFloat(emit.extendFloat(x, emit.builder.getF32Type()), to); // f16 and bf16
}

/// A double as an integer of the given type, limited to its range.
IntegerAttr limitedInteger(Type element, double value, bool isUnsigned) {
  unsigned width = element.getIntOrFloatBitWidth();
  APSInt result(width, isUnsigned);
  bool exact;
  APFloat(value).convertToInteger(result, APFloat::rmTowardZero, &exact); // saturates
  return IntegerAttr::get(element, result);
}

Value buildIntegerClamp(const Emit &emit, Value x, std::optional<double> low,
                        std::optional<double> high, bool isUnsigned) {
  Type element = getElementTypeOrSelf(x);
  if (low) { // the smallest integer that is not below
    Value bound = emit.constant(x.getType(), limitedInteger(element, std::ceil(*low), isUnsigned));
    auto predicate = isUnsigned ? IPredicate::ult : IPredicate::slt;
    x = emit.select(emit.compare(predicate, x, bound), bound, x);
  }
  if (high) {
    Value bound =
        emit.constant(x.getType(), limitedInteger(element, std::floor(*high), isUnsigned));
    auto predicate = isUnsigned ? IPredicate::ugt : IPredicate::sgt;
    x = emit.select(emit.compare(predicate, x, bound), bound, x);
  }
  return x;
}

} // namespace

bool isUnsignedElement(Type element) { return element.isUnsignedInteger() || element.isInteger(1); }

Type valueType(Type element) {
  if (auto integer = dyn_cast<IntegerType>(element))
    return IntegerType::get(element.getContext(), integer.getWidth());
  return element;
}

Value buildConstant(OpBuilder &builder, Location loc, Type like, double value) {
  return Emit(builder, loc).constant(like, value);
}

Value buildClamp(OpBuilder &builder, Location loc, Value x, std::optional<double> low,
                 std::optional<double> high, bool isUnsigned) {
  Emit emit(builder, loc);
  if (!isFloat(x))
    return buildIntegerClamp(emit, x, low, high, isUnsigned);
  // Halves are compared in f32, since not every machine can, but handed on as they are.
  auto wide = [&](Value value) {
    return bitsOf(value) < 32 ? emit.extendFloat(value, builder.getF32Type()) : value;
  };
  if (low) {
    Value bound = emit.constant(x.getType(), *low);
    x = emit.select(emit.less(wide(x), wide(bound)), bound, x);
  }
  if (high) {
    Value bound = emit.constant(x.getType(), *high);
    x = emit.select(emit.greater(wide(x), wide(bound)), bound, x);
  }
  return x;
}

Value buildCast(OpBuilder &builder, Location loc, Value x, Type from, Type to, bool saturate) {
  Emit emit(builder, loc);
  auto fromFloat = dyn_cast<FloatType>(from), toFloat = dyn_cast<FloatType>(to);
  if (fromFloat && toFloat)
    return buildFloatToFloat(emit, x, fromFloat, toFloat);
  if (fromFloat) {
    if (fromFloat.getWidth() < 32)
      x = emit.extendFloat(x, builder.getF32Type());
    return buildFloatToInteger(emit, x, cast<IntegerType>(to), saturate);
  }
  if (toFloat)
    return buildIntegerToFloat(emit, x, isUnsignedElement(from), to);
  return buildIntegerToInteger(emit, x, cast<IntegerType>(from), cast<IntegerType>(to), saturate);
}

} // namespace nnc::scalar
