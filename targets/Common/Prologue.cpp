// Pointwise operators of nn on vectors of elements.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/Prologue.h"

#include "dialects/NN/NN.h"
#include "passes/Conversion/Scalar/Scalar.h"

#include "llvm/ADT/TypeSwitch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace nnc {

/// What a tensor operand of a tree is: computed by it, a number, or read from a buffer.
static bool isComputed(Operation *op) {
  return isa_and_nonnull<nn::UnaryOp, nn::ClampOp, nn::BinaryOp>(op);
}

static LogicalResult collect(Operation *kernel, Value value, ArrayRef<int64_t> shape,
                             Prologue &prologue) {
  if (llvm::is_contained(prologue.tensors, value))
    return success();
  if (Operation *op = value.getDefiningOp(); isComputed(op)) {
    for (Value operand : op->getOperands())
      if (failed(collect(kernel, operand, shape, prologue)))
        return failure();
    return success();
  }
  FailureOr<Operand> input = resolveOperand(kernel, value);
  if (failed(input))
    return failure();
  if (!input->buffer)
    return success();
  input->repeatTo(cast<RankedTensorType>(value.getType()).getShape(), shape);
  prologue.tensors.push_back(value);
  prologue.inputs.push_back(*input);
  return success();
}

FailureOr<Prologue> Prologue::of(Operation *kernel) {
  Value operand = kernel->getOperand(0);
  Prologue prologue;
  if (!isComputed(operand.getDefiningOp()))
    return prologue;
  prologue.root = operand;
  if (failed(
          collect(kernel, operand, cast<RankedTensorType>(operand.getType()).getShape(), prologue)))
    return failure();
  return prologue;
}

namespace {

/// Builds each operator of a tree once.
struct TreeBuilder {
  const Emission &emission;
  int64_t width;
  llvm::DenseMap<Value, Value> known;

  Value build(Value value) {
    if (Value done = known.lookup(value))
      return done;
    return known[value] = create(value.getDefiningOp());
  }

private:
  Value create(Operation *op) {
    OpBuilder &builder = emission.builder;
    Location loc = emission.loc;
    auto number = [](std::optional<APFloat> value) {
      return value ? std::optional<double>(value->convertToDouble()) : std::nullopt;
    };
    return llvm::TypeSwitch<Operation *, Value>(op)
        .Case([&](nn::UnaryOp unary) {
          return scalar::buildUnary(builder, loc, unary.getKind(), build(unary.getInput()),
                                    scalar::parametersOf(unary));
        })
        .Case([&](nn::ClampOp clamp) {
          return scalar::buildClamp(builder, loc, build(clamp.getInput()), number(clamp.getLow()),
                                    number(clamp.getHigh()));
        })
        .Case([&](nn::BinaryOp binary) {
          Value left = build(binary.getLhs());
          return scalar::buildBinary(builder, loc, binary.getKind(), left, build(binary.getRhs()));
        })
        .Case([&](nn::ConstantOp constant) {
          Operand splat{{},
                        cast<SplatElementsAttr>(constant.getValue()).getSplatValue<TypedAttr>(),
                        cast<RankedTensorType>(constant.getType()).getElementType(),
                        {}};
          return splat.load(emission, 0, width);
        });
  }
};

} // namespace

Value Prologue::build(const Emission &emission, ArrayRef<Value> loaded, int64_t width) const {
  TreeBuilder tree{emission, width, llvm::DenseMap<Value, Value>()};
  for (auto [tensor, value] : llvm::zip_equal(tensors, loaded))
    tree.known[tensor] = value;
  return tree.build(root);
}

} // namespace nnc
