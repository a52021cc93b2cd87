// One conversion of loops, vectors and buffers to the LLVM dialect with one type converter, so that
// `index` has the target's width everywhere and no casts between two converters remain. Part of
// nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "targets/Common/LLVM/BrainFloats.h"
#include "targets/Common/LLVM/BufferArguments.h"
#include "targets/Common/LLVM/ConstantGroups.h"
#include "targets/Common/LLVM/Forks.h"
#include "targets/Common/LLVM/Passes.h"
#include "targets/Common/LLVM/SharedBuffers.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"

using namespace mlir;

namespace nnc {

#define GEN_PASS_DEF_LOWERTOLLVMPASS
#include "targets/Common/LLVM/Passes.h.inc"

namespace {

/// rt.constant @group[offset] → address of the group plus the offset.
struct ConstantLowering : ConvertOpToLLVMPattern<rt::ConstantOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(rt::ConstantOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto pointer = LLVM::LLVMPointerType::get(op.getContext());
    Value base = LLVM::AddressOfOp::create(rewriter, op.getLoc(), pointer, op.getGroup());
    if (op.getOffset() != 0) {
      Value offset = createIndexAttrConstant(rewriter, op.getLoc(), getIndexType(),
                                             static_cast<int64_t>(op.getOffset()));
      base = LLVM::GEPOp::create(rewriter, op.getLoc(), pointer, rewriter.getI8Type(), base, offset,
                                 LLVM::GEPNoWrapFlags::inbounds | LLVM::GEPNoWrapFlags::nuw);
    }
    auto type = cast<MemRefType>(op.getType());
    rewriter.replaceOp(op, Value(MemRefDescriptor::fromStaticShape(
                               rewriter, op.getLoc(), *getTypeConverter(), type, base)));
    return success();
  }
};

/// rt.part %buffer[offset] → address of the buffer plus the offset in elements.
struct PartLowering : ConvertOpToLLVMPattern<rt::PartOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(rt::PartOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto type = cast<MemRefType>(op.getType());
    auto from = cast<MemRefType>(op.getBuffer().getType());
    Value base = MemRefDescriptor(adaptor.getBuffer())
                     .bufferPtr(rewriter, op.getLoc(), *getTypeConverter(), from);
    int64_t bytes = static_cast<int64_t>(op.getOffset()) * nn::elementBytes(type.getElementType());
    if (bytes != 0) {
      auto pointer = LLVM::LLVMPointerType::get(op.getContext());
      Value offset = createIndexAttrConstant(rewriter, op.getLoc(), getIndexType(), bytes);
      base = LLVM::GEPOp::create(rewriter, op.getLoc(), pointer, rewriter.getI8Type(), base, offset,
                                 LLVM::GEPNoWrapFlags::inbounds | LLVM::GEPNoWrapFlags::nuw);
    }
    rewriter.replaceOp(op, Value(MemRefDescriptor::fromStaticShape(
                               rewriter, op.getLoc(), *getTypeConverter(), type, base)));
    return success();
  }
};

/// fma(a, b, c) → a·b + c, for machines where a fused operation would be a library call.
template <typename FmaOp> struct SplitFma : OpRewritePattern<FmaOp> {
  using OpRewritePattern<FmaOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(FmaOp op, PatternRewriter &rewriter) const override {
    Value product =
        arith::MulFOp::create(rewriter, op.getLoc(), op->getOperand(0), op->getOperand(1));
    rewriter.replaceOpWithNewOp<arith::AddFOp>(op, product, op->getOperand(2));
    return success();
  }
};

class LowerToLLVM : public impl::LowerToLLVMPassBase<LowerToLLVM> {
  using LowerToLLVMPassBase::LowerToLLVMPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (indexBits != 32 && indexBits != 64) {
      module.emitError("index-bits is ") << indexBits.getValue() << ", expected 32 or 64";
      return signalPassFailure();
    }
    separateSharedBuffers(module);
    annotateBufferArguments(module, arenaAlignment);
    markFunctions(module);
    addForkFunction(module);
    if (failed(simplifyVectors(module)) || failed(expandBrainFloats(module)) ||
        failed(convert(module)) || failed(lowerConstantGroups(module)))
      return signalPassFailure();
    for (auto function : module.getOps<LLVM::LLVMFuncOp>())
      finish(function);
  }

  /// Notes what the conversion would lose.
  void markFunctions(ModuleOp module) {
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr(rt::kEntryAttr))
        function->setAttr("rt.buffers", TypeAttr::get(function.getFunctionType()));
  }

  /// Vector ops that have no direct counterpart become simpler ones.
  LogicalResult simplifyVectors(ModuleOp module) {
    RewritePatternSet patterns(&getContext());
    vector::populateVectorBroadcastLoweringPatterns(patterns);
    vector::populateVectorShapeCastLoweringPatterns(patterns);
    vector::populateVectorInterleaveLoweringPatterns(patterns);
    vector::populateVectorInsertExtractStridedSliceTransforms(patterns);
    vector::populateVectorStepLoweringPatterns(patterns);
    arith::populateCeilFloorDivExpandOpsPatterns(patterns);
    if (!minMax)
      arith::populateArithExpandOpsPatterns(patterns);
    if (!fma)
      patterns.add<SplitFma<math::FmaOp>, SplitFma<vector::FMAOp>>(&getContext());
    return applyPatternsGreedily(module, std::move(patterns));
  }

  LogicalResult convert(ModuleOp module) {
    MLIRContext *context = &getContext();
    LowerToLLVMOptions options(context);
    options.overrideIndexBitwidth(indexBits);
    options.useBarePtrCallConv = true;
    if (auto layout = module->getAttrOfType<StringAttr>(LLVM::LLVMDialect::getDataLayoutAttrName()))
      options.dataLayout = llvm::DataLayout(layout.getValue());
    LLVMTypeConverter converter(context, options);

    RewritePatternSet patterns(context);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    populateFuncToLLVMConversionPatterns(converter, patterns);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    populateMathToLLVMConversionPatterns(converter, patterns);
    populateVectorToLLVMConversionPatterns(converter, patterns);
    patterns.add<ConstantLowering, PartLowering>(converter);
    addBrainFloatConversions(converter, patterns);
    addForkConversions(converter, patterns);

    LLVMConversionTarget target(*context);
    target.addLegalOp<ModuleOp, rt::ConstantsOp>();
    return applyFullConversion(module, target, std::move(patterns));
  }

  /// Layers are called once per run: inlining them would only hide them from profiles, stack bounds
  /// and sections.
  void finish(LLVM::LLVMFuncOp function) {
    function.setDsoLocal(true);
    function.setNoUnwind(true);
    function->removeAttr("sym_visibility");
    if (!function->hasAttr(rt::kLayerAttr) && !function->hasAttr(rt::kPartOfAttr))
      return;
    function.setLinkage(LLVM::Linkage::Internal);
    function.setNoInline(true);
  }
};

} // namespace
} // namespace nnc
