// Emit: arithmetic on scalars and vectors, spelt short. Every value is a float, an integer or a
// vector of those; each method emits one elementwise operation (constants are splats).
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_SCALAR_EMIT_H
#define NNC_PASSES_CONVERSION_SCALAR_EMIT_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

namespace nnc::scalar {

/// `like` with its element type replaced: a scalar gives a scalar, a vector a vector of the same
/// shape.
inline mlir::Type withElement(mlir::Type like, mlir::Type element) {
  if (auto vector = mlir::dyn_cast<mlir::VectorType>(like))
    return vector.clone(element);
  return element;
}

/// Builds arith and math operations at one location. Float operations carry the given flags.
class Emit {
public:
  using Value = mlir::Value;
  using FastMath = mlir::arith::FastMathFlags;
  using FPredicate = mlir::arith::CmpFPredicate;
  using IPredicate = mlir::arith::CmpIPredicate;

  Emit(mlir::OpBuilder &builder, mlir::Location loc, FastMath flags = FastMath::none)
      : builder(builder), loc(loc), flags(flags) {}

  /// A constant of the type `like` (float or integer), the same in all lanes.
  Value constant(mlir::Type like, double value) const;
  /// An integer constant of the type `like`, which must be integer; the value wraps to its width.
  Value integer(mlir::Type like, int64_t value) const;
  /// A constant of the type `like` from an attribute of its element type.
  Value constant(mlir::Type like, mlir::TypedAttr element) const;

  // Float or integer, by the operands' type.
  Value add(Value a, Value b) const;
  Value sub(Value a, Value b) const;
  Value mul(Value a, Value b) const;
  Value neg(Value a) const;
  Value abs(Value a) const;
  /// a·b + c, rounded once where the machine can and `flags` allow it.
  Value multiplyAdd(Value a, Value b, Value c) const { return add(mul(a, b), c); }

  Value div(Value a, Value b) const; ///< float only
  Value sqrt(Value a) const;
  Value copySign(Value magnitude, Value sign) const;

  Value compare(FPredicate predicate, Value a, Value b) const;
  Value compare(IPredicate predicate, Value a, Value b) const;
  Value less(Value a, Value b) const { return compare(FPredicate::OLT, a, b); }
  Value greater(Value a, Value b) const { return compare(FPredicate::OGT, a, b); }
  Value isNaN(Value a) const { return compare(FPredicate::UNO, a, a); }
  Value select(Value condition, Value a, Value b) const;

  Value bitAnd(Value a, Value b) const;
  Value bitOr(Value a, Value b) const;
  Value bitXor(Value a, Value b) const;
  Value shiftLeft(Value a, Value b) const;
  Value shiftRight(Value a, Value b, bool isUnsigned) const;
  Value shiftLeft(Value a, int64_t amount) const {
    return shiftLeft(a, integer(a.getType(), amount));
  }
  Value shiftRight(Value a, int64_t amount, bool isUnsigned) const {
    return shiftRight(a, integer(a.getType(), amount), isUnsigned);
  }

  /// The same bits read as another element type of equal width.
  Value bitcast(Value a, mlir::Type element) const;
  Value extendFloat(Value a, mlir::Type element) const;
  Value truncateFloat(Value a, mlir::Type element) const;
  /// To a wider, equal or narrower integer type.
  Value resizeInteger(Value a, mlir::Type element, bool isUnsigned) const;

  /// An elementwise operation of one or more operands of the same type, giving that type.
  template <typename Op, typename... Args> Value create(Args &&...args) const {
    return Op::create(builder, loc, std::forward<Args>(args)...);
  }

  mlir::OpBuilder &builder;
  mlir::Location loc;
  FastMath flags;
};

/// Whether the value is a float or a vector of floats.
inline bool isFloat(mlir::Type type) {
  return mlir::isa<mlir::FloatType>(mlir::getElementTypeOrSelf(type));
}
inline bool isFloat(mlir::Value value) { return isFloat(value.getType()); }
/// Bits of one element.
inline unsigned bitsOf(mlir::Value value) {
  return mlir::getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
}

} // namespace nnc::scalar

#endif
