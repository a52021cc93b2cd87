// FunctionEmit: what the emitters of mathematical functions share. One object is for one type: f32,
// f64 or a vector of them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_FUNCTIONEMIT_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_FUNCTIONEMIT_H

#include "passes/Conversion/Scalar/Emit.h"

#include "mlir/IR/PatternMatch.h"

namespace nnc {

class FunctionEmit : public scalar::Emit {
public:
  FunctionEmit(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type type)
      : Emit(builder, loc), type(type), isDouble(mlir::getElementTypeOrSelf(type).isF64()) {}

protected:
  /// A constant of the function's type.
  Value number(double value) const { return constant(type, value); }
  /// An integer constant of the same type as `bits`.
  Value whole(Value bits, int64_t value) const { return integer(bits.getType(), value); }
  /// A float's bits as integers of the same width, and back.
  Value bitsOf(Value x) const {
    return bitcast(x, isDouble ? builder.getI64Type() : builder.getI32Type());
  }
  Value realOf(Value bits) const {
    return bitcast(bits, isDouble ? mlir::Type(builder.getF64Type()) : builder.getF32Type());
  }
  Value equal(Value a, double b) const { return compare(FPredicate::OEQ, a, number(b)); }
  /// a·b + c, rounded once where the machine has the instruction.
  Value fma(Value a, Value b, Value c) const { return create<mlir::math::FmaOp>(a, b, c); }
  /// a limited to [low, high]; NaN passes.
  Value limit(Value a, double low, double high) const {
    a = select(less(a, number(low)), number(low), a);
    return select(greater(a, number(high)), number(high), a);
  }
  /// Σ term(i)·zⁱ, i = 0 … last.
  template <typename Term> Value series(Value z, int last, Term term) const {
    Value sum = number(term(last));
    for (int i = last - 1; i >= 0; --i)
      sum = add(mul(sum, z), number(term(i)));
    return sum;
  }
  /// The polynomial with these coefficients, highest power first.
  template <size_t N> Value polynomial(Value z, const float (&coefficients)[N]) const {
    Value sum = number(coefficients[0]);
    for (size_t i = 1; i < N; ++i)
      sum = fma(sum, z, number(coefficients[i]));
    return sum;
  }

  mlir::Type type;
  bool isDouble;
};

/// math.f(x) → arithmetic, by a method of an emitter, for the element types that `Functions`
/// covers.
template <typename Op, typename Functions, mlir::Value (Functions::*build)(mlir::Value) const>
struct ExpandFunction : mlir::OpRewritePattern<Op> {
  using mlir::OpRewritePattern<Op>::OpRewritePattern;

  llvm::LogicalResult matchAndRewrite(Op op, mlir::PatternRewriter &rewriter) const override {
    mlir::Value x = op.getOperand();
    if (!Functions::covers(mlir::getElementTypeOrSelf(x)))
      return rewriter.notifyMatchFailure(op, "is of another element type");
    rewriter.replaceOp(op, (Functions(rewriter, op.getLoc(), x.getType()).*build)(x));
    return llvm::success();
  }
};

} // namespace nnc

#endif
