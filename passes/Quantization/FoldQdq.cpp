// nnc-fold-qdq: compute with integers what lies between nn.dequantize and nn.quantize.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/FoldQdq.h"

#include "passes/Quantization/Passes.h"

#include "llvm/ADT/SetVector.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_FOLDQDQPASS
#include "passes/Quantization/Passes.h.inc"

LogicalResult FoldIntoIntegers::matchAndRewrite(nn::QuantizeOp op,
                                                PatternRewriter &rewriter) const {
  Operation *root = op.getInput().getDefiningOp();
  auto result = dyn_cast<quant::UniformQuantizedType>(typeOf(op.getResult()).getElementType());
  if (!root || !result)
    return rewriter.notifyMatchFailure(op, "quantizes an argument, or by axis");
  std::string reason;
  // What is dequantized may have other readers: nothing is computed there.
  if (!isa<nn::DequantizeOp>(root) && !op.getInput().hasOneUse()) {
    reasons.try_emplace(op, "its result has other readers, too");
    return rewriter.notifyMatchFailure(op, "the real result has another reader");
  }
  Value integers = fold({rewriter, root, op.getLoc(), result, reason});
  if (!integers) {
    if (!reason.empty())
      reasons.try_emplace(op, reason);
    return rewriter.notifyMatchFailure(op, reason.empty() ? "is of another kind" : reason.c_str());
  }
  rewriter.replaceOp(op, storageCast(rewriter, op.getLoc(), integers, result));
  return success();
}

namespace {

/// The quantized type that integers are read as, or are made of; null where there are several.
Type meaningOf(Value integers) {
  if (auto cast = integers.getDefiningOp<nn::StorageCastOp>())
    return typeOf(cast.getInput()).getElementType();
  Type meaning;
  for (Operation *user : integers.getUsers()) {
    auto cast = dyn_cast<nn::StorageCastOp>(user);
    if (!cast)
      continue;
    Type type = cast.getType().getElementType();
    if (meaning && meaning != type)
      return {};
    meaning = type;
  }
  return meaning;
}

/// Keeps with the model's arguments and results what their integers stand for.
void markInterface(func::FuncOp function) {
  if (!function->hasAttr("rt.entry") || !function.getBody().hasOneBlock())
    return;
  auto attribute = [](Value value) {
    Type meaning = meaningOf(value);
    return isa_and_present<quant::UniformQuantizedType>(meaning) ? TypeAttr::get(meaning)
                                                                 : TypeAttr();
  };
  for (BlockArgument argument : function.getArguments())
    if (TypeAttr meaning = attribute(argument))
      function.setArgAttr(argument.getArgNumber(), "nn.quantized", meaning);
  for (auto [i, value] : llvm::enumerate(function.front().getTerminator()->getOperands()))
    if (TypeAttr meaning = attribute(value))
      function.setResultAttr(static_cast<unsigned>(i), "nn.quantized", meaning);
}

/// clamp(requantize(x)) → requantize(x) with the limits of both
struct MergeLimits : OpRewritePattern<nn::ClampOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::ClampOp op, PatternRewriter &rewriter) const override {
    auto requantize = op.getInput().getDefiningOp<nn::RequantizeOp>();
    if (!requantize || !requantize->hasOneUse())
      return rewriter.notifyMatchFailure(op, "does not limit sums requantized for it");
    int64_t low = requantize.lowest(), high = requantize.highest();
    if (op.getLow())
      low = std::max(low, static_cast<int64_t>(op.getLow()->convertToDouble()));
    if (op.getHigh())
      high = std::min(high, static_cast<int64_t>(op.getHigh()->convertToDouble()));
    if (low > high)
      return rewriter.notifyMatchFailure(op, "the limits exclude each other");
    rewriter.modifyOpInPlace(requantize, [&] {
      requantize.setLowAttr(rewriter.getI64IntegerAttr(low));
      requantize.setHighAttr(rewriter.getI64IntegerAttr(high));
      requantize->setLoc(op.getLoc());
    });
    rewriter.replaceOp(op, requantize.getResult());
    return success();
  }
};

