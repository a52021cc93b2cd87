// nnc-fuse-epilogues: elementwise operators behind a kernel move into its epilogue.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "passes/Conversion/NNToKernel/Passes.h"
#include "passes/Conversion/Scalar/Scalar.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
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

/// Elementwise operators that move into a kernel's epilogue together: every use of the kernel's
/// result and of theirs, but for the last one's, is among them.
struct Fusion {
  kernel::ProductOpInterface kernel;
  SmallVector<Operation *> ops; ///< in program order
  bool moves;                   ///< the kernel has to move down to the last of them
};

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

int64_t elementBytesOf(Value value) { return nn::elementBytes(typeOf(value).getElementType()); }

bool isElementwise(Operation *op) {
  return isa<nn::UnaryOp, nn::ClampOp, nn::BinaryOp, nn::SelectOp>(op);
}

/// Whether a kernel multiplies integers: its epilogue begins with exact sums.
bool sumsIntegers(kernel::ProductOpInterface kernel) {
  return !typeOf(kernel->getOperand(0)).getElementType().isF32();
}

/// Whether the epilogue of a kernel may compute elements of this type: of f32 only those, of
/// integers all that a kernel can store.
bool isComputed(Type element, kernel::ProductOpInterface kernel) {
  if (element.isF32() || !sumsIntegers(kernel))
    return element.isF32();
  return element.isInteger(8) || element.isInteger(16) || element.isSignlessInteger(32);
}

/// Operators that follow sums of integers only.
bool followsIntegers(Operation *op, kernel::ProductOpInterface kernel) {
  return isa<nn::RequantizeOp, nn::CastOp>(op) && sumsIntegers(kernel);
}

/// Whether a value is there before `op`, or is a constant that can be moved there.
bool isAvailable(Value value, Operation *op) {
  Operation *source = value.getDefiningOp();
  return !source || isa<nn::ConstantOp>(source) ||
         (source->getBlock() == op->getBlock() && source->isBeforeInBlock(op));
}

/// Whether the epilogue of a kernel can compute an operator, given those that it computes already:
/// one element of the result needs the same element of theirs.
bool canJoin(Operation *op, kernel::ProductOpInterface kernel, ArrayRef<Operation *> joined) {
  RankedTensorType type = typeOf(kernel->getResult(0));
  return op->getBlock() == kernel->getBlock() &&
         (isElementwise(op) || followsIntegers(op, kernel)) &&
         isComputed(typeOf(op->getResult(0)).getElementType(), kernel) &&
         typeOf(op->getResult(0)).getShape() == type.getShape() &&
         llvm::all_of(op->getOperands(), [&](Value operand) {
           Operation *source = operand.getDefiningOp();
           bool inside = source == kernel || llvm::is_contained(joined, source);
           return !inside || typeOf(operand).getShape() == type.getShape();
         });
}

Fusion withPlace(kernel::ProductOpInterface kernel, SmallVector<Operation *> ops) {
  bool moves = llvm::any_of(ops, [&](Operation *op) {
    return llvm::any_of(op->getOperands(), [&](Value operand) {
      Operation *source = operand.getDefiningOp();
      return source != kernel && !llvm::is_contained(ops, source) && !isAvailable(operand, kernel);
    });
  });
  return {kernel, std::move(ops), moves};
}

/// Whether something reads the value, all of it sums, which compute wider elements from narrower
/// ones as they go.
bool isOnlyReduced(Value value) {
  return !value.use_empty() && llvm::all_of(value.getUsers(), llvm::IsaPred<nn::ReduceOp>);
}

/// Whether to end before these operators: they would make larger elements in memory of what the
/// sums behind them can read as it is.
bool onlyWidens(kernel::ProductOpInterface kernel, ArrayRef<Operation *> ops) {
  Value last = ops.back()->getResult(0);
  return isOnlyReduced(last) && elementBytesOf(last) > elementBytesOf(kernel->getResult(0));
}

/// The fewest operators behind a kernel that can move into its epilogue together: in program order,
/// until nothing else reads the values that vanish.
std::optional<Fusion> fusionFor(kernel::ProductOpInterface kernel) {
  constexpr size_t kMostOperators = 16;
  SmallVector<Operation *> ops;
  llvm::SmallDenseSet<Operation *> waiting; // readers that are not among them yet
  for (Operation *last = kernel; ops.size() < kMostOperators; last = ops.back()) {
    waiting.insert_range(last->getUsers());
    if (waiting.empty() || llvm::any_of(waiting, [&](Operation *reader) {
          return reader->getBlock() != kernel->getBlock();
        }))
      return std::nullopt;
    Operation *next = *llvm::min_element(
        waiting, [](Operation *a, Operation *b) { return a != b && a->isBeforeInBlock(b); });
    if (!canJoin(next, kernel, ops))
      return std::nullopt;
    ops.push_back(next);
    waiting.erase(next);
    if (waiting.empty() && onlyWidens(kernel, ops))
      return std::nullopt;
    if (waiting.empty())
      return withPlace(kernel, std::move(ops));
  }
  return std::nullopt;
}

