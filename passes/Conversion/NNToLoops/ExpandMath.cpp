// Replaces mathematical functions by polynomials and arithmetic: nothing of a mathematical library
// is left in an object. f32: upstream's polynomial approximations and expansions. f16 and bf16 are
// computed in f32. f64 is computed in f32 as well, a stated limit: about 1e-7 relative and the
// range of f32. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_EXPANDMATHPASS
#include "passes/Conversion/NNToLoops/Passes.h.inc"

namespace {

/// `type` with another element type: scalar or vector.
Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return VectorType::get(vector.getShape(), element, vector.getScalableDims());
  return element;
}

Value constantLike(OpBuilder &builder, Location loc, Type type, double value) {
  auto element = cast<FloatType>(getElementTypeOrSelf(type));
  TypedAttr attr = builder.getFloatAttr(element, value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = SplatElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(builder, loc, attr);
}

/// op(x: f64 | f16 | bf16) → convert, op in f32, convert back.
template <typename Op> struct ComputeInF32 : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Type type = op->getResult(0).getType();
    auto element = dyn_cast<FloatType>(getElementTypeOrSelf(type));
    if (!element || element.isF32())
      return rewriter.notifyMatchFailure(op, "is computed in f32 already");
    Type f32 = withElement(type, rewriter.getF32Type());
    bool narrow = element.getWidth() < 32;
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(
          narrow ? arith::ExtFOp::create(rewriter, op.getLoc(), f32, operand).getResult()
                 : arith::TruncFOp::create(rewriter, op.getLoc(), f32, operand).getResult());
    Value result = Op::create(rewriter, op.getLoc(), TypeRange{f32}, operands)->getResult(0);
    if (narrow)
      rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, type, result);
    else
      rewriter.replaceOpWithNewOp<arith::ExtFOp>(op, type, result);
    return success();
  }
};

/// base^exponent of integers by repeated squaring; a negative exponent gives 0 except for bases 1
/// and −1.
struct ExpandIntegerPower : OpRewritePattern<math::IPowIOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::IPowIOp op, PatternRewriter &rewriter) const override {
    auto type = dyn_cast<IntegerType>(op.getType());
    if (!type)
      return rewriter.notifyMatchFailure(op, "is not a scalar");
    Location loc = op.getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(rewriter, loc, rewriter.getIntegerAttr(type, value));
    };
    auto index = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(rewriter, loc, value);
    };
    auto compare = [&](arith::CmpIPredicate predicate, Value a, Value b) -> Value {
      return arith::CmpIOp::create(rewriter, loc, predicate, a, b);
    };
    auto select = [&](Value condition, Value a, Value b) -> Value {
      return arith::SelectOp::create(rewriter, loc, condition, a, b);
    };
    Value zero = constant(0), one = constant(1), minusOne = constant(-1);
    Value base = op.getLhs(), exponent = op.getRhs();
    auto isOdd = [&](Value value) {
      return compare(arith::CmpIPredicate::ne, arith::AndIOp::create(rewriter, loc, value, one),
                     zero);
    };
    auto loop = scf::ForOp::create(
        rewriter, loc, index(0), index(type.getWidth()), index(1), ValueRange{one, base, exponent},
        [&](OpBuilder &, Location, Value, ValueRange state) {
          Value product = arith::MulIOp::create(rewriter, loc, state[0], state[1]);
          Value next = select(isOdd(state[2]), product, state[0]);
          Value square = arith::MulIOp::create(rewriter, loc, state[1], state[1]);
          Value rest = arith::ShRUIOp::create(rewriter, loc, state[2], one);
          scf::YieldOp::create(rewriter, loc, ValueRange{next, square, rest});
        });
    Value ofMinusOne = select(isOdd(exponent), minusOne, one);
    Value negative = select(compare(arith::CmpIPredicate::eq, base, minusOne), ofMinusOne, zero);
    negative = select(compare(arith::CmpIPredicate::eq, base, one), one, negative);
    rewriter.replaceOp(op, select(compare(arith::CmpIPredicate::slt, exponent, zero), negative,
                                  loop.getResult(0)));
    return success();
  }
};

