// nnc-retype-interface: pass quantized inputs and results as integers, or as real numbers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/NN/NodeNames.h"
#include "passes/Quantization/InterfaceTypes.h"
#include "passes/Quantization/Movement.h"
#include "passes/Quantization/Passes.h"
#include "passes/Quantization/StoredValues.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_RETYPEINTERFACEPASS
#include "passes/Quantization/Passes.h.inc"

namespace {

/// What integers at the edge of a model stand for, or why that is not known.
struct Meaning {
  quant::UniformQuantizedType type;
  std::string problem;

  /// Takes one more place where the numbers become integers.
  void join(Type found) {
    auto one = dyn_cast<quant::UniformQuantizedType>(found);
    if (!one)
      problem = "is quantized with a scale for each index of an axis";
    else if (type && type != one)
      problem = "is quantized with several scales or zero points";
    else
      type = one;
  }
};

bool isReal(Value value) { return typeOf(value).getElementType().isF32(); }

std::string describeOperator(Operation *op) {
  StringRef name = nn::nodeName(op->getLoc());
  std::string kind = op->getName().getStringRef().str();
  return name.empty() ? kind : "node '" + name.str() + "' (" + kind + ")";
}

/// Whether an operator's result stands for numbers of its first operand, and zeros. A pad of
/// integers adds what may be none.
bool movesNumbers(Operation *op) {
  return movesFirstOperand(op) && (isReal(op->getResult(0)) || !isa<nn::PadOp>(op));
}

/// From an input to what says which real numbers its integers are, by way of movements.
void followReaders(Value input, Meaning &meaning) {
  for (OpOperand &use : input.getUses()) {
    Operation *reader = use.getOwner();
    if (auto quantize = dyn_cast<nn::QuantizeOp>(reader))
      meaning.join(quantize.getType().getElementType());
    else if (auto cast = dyn_cast<nn::StorageCastOp>(reader))
      meaning.join(cast.getType().getElementType());
    else if (use.getOperandNumber() == 0 && movesNumbers(reader))
      followReaders(reader->getResult(0), meaning);
    else if (isReal(input))
      meaning.problem = reader->hasTrait<OpTrait::IsTerminator>()
                            ? "is a result as it is"
                            : "is read in floating point by " + describeOperator(reader);
  }
}

Meaning meaningOfInput(Value input) {
  Meaning meaning;
  followReaders(input, meaning);
  if (!meaning.type && meaning.problem.empty())
    meaning.problem = input.use_empty() ? "has no reader" : "stands for no real numbers";
  return meaning;
}

Meaning meaningOfResult(Value result) {
  Meaning meaning;
  Value origin = result;
  while (origin.getDefiningOp() && movesNumbers(origin.getDefiningOp()))
    origin = origin.getDefiningOp()->getOperand(0);
  Operation *op = origin.getDefiningOp();
  if (std::optional<Stored> stored = Stored::of(origin))
    meaning.join(stored->type);
  else if (auto cast = dyn_cast_if_present<nn::StorageCastOp>(op))
    meaning.join(typeOf(cast.getInput()).getElementType());
  else if (!op)
    meaning.problem = "is an input as it is";
  else
    meaning.problem = isReal(result) ? "is computed in floating point by " + describeOperator(op)
                                     : "stands for no real numbers";
  return meaning;
}

/// The same numbers as integers of `storage`: another zero point where the sign differs. Null where
/// there are more or fewer bits.
quant::UniformQuantizedType storedAs(quant::UniformQuantizedType type, IntegerType storage) {
  unsigned bits = type.getStorageTypeIntegralWidth();
  if (storage.getWidth() != bits)
    return {};
  if (storage.isUnsigned() != type.isSigned())
    return type;
  int64_t shift = (int64_t(1) << (bits - 1)) * (storage.isUnsigned() ? 1 : -1);
  return quant::UniformQuantizedType::get(
      storage.isUnsigned() ? 0 : quant::QuantizationFlags::Signed, type.getStorageType(),
      type.getExpressedType(), type.getScale(), type.getZeroPoint() + shift,
      type.getStorageTypeMin() + shift, type.getStorageTypeMax() + shift);
}

/// One input or result with what is asked for it.
struct Edge {
  Value value;
  Type wanted;
  quant::UniformQuantizedType type;   ///< of the integers inside
  quant::UniformQuantizedType passed; ///< of those that callers pass; null for real numbers
};

RankedTensorType tensorLike(Value value, Type element) {
  return RankedTensorType::get(typeOf(value).getShape(), element);
}

Value quantized(OpBuilder &builder, Location loc, Value real, quant::UniformQuantizedType type) {
  return nn::QuantizeOp::create(builder, loc, tensorLike(real, type), real);
}
/// The numbers that integers stand for.
Value numbersOf(OpBuilder &builder, Location loc, Value integers,
                quant::UniformQuantizedType type) {
  return nn::DequantizeOp::create(builder, loc, tensorLike(integers, builder.getF32Type()),
                                  storageCast(builder, loc, integers, type));
}

/// Gives what reads an input the numbers or integers that it had.
void retypeInput(const Edge &edge) {
  auto argument = cast<BlockArgument>(edge.value);
  bool wasReal = isReal(argument);
  Type before = typeOf(argument).getElementType();
  OpBuilder builder(argument.getContext());
  builder.setInsertionPointToStart(argument.getOwner());
  Location loc = argument.getLoc();
  SmallVector<OpOperand *> readers;
  for (OpOperand &use : argument.getUses())
    readers.push_back(&use);
  argument.setType(tensorLike(argument, edge.wanted));
  Value value = edge.passed ? numbersOf(builder, loc, argument, edge.passed) : argument;
  if (!wasReal)
    value = storageCast(builder, loc, quantized(builder, loc, value, edge.type), before);
  for (OpOperand *use : readers)
    use->set(value);
}

/// What is returned for a result.
Value retypeResult(OpBuilder &builder, const Edge &edge) {
  Location loc = edge.value.getLoc();
  Value real = isReal(edge.value) ? edge.value : numbersOf(builder, loc, edge.value, edge.type);
  if (!edge.passed)
    return real;
  return storageCast(builder, loc, quantized(builder, loc, real, edge.passed), edge.wanted);
}

struct RetypeInterfacePass : impl::RetypeInterfacePassBase<RetypeInterfacePass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal() || !function.getBody().hasOneBlock())
      return;
    Operation *end = function.front().getTerminator();
    // Results first: what an input was is seen before it changes.
    OpBuilder builder(end);
    for (unsigned i = 0; i < function.getNumResults(); ++i) {
      auto name = function.getResultAttrOfType<StringAttr>(i, "nn.name");
      auto wanted = function.getResultAttrOfType<TypeAttr>(i, kInterfaceTypeAttr);
      FailureOr<std::optional<Edge>> edge = plan(end->getOperand(i), wanted, "output", name);
      if (failed(edge))
        return signalPassFailure();
      if (*edge)
        end->setOperand(i, retypeResult(builder, **edge));
      function.removeResultAttr(i, kInterfaceTypeAttr);
    }
    for (BlockArgument argument : function.getArguments()) {
      unsigned i = argument.getArgNumber();
      auto name = function.getArgAttrOfType<StringAttr>(i, "nn.name");
      auto wanted = function.getArgAttrOfType<TypeAttr>(i, kInterfaceTypeAttr);
      FailureOr<std::optional<Edge>> edge = plan(argument, wanted, "input", name);
      if (failed(edge))
        return signalPassFailure();
      if (*edge)
        retypeInput(**edge);
      function.removeArgAttr(i, kInterfaceTypeAttr);
    }
    function.setType(FunctionType::get(&getContext(), function.front().getArgumentTypes(),
                                       end->getOperandTypes()));
  }

