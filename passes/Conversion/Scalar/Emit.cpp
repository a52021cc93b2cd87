// Emit: arithmetic on scalars and vectors.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/Scalar/Emit.h"

#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

namespace nnc::scalar {

Value Emit::constant(Type like, TypedAttr element) const {
  if (auto vector = dyn_cast<VectorType>(like))
    return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(vector, element));
  return arith::ConstantOp::create(builder, loc, element);
}

Value Emit::constant(Type like, double value) const {
  Type element = getElementTypeOrSelf(like);
  if (isa<FloatType>(element))
    return constant(like, builder.getFloatAttr(element, value));
  return integer(like, static_cast<int64_t>(value));
}

Value Emit::integer(Type like, int64_t value) const {
  Type element = getElementTypeOrSelf(like);
  if (isa<IndexType>(element))
    return constant(like, builder.getIndexAttr(value));
  unsigned width = element.getIntOrFloatBitWidth();
  APInt bits(64, static_cast<uint64_t>(value), /*isSigned=*/true);
  return constant(like, IntegerAttr::get(element, bits.sextOrTrunc(width)));
}

Value Emit::add(Value a, Value b) const {
  if (isFloat(a))
    return create<arith::AddFOp>(a, b, flags);
  return create<arith::AddIOp>(a, b);
}

Value Emit::sub(Value a, Value b) const {
  if (isFloat(a))
    return create<arith::SubFOp>(a, b, flags);
  return create<arith::SubIOp>(a, b);
}

Value Emit::mul(Value a, Value b) const {
  if (isFloat(a))
    return create<arith::MulFOp>(a, b, flags);
  return create<arith::MulIOp>(a, b);
}

Value Emit::neg(Value a) const {
  if (isFloat(a))
    return create<arith::NegFOp>(a, flags);
  return sub(integer(a.getType(), 0), a);
}

Value Emit::abs(Value a) const {
  if (isFloat(a))
    return create<math::AbsFOp>(a, flags);
  Value negative = compare(IPredicate::slt, a, integer(a.getType(), 0));
  return select(negative, neg(a), a);
}

Value Emit::div(Value a, Value b) const { return create<arith::DivFOp>(a, b, flags); }
Value Emit::sqrt(Value a) const { return create<math::SqrtOp>(a, flags); }
Value Emit::copySign(Value magnitude, Value sign) const {
  return create<math::CopySignOp>(magnitude, sign, flags);
}

Value Emit::compare(FPredicate predicate, Value a, Value b) const {
  return create<arith::CmpFOp>(predicate, a, b, flags);
}
Value Emit::compare(IPredicate predicate, Value a, Value b) const {
  return create<arith::CmpIOp>(predicate, a, b);
}
Value Emit::select(Value condition, Value a, Value b) const {
  return create<arith::SelectOp>(condition, a, b);
}

Value Emit::bitAnd(Value a, Value b) const { return create<arith::AndIOp>(a, b); }
Value Emit::bitOr(Value a, Value b) const { return create<arith::OrIOp>(a, b); }
Value Emit::bitXor(Value a, Value b) const { return create<arith::XOrIOp>(a, b); }
Value Emit::shiftLeft(Value a, Value b) const { return create<arith::ShLIOp>(a, b); }
Value Emit::shiftRight(Value a, Value b, bool isUnsigned) const {
  if (isUnsigned)
    return create<arith::ShRUIOp>(a, b);
  return create<arith::ShRSIOp>(a, b);
}

Value Emit::bitcast(Value a, Type element) const {
  return create<arith::BitcastOp>(withElement(a.getType(), element), a);
}
Value Emit::extendFloat(Value a, Type element) const {
  return create<arith::ExtFOp>(withElement(a.getType(), element), a);
}
Value Emit::truncateFloat(Value a, Type element) const {
  return create<arith::TruncFOp>(withElement(a.getType(), element), a);
}

Value Emit::resizeInteger(Value a, Type element, bool isUnsigned) const {
  unsigned from = bitsOf(a), to = element.getIntOrFloatBitWidth();
  Type type = withElement(a.getType(), element);
  if (from == to)
    return a;
  if (from > to)
    return create<arith::TruncIOp>(type, a);
  if (isUnsigned)
    return create<arith::ExtUIOp>(type, a);
  return create<arith::ExtSIOp>(type, a);
}

} // namespace nnc::scalar