/// The operator on scalars.
Value buildScalar(OpBuilder &builder, Operation *op, ArrayRef<Value> operands) {
  Location loc = op->getLoc();
  auto number = [](std::optional<APFloat> value) {
    return value ? std::optional<double>(value->convertToDouble()) : std::nullopt;
  };
  Type from = typeOf(op->getOperand(0)).getElementType(),
       to = typeOf(op->getResult(0)).getElementType();
  bool isUnsigned = scalar::isUnsignedElement(from);
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](nn::CastOp cast) {
        return scalar::buildCast(builder, loc, operands[0], from, to, cast.getSaturate());
      })
      .Case([&](nn::RequantizeOp requantize) {
        return scalar::buildRequantize(
            builder, loc, operands[0],
            {operands[1], operands[2], operands[3], operands.size() > 4 ? operands[4] : Value()},
            {requantize.lowest(), requantize.highest()}, to);
      })
      .Case([&](nn::UnaryOp unary) {
        return scalar::buildUnary(builder, loc, unary.getKind(), operands[0],
                                  scalar::parametersOf(unary), isUnsigned);
      })
      .Case([&](nn::ClampOp clamp) {
        return scalar::buildClamp(builder, loc, operands[0], number(clamp.getLow()),
                                  number(clamp.getHigh()), isUnsigned);
      })
      .Case([&](nn::BinaryOp binary) {
        return scalar::buildBinary(builder, loc, binary.getKind(), operands[0], operands[1],
                                   isUnsigned);
      })
      .Case([&](nn::SelectOp) {
        return arith::SelectOp::create(builder, loc, operands[0], operands[1], operands[2]);
      });
}

/// The scalar of a splat constant.
TypedAttr splatOf(Value value) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : nullptr;
  if (!splat)
    return nullptr;
  auto number = splat.getSplatValue<TypedAttr>();
  if (auto integer = dyn_cast<IntegerAttr>(number))
    return IntegerAttr::get(scalar::valueType(integer.getType()), integer.getValue());
  return number;
}

/// Adds one operator in front of the end of an epilogue. `scalars` maps what is computed there
/// already; operands from outside become extra operands, or numbers.
void append(IRRewriter &rewriter, Operation *op, kernel::ProductOpInterface kernel,
            llvm::DenseMap<Value, Value> &scalars) {
  Block &block = kernel.getEpilogue().front();
  rewriter.setInsertionPoint(block.getTerminator());
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    if (Value scalar = scalars.lookup(operand)) {
      operands.push_back(scalar);
    } else if (TypedAttr splat = splatOf(operand)) {
      operands.push_back(arith::ConstantOp::create(rewriter, op->getLoc(), splat));
    } else {
      if (Operation *source = operand.getDefiningOp(); source && !source->isBeforeInBlock(kernel))
        rewriter.moveOpBefore(source, kernel);
      kernel.getExtraMutable().append(operand);
      operands.push_back(
          block.addArgument(scalar::valueType(typeOf(operand).getElementType()), op->getLoc()));
      scalars[operand] = operands.back();
    }
  }
  scalars[op->getResult(0)] = buildScalar(rewriter, op, operands);
}

void eraseUnusedConstants(IRRewriter &rewriter, ArrayRef<Value> values) {
  for (Value value : values)
    if (auto constant = value.getDefiningOp<nn::ConstantOp>(); constant && constant->use_empty())
      rewriter.eraseOp(constant);
}

