// nnc-fuse-epilogues: elementwise operators behind a kernel move into its epilogue.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "passes/Conversion/NNToKernel/Passes.h"
#include "passes/Conversion/Scalar/Scalar.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"

namespace nnc {
#define GEN_PASS_DEF_FUSEEPILOGUESPASS
#include "passes/Conversion/NNToKernel/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {

namespace {

/// An operator, the kernel that takes it, and whether the kernel has to move down to it.
struct Fusion {
  Operation *op;
  kernel::ProductOpInterface kernel;
  bool moves;
};

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

bool isElementwise(Operation *op) {
  return isa<nn::UnaryOp, nn::ClampOp, nn::BinaryOp, nn::SelectOp>(op);
}

/// Whether a value is there before `op`, or is a constant that can be moved there.
bool isAvailable(Value value, Operation *op) {
  Operation *source = value.getDefiningOp();
  return !source || isa<nn::ConstantOp>(source) ||
         (source->getBlock() == op->getBlock() && source->isBeforeInBlock(op));
}

/// The kernel whose epilogue can take the operator: the last of its operands that is used by
/// nothing else.
std::optional<Fusion> fusionFor(Operation *op) {
  if (!isElementwise(op) || !typeOf(op->getResult(0)).getElementType().isF32())
    return std::nullopt;
  kernel::ProductOpInterface last;
  for (Value operand : op->getOperands()) {
    auto kernel = operand.getDefiningOp<kernel::ProductOpInterface>();
    if (!kernel || kernel->getBlock() != op->getBlock() ||
        typeOf(operand).getShape() != typeOf(op->getResult(0)).getShape() ||
        !llvm::all_of(operand.getUsers(), [&](Operation *user) { return user == op; }))
      continue;
    if (!last || last->isBeforeInBlock(kernel))
      last = kernel;
  }
  if (!last)
    return std::nullopt;
  bool moves = llvm::any_of(op->getOperands(), [&](Value operand) {
    return operand.getDefiningOp() != last && !isAvailable(operand, last);
  });
  return Fusion{op, last, moves};
}

/// The operator on scalars.
Value buildScalar(OpBuilder &builder, Operation *op, ArrayRef<Value> operands) {
  Location loc = op->getLoc();
  auto number = [](std::optional<APFloat> value) {
    return value ? std::optional<double>(value->convertToDouble()) : std::nullopt;
  };
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](nn::UnaryOp unary) {
        return scalar::buildUnary(builder, loc, unary.getKind(), operands[0],
                                  scalar::parametersOf(unary));
      })
      .Case([&](nn::ClampOp clamp) {
        return scalar::buildClamp(builder, loc, operands[0], number(clamp.getLow()),
                                  number(clamp.getHigh()));
      })
      .Case([&](nn::BinaryOp binary) {
        return scalar::buildBinary(builder, loc, binary.getKind(), operands[0], operands[1]);
      })
      .Case([&](nn::SelectOp) {
        return arith::SelectOp::create(builder, loc, operands[0], operands[1], operands[2]);
      });
}

/// The scalar of a splat constant.
TypedAttr splatOf(Value value) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : nullptr;
  return splat ? splat.getSplatValue<TypedAttr>() : nullptr;
}

void fuse(IRRewriter &rewriter, const Fusion &fusion) {
  auto [op, kernel, moves] = fusion;
  if (moves)
    rewriter.moveOpBefore(kernel, op);
  Block &block = kernel.getEpilogue().front();
  Operation *yield = block.getTerminator();
  rewriter.setInsertionPoint(yield);
  SmallVector<Value> scalars;
  for (Value operand : op->getOperands()) {
    if (operand.getDefiningOp() == kernel) {
      scalars.push_back(yield->getOperand(0));
    } else if (TypedAttr splat = splatOf(operand)) {
      scalars.push_back(arith::ConstantOp::create(rewriter, op->getLoc(), splat));
    } else {
      if (Operation *source = operand.getDefiningOp(); source && !source->isBeforeInBlock(kernel))
        rewriter.moveOpBefore(source, kernel);
      kernel.getExtraMutable().append(operand);
      scalars.push_back(block.addArgument(typeOf(operand).getElementType(), op->getLoc()));
    }
  }
  yield->setOperand(0, buildScalar(rewriter, op, scalars));
  kernel->getResult(0).setType(op->getResult(0).getType());
  kernel->setLoc(FusedLoc::get(rewriter.getContext(), {kernel->getLoc(), op->getLoc()}));
  SmallVector<Value> operands(op->getOperands());
  rewriter.replaceOp(op, kernel->getResult(0));
  for (Value operand : operands)
    if (auto constant = operand.getDefiningOp<nn::ConstantOp>(); constant && constant->use_empty())
      rewriter.eraseOp(constant);
}

struct FuseEpiloguesPass : impl::FuseEpiloguesPassBase<FuseEpiloguesPass> {
  void runOnOperation() override {
    SmallVector<Operation *> candidates;
    getOperation().walk([&](Operation *op) {
      if (isElementwise(op))
        candidates.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    // In program order, so that a kernel takes a chain of operators one after the other.
    for (Operation *op : candidates)
      if (std::optional<Fusion> fusion = fusionFor(op))
        fuse(rewriter, *fusion);
  }
};

} // namespace

} // namespace nnc
