// Conversions between f16 and f32 by integer arithmetic, for machines without the instruction, from
// f32 to bf16, and from f64 to sixteen bits with one rounding.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/MathPatterns.h"
#include "passes/Conversion/Scalar/Emit.h"

using namespace mlir;

namespace nnc {

namespace {

using scalar::Emit;
using IPredicate = Emit::IPredicate;
using FPredicate = Emit::FPredicate;

bool isType(Value value, bool (Type::*is)() const) { return (getElementTypeOrSelf(value).*is)(); }

/// f16 → f32: exponent and fraction move into place and the exponent's bias grows by 112;
/// infinities and NaN by twice as much; subnormal numbers are normalised by a subtraction.
struct ExtendHalf : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::ExtFOp op, PatternRewriter &rewriter) const override {
    Value x = op.getIn();
    if (!isType(x, &Type::isF16))
      return rewriter.notifyMatchFailure(op, "is not from f16");
    Emit emit(rewriter, op.getLoc());
    Type i32 = rewriter.getI32Type(), f32 = rewriter.getF32Type();
    Value bits = emit.resizeInteger(emit.bitcast(x, rewriter.getI16Type()), i32, true);
    Type type = bits.getType();
    auto number = [&](int64_t value) { return emit.integer(type, value); };
    Value sign = emit.shiftLeft(emit.bitAnd(bits, number(0x8000)), 16);
    Value magnitude = emit.bitAnd(bits, number(0x7fff));
    Value moved = emit.shiftLeft(magnitude, 13);
    Value normal = emit.add(moved, number(0x38000000));
    Value special = emit.add(moved, number(0x70000000));
    constexpr int64_t kSmallest = 0x38800000; // 2^-14, the smallest normal f16
    Value subnormal = emit.sub(emit.bitcast(emit.add(moved, number(kSmallest)), f32),
                               emit.bitcast(number(kSmallest), f32));
    Value result =
        emit.select(emit.compare(IPredicate::uge, magnitude, number(0x7c00)), special, normal);
    result = emit.select(emit.compare(IPredicate::ult, magnitude, number(0x0400)),
                         emit.bitcast(subnormal, i32), result);
    Value wide = emit.bitcast(emit.bitOr(result, sign), f32);
    if (op.getType() != wide.getType())
      wide = arith::ExtFOp::create(rewriter, op.getLoc(), op.getType(), wide);
    rewriter.replaceOp(op, wide);
    return success();
  }
};

/// f32 → f16, to nearest, ties to even: the fraction is rounded by an addition that carries into
/// the exponent; subnormal results are rounded by the addition of ½, whose last place is theirs.
struct NarrowToHalf : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op, PatternRewriter &rewriter) const override {
    Value x = op.getIn();
    if (!isType(x, &Type::isF32) || !getElementTypeOrSelf(op.getType()).isF16())
      return rewriter.notifyMatchFailure(op, "is not f32 to f16");
    Emit emit(rewriter, op.getLoc());
    Type i32 = rewriter.getI32Type(), f32 = rewriter.getF32Type();
    Value bits = emit.bitcast(x, i32);
    auto number = [&](int64_t value) { return emit.integer(bits.getType(), value); };
    Value magnitude = emit.bitAnd(bits, number(0x7fffffff));
    Value sign = emit.shiftRight(emit.bitXor(bits, magnitude), 16, /*isUnsigned=*/true);
    Value odd = emit.bitAnd(emit.shiftRight(magnitude, 13, true), number(1));
    Value rounded = emit.add(emit.add(magnitude, number(0xfff - 0x38000000)), odd);
    rounded = emit.shiftRight(rounded, 13, /*isUnsigned=*/true);
    constexpr int64_t kHalf = 0x3f000000; // ½
    Value subnormal = emit.sub(
        emit.bitcast(emit.add(emit.bitcast(magnitude, f32), emit.bitcast(number(kHalf), f32)), i32),
        number(kHalf));
    auto atLeast = [&](int64_t value) {
      return emit.compare(IPredicate::uge, magnitude, number(value));
    };
    Value result = emit.select(atLeast(0x38800000), rounded, subnormal);
    result = emit.select(atLeast(0x47800000), number(0x7c00), result);
    result = emit.select(emit.compare(IPredicate::ugt, magnitude, number(0x7f800000)),
                         number(0x7e00), result);
    Value narrow = emit.resizeInteger(emit.bitOr(result, sign), rewriter.getI16Type(), true);
    rewriter.replaceOp(op, emit.bitcast(narrow, rewriter.getF16Type()));
    return success();
  }
};