struct FoldQdqPass : impl::FoldQdqPassBase<FoldQdqPass> {
  void runOnOperation() override {
    markInterface(getOperation());
    FoldIntoIntegers::Reasons reasons;
    RewritePatternSet patterns(&getContext());
    populateProductFolds(patterns, reasons);
    populateArithmeticFolds(patterns, reasons);
    populateAffineFolds(patterns, reasons);
    populateAverageFolds(patterns, reasons);
    populateTableFolds(patterns, reasons);
    populateMovementFolds(patterns);
    patterns.add<MergeLimits>(&getContext());
    FrozenRewritePatternSet frozen(std::move(patterns));
    if (failed(applyPatternsGreedily(getOperation(), frozen)))
      getOperation().emitRemark("stopped before nothing was left to rewrite");
    // Once more without an effect, for the reasons of what is left.
    reasons.clear();
    (void)applyPatternsGreedily(getOperation(), frozen);
    getOperation().walk([&](nn::QuantizeOp op) { report(op, reasons); });
    getOperation().walk([](nn::DequantizeOp op) { reportReaders(op); });
    RewritePatternSet real(&getContext());
    populateRealProductFolds(real);
    if (failed(applyPatternsGreedily(getOperation(), std::move(real))))
      getOperation().emitRemark("stopped before nothing was left to rewrite");
  }

  /// Says of an operator that reads and gives integers by way of real numbers why it does.
  static void report(nn::QuantizeOp op, const FoldIntoIntegers::Reasons &reasons) {
    Operation *root = op.getInput().getDefiningOp();
    if (!root || root->getNumOperands() == 0)
      return;
    std::string why = "no integer form of " + root->getName().getStringRef().str() + " is known";
    if (auto found = reasons.find(op); found != reasons.end())
      why = found->second;
    if (isFoldableRealProduct(root)) {
      root->emitRemark(
          "its sums are of integers, its result is rounded to floating point before it "
          "is quantized: ")
          << why;
      return;
    }
    if (llvm::any_of(root->getOperands(), [](Value v) { return Stored::of(v); }))
      root->emitRemark("computed in floating point between quantized values: ") << why;
    else if (readsQuantized(root))
      root->emitRemark("computed in floating point, its result is quantized: what it reads is "
                       "computed in floating point, too");
  }

  /// Whether a chain of operators leads from a quantized value to this one.
  static bool readsQuantized(Operation *op) {
    constexpr size_t kMostOperators = 256;
    llvm::SetVector<Operation *> seen;
    seen.insert(op);
    for (size_t i = 0; i < seen.size() && seen.size() < kMostOperators; ++i)
      for (Value operand : seen[i]->getOperands()) {
        if (computedStored(operand))
          return true;
        if (Operation *source = operand.getDefiningOp())
          seen.insert(source);
      }
    return false;
  }

  /// Whether a value is dequantized at run time.
  static bool computedStored(Value value) {
    std::optional<Stored> stored = Stored::of(value);
    return stored && !stored->constant();
  }

  /// Says of operators that read quantized numbers and give real ones, which nothing quantizes,
  /// that they compute in floating point.
  static void reportReaders(nn::DequantizeOp op) {
    bool isConstant = !computedStored(op.getResult());
    for (Operation *reader : op->getUsers()) {
      bool quantized = llvm::any_of(reader->getUsers(), llvm::IsaPred<nn::QuantizeOp>);
      bool product = isa<nn::ConvOp, nn::ConvTransposeOp, nn::MatMulOp>(reader);
      if (!isa<nn::NNDialect>(reader->getDialect()) || isa<nn::QuantizeOp>(reader) || quantized ||
          isFoldableRealProduct(reader))
        continue;
      if (isConstant && product && llvm::none_of(reader->getOperands(), computedStored))
        reader->emitRemark("computed in floating point: its weights are quantized, what they are "
                           "multiplied with is not");
      else if (!isConstant)
        reader->emitRemark("computed in floating point: it reads quantized values, but its result "
                           "is not quantized");
    }
  }
};

} // namespace

} // namespace nnc
