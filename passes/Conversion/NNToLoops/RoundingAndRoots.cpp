// Roundings to integers and square roots without the instruction.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/MathPatterns.h"
#include "passes/Conversion/Scalar/Emit.h"

#include <cmath>

using namespace mlir;

namespace nnc {

namespace {

using scalar::Emit;
using FPredicate = Emit::FPredicate;

/// Which floats a pattern is for.
struct Widths {
  bool single, twice;

  bool covers(Type type) const {
    Type element = getElementTypeOrSelf(type);
    return (single && element.isF32()) || (twice && element.isF64());
  }
};

/// Bits of the fraction: 23 or 52.
int64_t fractionBits(Type type) {
  return cast<FloatType>(getElementTypeOrSelf(type)).getFPMantissaWidth() - 1;
}

/// floor, ceil, trunc and round-to-even: beyond 2^f, f fraction bits, every value is an integer;
/// below, adding and subtracting 2^f with the sign of x rounds to even, and the directed roundings
/// correct that by one.
template <typename Op> struct ExpandRounding : OpRewritePattern<Op> {
  ExpandRounding(MLIRContext *context, Widths widths)
      : OpRewritePattern<Op>(context), widths(widths) {}

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Value x = op.getOperand();
    Type type = x.getType();
    if (!widths.covers(type))
      return rewriter.notifyMatchFailure(op, "is an instruction");
    Emit emit(rewriter, op.getLoc());
    Value zero = emit.constant(type, 0.0), one = emit.constant(type, 1.0);
    Value large = emit.constant(type, std::ldexp(1.0, static_cast<int>(fractionBits(type))));
    Value signedLarge = emit.copySign(large, x);
    Value even = emit.sub(emit.add(x, signedLarge), signedLarge);
    Value rounded = even;
    if constexpr (std::is_same_v<Op, math::FloorOp>)
      rounded = emit.sub(even, emit.select(emit.greater(even, x), one, zero));
    if constexpr (std::is_same_v<Op, math::CeilOp>)
      rounded = emit.add(even, emit.select(emit.less(even, x), one, zero));
    Value isSmall = emit.less(emit.abs(x), large);
    rewriter.replaceOp(op, emit.select(isSmall, emit.copySign(rounded, x), x));
    return success();
  }

  Widths widths;
};

/// √x in integer arithmetic and Newton steps y ← ½(y + x/y) from a first guess that halves the
/// exponent; the guess is within 6 %, three steps reach f32 and four f64. Zero, infinity and NaN
/// keep their value, negative numbers give NaN.
struct ExpandSquareRoot : OpRewritePattern<math::SqrtOp> {
  ExpandSquareRoot(MLIRContext *context, Widths widths)
      : OpRewritePattern(context), widths(widths) {}

  LogicalResult matchAndRewrite(math::SqrtOp op, PatternRewriter &rewriter) const override {
    Value x = op.getOperand();
    Type real = x.getType();
    if (!isa<FloatType>(real) || !widths.covers(real))
      return rewriter.notifyMatchFailure(op, "is an instruction");
    Emit emit(rewriter, op.getLoc());
    bool twice = real.isF64();
    Type integer = rewriter.getIntegerType(twice ? 64 : 32);
    auto number = [&](double value) { return emit.constant(real, value); };
    // Subnormal numbers are scaled by an even power of two first, the root by half of it
    // afterwards.
    int shift = twice ? 54 : 24;
    Value isSmall = emit.less(x, number(twice ? 0x1p-1022 : 0x1p-126));
    Value scaled = emit.select(isSmall, emit.mul(x, number(std::ldexp(1.0, shift))), x);
    Value half = emit.shiftRight(emit.bitcast(scaled, integer), 1, /*isUnsigned=*/true);
    // Half the exponent's bias, corrected for the least largest error.
    int64_t halfBias = twice ? 0x1ff769e5c0000000 : 0x1fbb4f2e;
    Value y = emit.bitcast(emit.add(half, emit.integer(integer, halfBias)), real);
    for (int step = 0; step < (twice ? 4 : 3); ++step)
      y = emit.mul(emit.add(y, emit.div(scaled, y)), number(0.5));
    y = emit.select(isSmall, emit.mul(y, number(std::ldexp(1.0, -shift / 2))), y);
    Value isFinitePositive =
        emit.bitAnd(emit.greater(x, number(0)), emit.less(x, number(INFINITY)));
    Value other = emit.select(emit.less(x, number(0)), number(NAN), x);
    rewriter.replaceOp(op, emit.select(isFinitePositive, y, other));
    return success();
  }

  Widths widths;
};

/// a·b + c of f64 with two roundings, where f64 has no instructions and a fused one would be a
/// call.
struct SplitDoubleFma : OpRewritePattern<math::FmaOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::FmaOp op, PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isF64())
      return rewriter.notifyMatchFailure(op, "is not f64");
    rewriter.replaceOp(op,
                       Emit(rewriter, op.getLoc()).multiplyAdd(op.getA(), op.getB(), op.getC()));
    return success();
  }
};

} // namespace

void addDoubleArithmeticPatterns(RewritePatternSet &patterns) {
  patterns.add<SplitDoubleFma>(patterns.getContext());
}

void addRoundingPatterns(RewritePatternSet &patterns, bool single, bool twice) {
  patterns.add<ExpandRounding<math::FloorOp>, ExpandRounding<math::CeilOp>,
               ExpandRounding<math::RoundEvenOp>>(patterns.getContext(), Widths{single, twice});
}

void addSquareRootPatterns(RewritePatternSet &patterns, bool single, bool twice) {
  patterns.add<ExpandSquareRoot>(patterns.getContext(), Widths{single, twice});
}

} // namespace nnc
