// Replaces mathematical functions by polynomials and arithmetic: nothing of a mathematical library
// is left in an object. f16 and bf16 are computed in f32; docs/numerics.md states the errors.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/MathPatterns.h"
#include "passes/Conversion/NNToLoops/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

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

/// op(x: f16 | bf16) → extend, op in f32, narrow.
template <typename Op> struct ComputeInF32 : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Type type = op->getResult(0).getType();
    auto element = dyn_cast<FloatType>(getElementTypeOrSelf(type));
    if (!element || element.getWidth() >= 32)
      return rewriter.notifyMatchFailure(op, "is not a half");
    Type f32 = withElement(type, rewriter.getF32Type());
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(arith::ExtFOp::create(rewriter, op.getLoc(), f32, operand));
    Value result = Op::create(rewriter, op.getLoc(), TypeRange{f32}, operands)->getResult(0);
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, type, result);
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
    patterns.add<ExpandIntegerPower>(&getContext());
    addSingleFunctionPatterns(patterns);
    addDoubleFunctionPatterns(patterns);
    addComposedFunctionPatterns(patterns);
    addPowerPatterns(patterns);
    addRemainderPatterns(patterns);
    if (expandDouble)
      addDoubleArithmeticPatterns(patterns);
    addNarrowingPatterns(patterns, expandHalf);
    addRoundingPatterns(patterns, expandRounding, expandRounding || expandDouble);
    addSquareRootPatterns(patterns, expandSquareRoot, expandDouble);
    // tanh, erf and erfc of f32, and operations that only IR from outside has.
    math::populateExpansionPatterns(patterns, {"exp2", "fpowi", "rsqrt"});
    populateMathPolynomialApproximationPatterns(patterns, [](StringRef) { return true; });
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace nnc
