// Accumulation: the arithmetic that reductions, windows and products share.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/Sums.h"

#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

using namespace mlir;

namespace nnc {

using arith::FastMathFlags;

bool Sums::isUnsigned() const { return scalar::isUnsignedElement(elementType); }

bool Sums::fitsInMemory() const { return scalar::valueType(elementType) == type; }

Type Sums::typeWithSign() const {
  if (auto integer = dyn_cast<IntegerType>(type); integer && elementType.isUnsignedInteger())
    return IntegerType::get(type.getContext(), integer.getWidth(), IntegerType::Unsigned);
  return type;
}

Value Sums::widen(Value element) const {
  return scalar::buildCast(builder, loc, element, elementType, typeWithSign());
}

Value Sums::narrow(Value accumulator) const {
  return scalar::buildCast(builder, loc, accumulator, typeWithSign(), elementType);
}

Value Sums::factor(Value element, Type from, uint64_t zeroPoint) const {
  Value value = scalar::buildCast(builder, loc, element, from, typeWithSign());
  if (zeroPoint == 0)
    return value;
  scalar::Emit emit(builder, loc);
  return emit.sub(value, emit.integer(type, static_cast<int64_t>(zeroPoint)));
}

Value Sums::number(double value) const { return scalar::buildConstant(builder, loc, type, value); }

Value Sums::add(Value accumulator, Value value) const {
  return scalar::Emit(builder, loc, FastMathFlags::reassoc | FastMathFlags::contract)
      .add(accumulator, value);
}

Value Sums::multiplyAdd(Value accumulator, Value a, Value b) const {
  return add(accumulator, scalar::Emit(builder, loc, FastMathFlags::contract).mul(a, b));
}

Value Sums::multiply(Value accumulator, Value value) const {
  return scalar::Emit(builder, loc, FastMathFlags::reassoc).mul(accumulator, value);
}

Value Sums::divide(Value accumulator, int64_t count) const {
  if (isa<FloatType>(type))
    return scalar::Emit(builder, loc).div(accumulator, number(static_cast<double>(count)));
  Value divisor = scalar::Emit(builder, loc).integer(type, count);
  return scalar::buildBinary(builder, loc, nn::BinaryKind::div, accumulator, divisor, isUnsigned());
}

Value Sums::divide(Value accumulator, Value count) const {
  Value integer = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), count);
  scalar::Emit emit(builder, loc);
  if (isa<FloatType>(type)) {
    // max(count, 1): a window without elements has the sum 0.
    integer = emit.create<arith::MaxSIOp>(integer, emit.integer(integer.getType(), 1));
    return emit.div(accumulator, emit.create<arith::SIToFPOp>(type, integer));
  }
  Value divisor = emit.resizeInteger(integer, type, false);
  return scalar::buildBinary(builder, loc, nn::BinaryKind::div, accumulator, divisor, isUnsigned());
}

Value Sums::extreme(bool highest) const {
  scalar::Emit emit(builder, loc);
  if (isa<FloatType>(type)) {
    double infinity = std::numeric_limits<double>::infinity();
    return number(highest ? infinity : -infinity);
  }
  unsigned width = type.getIntOrFloatBitWidth();
  APInt value = isUnsigned()
                    ? (highest ? APInt::getMaxValue(width) : APInt::getMinValue(width))
                    : (highest ? APInt::getSignedMaxValue(width) : APInt::getSignedMinValue(width));
  return emit.constant(type, IntegerAttr::get(type, value));
}

} // namespace nnc
