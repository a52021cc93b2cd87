// The remainder of floats, exact for every quotient.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/MathPatterns.h"
#include "passes/Conversion/Scalar/Emit.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nnc {

namespace {

using scalar::Emit;
using IPredicate = Emit::IPredicate;
using FPredicate = Emit::FPredicate;

/// Builds the remainder with the sign of x of finite x and y ≠ 0. With |x| = a·2^d·u and |y| = b·u,
/// u the last place of y, it is (a·2^d mod b)·u: one integer division and d doublings.
struct Remainder {
  Emit emit;
  Value x, y;
  Type integer; ///< of the floats' width
  int64_t fractionBits;

  Value number(int64_t value) const { return emit.integer(integer, value); }
  Value bits(Value a) const { return emit.bitcast(emit.abs(a), integer); }
  /// The biased exponent; subnormal numbers have that of the smallest normal ones.
  Value exponent(Value bits) const {
    return emit.create<arith::MaxSIOp>(emit.shiftRight(bits, fractionBits, true), number(1));
  }
  /// The significand as an integer in units of the last place.
  Value significand(Value bits) const {
    Value hidden = number(int64_t{1} << fractionBits);
    Value fraction = emit.bitAnd(bits, number((int64_t{1} << fractionBits) - 1));
    Value isNormal = emit.compare(IPredicate::uge, bits, hidden);
    return emit.select(isNormal, emit.bitOr(fraction, hidden), fraction);
  }

  Value build() const {
    OpBuilder &builder = emit.builder;
    Value xBits = bits(x), yBits = bits(y), divisor = significand(yBits);
    Value isZero = emit.compare(IPredicate::eq, divisor, number(0));
    Value safe = emit.select(isZero, number(1), divisor);
    Value distance = emit.sub(exponent(xBits), exponent(yBits));
    Value steps = emit.create<arith::MaxSIOp>(distance, number(0));
    Value start = emit.create<arith::RemUIOp>(significand(xBits), safe);
    auto index = [&](Value value) {
      return arith::IndexCastOp::create(builder, emit.loc, builder.getIndexType(), value);
    };
    auto loop = scf::ForOp::create(
        builder, emit.loc, index(number(0)), index(steps), index(number(1)), ValueRange{start},
        [&](OpBuilder &inner, Location loc, Value, ValueRange state) {
          Emit step(inner, loc);
          Value doubled = step.shiftLeft(state[0], 1);
          Value fits = step.compare(IPredicate::uge, doubled, safe);
          Value next = step.select(fits, step.sub(doubled, safe), doubled);
          scf::YieldOp::create(inner, loc, next);
        });
    // The last place of y is the difference to its power of two's neighbour.
    Type real = x.getType();
    Value power = emit.bitAnd(yBits, number(-(int64_t{1} << fractionBits)));
    Value place =
        emit.sub(emit.bitcast(emit.bitOr(power, number(1)), real), emit.bitcast(power, real));
    Value whole = emit.create<arith::UIToFPOp>(real, loop.getResult(0));
    Value rest = emit.copySign(emit.mul(whole, place), x);
    Value isSmall = emit.less(emit.abs(x), emit.abs(y));
    return emit.select(isSmall, x, rest);
  }
};

/// x − trunc(x/y)·y. NaN where x is infinite, y is 0 or one is NaN; x where y is infinite.
struct ExpandRemainder : OpRewritePattern<arith::RemFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::RemFOp op, PatternRewriter &rewriter) const override {
    Value x = op.getLhs(), y = op.getRhs();
    auto type = dyn_cast<FloatType>(x.getType());
    if (!type || type.getWidth() < 32)
      return rewriter.notifyMatchFailure(op, "is not a scalar f32 or f64");
    Emit emit(rewriter, op.getLoc());
    Value finite = Remainder{emit, x, y, rewriter.getIntegerType(type.getWidth()),
                             type.getFPMantissaWidth() - 1}
                       .build();
    Value isWrong =
        emit.bitOr(emit.compare(FPredicate::UEQ, emit.abs(x), emit.constant(type, INFINITY)),
                   emit.compare(FPredicate::UEQ, y, emit.constant(type, 0.0)));
    rewriter.replaceOp(op, emit.select(isWrong, emit.constant(type, NAN), finite));
    return success();
  }
};

/// Lane by lane: the number of steps differs.
struct UnrollRemainder : OpRewritePattern<arith::RemFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::RemFOp op, PatternRewriter &rewriter) const override {
    auto type = dyn_cast<VectorType>(op.getType());
    if (!type || type.getRank() != 1)
      return rewriter.notifyMatchFailure(op, "is not a vector");
    Location loc = op.getLoc();
    Value result = op.getLhs();
    for (int64_t lane = 0; lane < type.getNumElements(); ++lane) {
      Value x = vector::ExtractOp::create(rewriter, loc, op.getLhs(), lane);
      Value y = vector::ExtractOp::create(rewriter, loc, op.getRhs(), lane);
      result = vector::InsertOp::create(rewriter, loc, arith::RemFOp::create(rewriter, loc, x, y),
                                        result, lane);
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

void addRemainderPatterns(RewritePatternSet &patterns) {
  patterns.add<ExpandRemainder, UnrollRemainder>(patterns.getContext());
}

} // namespace nnc