/// f32 → bf16, to nearest, ties to even, by an addition to the bits that are cut; NaN stays NaN. No
/// machine but the newest has the instruction, and most would call a library.
struct NarrowToBrain : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op, PatternRewriter &rewriter) const override {
    Value x = op.getIn();
    if (!isType(x, &Type::isF32) || !getElementTypeOrSelf(op.getType()).isBF16())
      return rewriter.notifyMatchFailure(op, "is not f32 to bf16");
    Emit emit(rewriter, op.getLoc());
    Value bits = emit.bitcast(x, rewriter.getI32Type());
    auto number = [&](int64_t value) { return emit.integer(bits.getType(), value); };
    auto upper = [&](Value value) { return emit.shiftRight(value, 16, /*isUnsigned=*/true); };
    Value odd = emit.bitAnd(upper(bits), number(1));
    Value rounded = upper(emit.add(emit.add(bits, number(0x7fff)), odd));
    Value isNaN =
        emit.compare(IPredicate::ugt, emit.bitAnd(bits, number(0x7fffffff)), number(0x7f800000));
    Value result = emit.select(isNaN, emit.bitOr(upper(bits), number(0x40)), rounded);
    Value narrow = emit.resizeInteger(result, rewriter.getI16Type(), true);
    rewriter.replaceOp(op, emit.bitcast(narrow, rewriter.getBF16Type()));
    return success();
  }
};

/// f64 → f16 or bf16 by way of f32 rounded to odd: a result that is not exact ends in a one, so
/// that the second rounding sees on which side of a tie the number lies.
struct NarrowFromDouble : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op, PatternRewriter &rewriter) const override {
    Value x = op.getIn();
    if (!isType(x, &Type::isF64) ||
        getElementTypeOrSelf(op.getType()).getIntOrFloatBitWidth() != 16)
      return rewriter.notifyMatchFailure(op, "is not f64 to 16 bits");
    Emit emit(rewriter, op.getLoc());
    Type i32 = rewriter.getI32Type(), f32 = rewriter.getF32Type();
    Value nearest = emit.truncateFloat(x, f32);
    Value back = emit.extendFloat(nearest, rewriter.getF64Type());
    Value bits = emit.bitcast(nearest, i32);
    Value one = emit.integer(bits.getType(), 1);
    Value isEven =
        emit.compare(IPredicate::eq, emit.bitAnd(bits, one), emit.integer(bits.getType(), 0));
    Value isInexact = emit.compare(FPredicate::ONE, back, x);
    Value isTooLarge = emit.greater(emit.abs(back), emit.abs(x));
    Value odd = emit.select(isTooLarge, emit.sub(bits, one), emit.add(bits, one));
    Value middle = emit.bitcast(emit.select(emit.bitAnd(isInexact, isEven), odd, bits), f32);
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(), middle);
    return success();
  }
};

} // namespace

void addNarrowingPatterns(RewritePatternSet &patterns, bool expandHalf) {
  patterns.add<NarrowFromDouble, NarrowToBrain>(patterns.getContext());
  if (expandHalf)
    patterns.add<ExtendHalf, NarrowToHalf>(patterns.getContext());
}

} // namespace nnc