void fuse(IRRewriter &rewriter, const Fusion &fusion) {
  kernel::ProductOpInterface kernel = fusion.kernel;
  if (fusion.moves)
    rewriter.moveOpBefore(kernel, fusion.ops.back());
  Block &block = kernel.getEpilogue().front();
  Operation *yield = block.getTerminator();
  llvm::DenseMap<Value, Value> scalars{{kernel->getResult(0), yield->getOperand(0)}};
  for (auto [extra, scalar] : llvm::zip_equal(kernel.getExtra(), block.getArguments().drop_front()))
    scalars[extra] = scalar;
  SmallVector<Location> locations{kernel->getLoc()};
  llvm::SetVector<Value> operands;
  for (Operation *op : fusion.ops) {
    append(rewriter, op, kernel, scalars);
    locations.push_back(op->getLoc());
    operands.insert_range(op->getOperands());
  }
  Operation *last = fusion.ops.back();
  yield->setOperand(0, scalars.lookup(last->getResult(0)));
  kernel->getResult(0).setType(last->getResult(0).getType());
  kernel->setLoc(FusedLoc::get(rewriter.getContext(), locations));
  rewriter.replaceAllUsesWith(last->getResult(0), kernel->getResult(0));
  for (Operation *op : llvm::reverse(fusion.ops)) {
    for (Value result : op->getResults())
      operands.remove(result);
    rewriter.eraseOp(op);
  }
  eraseUnusedConstants(rewriter, operands.getArrayRef());
}

/// Whether an operator can be computed from one element of one tensor of its shape and numbers.
/// Returns that tensor.
Value onlyTensorOf(Operation *op) {
  if (!isa<nn::CastOp, nn::UnaryOp, nn::ClampOp, nn::BinaryOp>(op))
    return nullptr;
  Value only;
  for (Value operand : op->getOperands()) {
    if (splatOf(operand))
      continue;
    if (only || typeOf(operand).getShape() != typeOf(op->getResult(0)).getShape())
      return nullptr;
    only = operand;
  }
  return only;
}

/// The operators in front of an extra operand that compute it from smaller elements, the first one
/// last; none where it is as small as what it is computed from.
SmallVector<Operation *> wideningOf(Value extra, kernel::ProductOpInterface kernel) {
  SmallVector<Operation *> ops, widening;
  for (Value value = extra; Operation *op = value.getDefiningOp();) {
    Value source = op->getBlock() == kernel->getBlock() ? onlyTensorOf(op) : nullptr;
    if (!source || !isComputed(typeOf(source).getElementType(), kernel))
      break;
    ops.push_back(op);
    if (elementBytesOf(source) < elementBytesOf(extra))
      widening = ops;
    value = source;
  }
  return widening;
}

/// A kernel of integers computes an extra operand itself from what has smaller elements: a residual
/// of 8 bits stays one.
bool narrowExtras(IRRewriter &rewriter, kernel::ProductOpInterface kernel) {
  for (auto [index, extra] : llvm::enumerate(kernel.getExtra())) {
    SmallVector<Operation *> ops;
    if (sumsIntegers(kernel) && typeOf(extra).getShape() == typeOf(kernel->getResult(0)).getShape())
      ops = wideningOf(extra, kernel);
    if (ops.empty())
      continue;
    Block &block = kernel.getEpilogue().front();
    unsigned number = static_cast<unsigned>(index);
    BlockArgument old = block.getArgument(number + 1);
    Value source = onlyTensorOf(ops.back());
    BlockArgument scalar = block.insertArgument(
        number + 2, scalar::valueType(typeOf(source).getElementType()), old.getLoc());
    llvm::DenseMap<Value, Value> scalars{{source, scalar}};
    rewriter.setInsertionPointToStart(&block);
    for (Operation *op : llvm::reverse(ops)) {
      SmallVector<Value> operands;
      for (Value operand : op->getOperands())
        operands.push_back(
            scalars.contains(operand)
                ? scalars.lookup(operand)
                : arith::ConstantOp::create(rewriter, op->getLoc(), splatOf(operand)));
      scalars[op->getResult(0)] = buildScalar(rewriter, op, operands);
    }
    rewriter.replaceAllUsesWith(old, scalars.lookup(extra));
    block.eraseArgument(number + 1);
    kernel.getExtraMutable()[number].assign(source);
    for (Operation *op : ops)
      if (op->use_empty())
        rewriter.eraseOp(op);
    return true;
  }
  return false;
}

struct FuseEpiloguesPass : impl::FuseEpiloguesPassBase<FuseEpiloguesPass> {
  void runOnOperation() override {
    SmallVector<kernel::ProductOpInterface> kernels;
    getOperation().walk([&](kernel::ProductOpInterface kernel) { kernels.push_back(kernel); });
    IRRewriter rewriter(&getContext());
    // Of two kernels that feed one operator, the later one takes it.
    for (kernel::ProductOpInterface kernel : llvm::reverse(kernels)) {
      while (std::optional<Fusion> fusion = fusionFor(kernel))
        fuse(rewriter, *fusion);
      while (narrowExtras(rewriter, kernel))
        ;
    }
  }
};

} // namespace

} // namespace nnc