/// floor, ceil, trunc and round-to-even of f32 without the instruction: beyond 2^23 every value is
/// an integer; below, adding and subtracting 2^23 with the sign of x rounds to even, and the
/// directed roundings correct that by one.
template <typename Op> struct ExpandRounding : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Value x = op.getOperand();
    Type type = x.getType();
    if (!getElementTypeOrSelf(type).isF32())
      return rewriter.notifyMatchFailure(op, "is not f32");
    Location loc = op.getLoc();
    Value zero = constantLike(rewriter, loc, type, 0), one = constantLike(rewriter, loc, type, 1);
    Value large = constantLike(rewriter, loc, type, 8388608.0);
    Value signedLarge = math::CopySignOp::create(rewriter, loc, large, x);
    Value even = arith::SubFOp::create(
        rewriter, loc, arith::AddFOp::create(rewriter, loc, x, signedLarge), signedLarge);
    auto correct = [&](arith::CmpFPredicate wrong, bool down) {
      Value step = arith::SelectOp::create(
          rewriter, loc, arith::CmpFOp::create(rewriter, loc, wrong, even, x), one, zero);
      return down ? arith::SubFOp::create(rewriter, loc, even, step).getResult()
                  : arith::AddFOp::create(rewriter, loc, even, step).getResult();
    };
    Value rounded = even;
    if constexpr (std::is_same_v<Op, math::FloorOp>)
      rounded = correct(arith::CmpFPredicate::OGT, true);
    if constexpr (std::is_same_v<Op, math::CeilOp>)
      rounded = correct(arith::CmpFPredicate::OLT, false);
    rounded = math::CopySignOp::create(rewriter, loc, rounded, x);
    Value isSmall = arith::CmpFOp::create(rewriter, loc, arith::CmpFPredicate::OLT,
                                          math::AbsFOp::create(rewriter, loc, x), large);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, isSmall, rounded, x);
    return success();
  }
};

/// sqrt of f32 in integer arithmetic and three Newton steps y ← ½(y + x/y) from a first guess that
/// halves the exponent; the guess is within 6 %, so the last step is exact to rounding. Zero,
/// infinity and NaN keep their value, negative numbers give NaN.
struct ExpandSquareRoot : OpRewritePattern<math::SqrtOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::SqrtOp op, PatternRewriter &rewriter) const override {
    Value x = op.getOperand();
    if (!x.getType().isF32())
      return rewriter.notifyMatchFailure(op, "is not a scalar f32");
    Location loc = op.getLoc();
    Type f32 = x.getType(), i32 = rewriter.getI32Type();
    auto number = [&](double value) { return constantLike(rewriter, loc, f32, value); };
    auto integer = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(rewriter, loc, rewriter.getIntegerAttr(i32, value));
    };
    auto compare = [&](arith::CmpFPredicate predicate, Value a, Value b) -> Value {
      return arith::CmpFOp::create(rewriter, loc, predicate, a, b);
    };
    // Subnormal numbers are scaled by 2^24 first, and the root by 2^-12 afterwards.
    Value isSmall = compare(arith::CmpFPredicate::OLT, x, number(1.1754943508222875e-38));
    Value scaled = arith::SelectOp::create(
        rewriter, loc, isSmall, arith::MulFOp::create(rewriter, loc, x, number(16777216.0)), x);
    Value bits = arith::BitcastOp::create(rewriter, loc, i32, scaled);
    Value half = arith::ShRUIOp::create(rewriter, loc, bits, integer(1));
    constexpr int64_t kHalfBias =
        0x1fbb4f2e; // half the exponent bias, corrected for the least largest error
    Value y = arith::BitcastOp::create(
        rewriter, loc, f32, arith::AddIOp::create(rewriter, loc, half, integer(kHalfBias)));
    for (int step = 0; step < 3; ++step) {
      Value quotient = arith::DivFOp::create(rewriter, loc, scaled, y);
      Value sum = arith::AddFOp::create(rewriter, loc, y, quotient);
      y = arith::MulFOp::create(rewriter, loc, sum, number(0.5));
    }
    Value shrunk = arith::MulFOp::create(rewriter, loc, y, number(0.000244140625));
    y = arith::SelectOp::create(rewriter, loc, isSmall, shrunk, y);
    Value isFinitePositive =
        arith::AndIOp::create(rewriter, loc, compare(arith::CmpFPredicate::OGT, x, number(0)),
                              compare(arith::CmpFPredicate::OLT, x, number(INFINITY)));
    Value isNegative = compare(arith::CmpFPredicate::OLT, x, number(0));
    Value other = arith::SelectOp::create(rewriter, loc, isNegative, number(NAN), x);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, isFinitePositive, y, other);
    return success();
  }
};

