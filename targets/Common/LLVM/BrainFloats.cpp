// bf16 as the sixteen bits that it is.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/BrainFloats.h"

#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace nnc {

namespace {

/// A constant bf16 → the constant with its bits.
struct ConstantBits : ConvertOpToLLVMPattern<arith::ConstantOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(arith::ConstantOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto number = dyn_cast<FloatAttr>(op.getValue());
    if (!number || !number.getType().isBF16())
      return rewriter.notifyMatchFailure(op, "is no bf16");
    APInt bits = number.getValue().bitcastToAPInt();
    rewriter.replaceOpWithNewOp<LLVM::ConstantOp>(
        op, rewriter.getI16Type(), rewriter.getIntegerAttr(rewriter.getI16Type(), bits));
    return success();
  }
};

/// bf16 ↔ i16 → nothing: they are one type.
struct SameBits : ConvertOpToLLVMPattern<arith::BitcastOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(arith::BitcastOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (adaptor.getIn().getType() != getTypeConverter()->convertType(op.getType()))
      return rewriter.notifyMatchFailure(op, "changes the type");
    rewriter.replaceOp(op, adaptor.getIn());
    return success();
  }
};

/// bf16 → f64 by way of f32, which is exact.
struct ExtendInTwoSteps : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::ExtFOp op, PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getIn()).isBF16() || !getElementTypeOrSelf(op.getType()).isF64())
      return rewriter.notifyMatchFailure(op, "is not bf16 to f64");
    Type single = Float32Type::get(op.getContext());
    if (auto vector = dyn_cast<VectorType>(op.getType()))
      single = vector.clone(single);
    Value middle = arith::ExtFOp::create(rewriter, op.getLoc(), single, op.getIn());
    rewriter.replaceOpWithNewOp<arith::ExtFOp>(op, op.getType(), middle);
    return success();
  }
};

} // namespace

LogicalResult expandBrainFloats(ModuleOp module) {
  MLIRContext *context = module.getContext();
  TypeConverter converter;
  converter.addConversion([](Type type) { return type; });
  arith::populateEmulateUnsupportedFloatsConversions(converter, {BFloat16Type::get(context)},
                                                     Float32Type::get(context));
  RewritePatternSet emulation(context);
  arith::populateEmulateUnsupportedFloatsPatterns(emulation, converter);
  ConversionTarget target(*context);
  target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
  arith::populateEmulateUnsupportedFloatsLegality(target, converter);
  if (failed(applyPartialConversion(module, target, std::move(emulation))))
    return failure();
  RewritePatternSet expansion(context);
  arith::populateExpandBFloat16Patterns(expansion);
  expansion.add<ExtendInTwoSteps>(context);
  return applyPatternsGreedily(module, std::move(expansion));
}

void addBrainFloatConversions(LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  converter.addConversion(
      [](BFloat16Type type) -> Type { return IntegerType::get(type.getContext(), 16); });
  patterns.add<ConstantBits, SameBits>(converter, PatternBenefit(2));
}

} // namespace nnc