private:
  /// What is to be done for an input or result: nothing where its type is right, failure with a
  /// message where it cannot be.
  FailureOr<std::optional<Edge>> plan(Value value, TypeAttr wanted, StringRef kind,
                                      StringAttr name) {
    if (!wanted || typeOf(value).getElementType() == wanted.getValue())
      return std::optional<Edge>();
    Edge edge{value, wanted.getValue(), {}, {}};
    auto refuse = [&](const Twine &why, const Twine &hint) -> LogicalResult {
      return getOperation().emitError()
             << kind << " '" << (name ? name.getValue() : "") << "' cannot be passed as "
             << edge.wanted << ": it " << why << "; " << hint;
    };
    auto storage = dyn_cast<IntegerType>(edge.wanted);
    if (!storage && !edge.wanted.isF32())
      return refuse("can be f32 or integers of 8 or 16 bits", "choose one of these");
    Meaning meaning = kind == "input" ? meaningOfInput(value) : meaningOfResult(value);
    if (!meaning.problem.empty())
      return refuse(meaning.problem, isReal(value)
                                         ? "leave it in floating point, or quantize it in the model"
                                         : "leave it as it is");
    edge.type = meaning.type;
    if (!storage)
      return std::optional(edge);
    edge.passed = storedAs(edge.type, storage);
    if (!edge.passed)
      return refuse("is quantized to " + Twine(edge.type.getStorageTypeIntegralWidth()) + " bits",
                    "choose integers of that size");
    return std::optional(edge);
  }
};

} // namespace

bool asksForIntegers(Attribute interfaceType) {
  auto type = dyn_cast_or_null<TypeAttr>(interfaceType);
  return type && isa<IntegerType>(type.getValue());
}

bool standsForNumbers(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type)
    return false;
  bool isInput = isa<BlockArgument>(value);
  if (isReal(value))
    return !isInput || !value.use_empty();
  return (isInput ? meaningOfInput(value) : meaningOfResult(value)).problem.empty();
}

} // namespace nnc