/// x − trunc(x/y)·y for the remainder with the sign of x. Exact while the quotient has no more than
/// the type's significant bits; trunc(q) is ⌊|q|⌋ with the sign of q.
struct ExpandRemainder : OpRewritePattern<arith::RemFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::RemFOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value x = op.getLhs(), y = op.getRhs();
    Value quotient = arith::DivFOp::create(rewriter, loc, x, y);
    Value magnitude =
        math::FloorOp::create(rewriter, loc, math::AbsFOp::create(rewriter, loc, quotient));
    Value whole = math::CopySignOp::create(rewriter, loc, magnitude, quotient);
    Value product = arith::MulFOp::create(rewriter, loc, whole, y);
    Value rest = arith::SubFOp::create(rewriter, loc, x, product);
    rewriter.replaceOpWithNewOp<math::CopySignOp>(op, rest, x);
    return success();
  }
};

/// f64 → f16 or bf16 by way of f32: no machine here has it in one instruction. A tie of the second
/// rounding may have been made by the first, which moves one result in about 2^29 by half a unit.
struct NarrowInSteps : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op, PatternRewriter &rewriter) const override {
    Type from = op.getIn().getType(), to = op.getType();
    if (!getElementTypeOrSelf(from).isF64() ||
        getElementTypeOrSelf(to).getIntOrFloatBitWidth() != 16)
      return rewriter.notifyMatchFailure(op, "is not f64 to 16 bits");
    Type f32 = withElement(from, rewriter.getF32Type());
    Value middle = arith::TruncFOp::create(rewriter, op.getLoc(), f32, op.getIn());
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, to, middle);
    return success();
  }
};

struct ExpandMathPass : impl::ExpandMathPassBase<ExpandMathPass> {
  using ExpandMathPassBase::ExpandMathPassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns
        .add<ComputeInF32<math::ExpOp>, ComputeInF32<math::ExpM1Op>, ComputeInF32<math::Exp2Op>,
             ComputeInF32<math::LogOp>, ComputeInF32<math::Log1pOp>, ComputeInF32<math::Log2Op>,
             ComputeInF32<math::SinOp>, ComputeInF32<math::CosOp>, ComputeInF32<math::TanOp>,
             ComputeInF32<math::AsinOp>, ComputeInF32<math::AcosOp>, ComputeInF32<math::AtanOp>,
             ComputeInF32<math::SinhOp>, ComputeInF32<math::CoshOp>, ComputeInF32<math::TanhOp>,
             ComputeInF32<math::AsinhOp>, ComputeInF32<math::AcoshOp>, ComputeInF32<math::AtanhOp>,
             ComputeInF32<math::ErfOp>, ComputeInF32<math::ErfcOp>, ComputeInF32<math::PowFOp>>(
            &getContext(), PatternBenefit(4));
    patterns.add<ExpandIntegerPower, ExpandRemainder, NarrowInSteps>(&getContext());
    if (expandRounding)
      patterns.add<ExpandRounding<math::FloorOp>, ExpandRounding<math::CeilOp>,
                   ExpandRounding<math::RoundEvenOp>>(&getContext());
    if (expandSquareRoot)
      patterns.add<ExpandSquareRoot>(&getContext());
    math::populateExpansionPatterns(patterns, {"tan", "sinh", "cosh", "asinh", "acosh", "atanh",
                                               "powf", "fpowi", "exp2", "rsqrt"});
    populateMathPolynomialApproximationPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace nnc
