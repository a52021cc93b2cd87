// nnc-simplify: rewrites that look at several operators, together with the canonicalisation of nn.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Graph/Simplify.h"

#include "dialects/NN/NN.h"
#include "passes/Graph/NodeLocation.h"
#include "passes/Graph/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_SIMPLIFYPASS
#include "passes/Graph/Passes.h.inc"

bool isElementwise(Operation *op) {
  return isa<nn::UnaryOp, nn::ClampOp, nn::CastOp, nn::BinaryOp, nn::CompareOp, nn::SelectOp>(op);
}

Operation *cloneElementwise(Operation *op, ValueRange operands, ArrayRef<int64_t> shape,
                            PatternRewriter &rewriter) {
  Type element = cast<RankedTensorType>(op->getResult(0).getType()).getElementType();
  Operation *copy = rewriter.clone(*op);
  rewriter.modifyOpInPlace(copy, [&] {
    copy->setOperands(operands);
    copy->setLoc(nodeLocation(op->getLoc()));
    copy->getResult(0).setType(RankedTensorType::get(shape, element));
  });
  return copy;
}

bool hasLayout(Operation *op) {
  auto encoded = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.getEncoding();
  };
  return llvm::any_of(op->getOperandTypes(), encoded) ||
         llvm::any_of(op->getResultTypes(), encoded);
}

namespace {

struct SimplifyPass : impl::SimplifyPassBase<SimplifyPass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    for (RegisteredOperationName name : context->getRegisteredOperations())
      if (name.getDialectNamespace() == nn::NNDialect::getDialectNamespace())
        name.getCanonicalizationPatterns(patterns, context);
    addWindowPadPatterns(patterns);
    addConstantChainPatterns(patterns);
    addTransposePatterns(patterns);
    addReshapePatterns(patterns);
    addPoolPatterns(patterns);
    // Each state on the way is right.
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      getOperation().emitRemark("stopped before nothing was left to rewrite");
  }
};

} // namespace
} // namespace nnc
