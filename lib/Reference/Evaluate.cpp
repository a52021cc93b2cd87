// Chooses the evaluation of an operator and walks through functions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Reference/Evaluate.h"

#include "lib/Reference/Operators.h"

#include "llvm/ADT/TypeSwitch.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace nnc::reference {

Tensor resultOf(Value result) {
  auto type = llvm::cast<RankedTensorType>(result.getType());
  return Tensor::zeros(type.getShape(), *elementTypeOf(type.getElementType()));
}

template <typename... Args> static llvm::Error failure(const char *format, Args... args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), format, args...);
}

/// Whether a tensor is a value of a type; layouts do not matter.
static bool fits(const Tensor &tensor, Type type) {
  auto ranked = llvm::dyn_cast<RankedTensorType>(type);
  return ranked && ranked.getShape() == tensor.shape() &&
         elementTypeOf(ranked.getElementType()) == tensor.type();
}

static llvm::Error checkInputs(StringRef name, TypeRange types, ArrayRef<Tensor> inputs) {
  if (types.size() != inputs.size())
    return failure("%s has %zu inputs, expected %zu", name.str().c_str(), inputs.size(),
                   types.size());
  for (auto [i, input, type] : llvm::enumerate(inputs, types))
    if (!fits(input, type)) {
      std::string expected;
      llvm::raw_string_ostream(expected) << type;
      return failure("%s: input %zu does not fit %s", name.str().c_str(), i, expected.c_str());
    }
  return llvm::Error::success();
}

llvm::Expected<Tensors> evaluate(Operation *op, ArrayRef<Tensor> in) {
  using namespace nn;
  if (llvm::Error error = checkInputs(op->getName().getStringRef(), op->getOperandTypes(), in))
    return error;
  using Result = llvm::Expected<Tensors>;
  auto one = [](Tensor tensor) { return Result(Tensors{std::move(tensor)}); };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](ConstantOp constant) -> Result {
        if (std::optional<Tensor> tensor = Tensor::fromAttr(constant.getValue()))
          return Tensors{*tensor};
        return failure("nn.constant: the elements are missing or of an unknown kind");
      })
      .Case([&](UnaryOp o) { return one(unary(o, in)); })
      .Case([&](ClampOp o) { return one(clamp(o, in)); })
      .Case([&](BinaryOp o) { return one(binary(o, in)); })
      .Case([&](CompareOp o) { return one(compare(o, in)); })
      .Case([&](SelectOp o) { return one(select(o, in)); })
      .Case([&](CastOp o) { return one(reference::cast(o, in)); })
      .Case([&](IotaOp o) { return one(iota(o, in)); })
      .Case([&](ConvOp o) { return one(conv(o, in)); })
      .Case([&](ConvTransposeOp o) { return one(convTranspose(o, in)); })
      .Case([&](MatMulOp o) { return one(matmul(o, in)); })
      .Case([&](PoolOp o) { return one(pool(o, in)); })
      .Case([&](fastconv::FilterTransformOp o) { return one(filterTransform(o, in)); })
      .Case([&](fastconv::WinogradOp o) { return one(winograd(o, in)); })
      .Case([&](fastconv::FftFilterTransformOp o) { return one(fftFilterTransform(o, in)); })
      .Case([&](fastconv::FftOp o) { return one(fft(o, in)); })
      .Case([&](ReduceOp o) { return one(reduce(o, in)); })
      .Case([&](ArgReduceOp o) { return one(argReduce(o, in)); })
      .Case([&](SoftmaxOp o) { return one(softmax(o, in)); })
      .Case([&](NormalizeOp o) { return one(normalize(o, in)); })
      .Case([&](BatchNormOp o) { return one(batchNorm(o, in)); })
      .Case([&](LRNOp o) { return one(lrn(o, in)); })
      .Case([&](CumulateOp o) { return one(cumulate(o, in)); })
      .Case([&](TopKOp o) {
        auto [values, indices] = topK(o, in);
        return Result(Tensors{values, indices});
      })
      .Case([&](QuantizeOp o) { return one(quantize(o, in)); })
      .Case([&](DequantizeOp o) { return one(dequantize(o, in)); })
      .Case([&](StorageCastOp) { return one(in[0]); })
      .Case([&](RequantizeOp o) { return one(requantize(o, in)); })
      .Case([&](RecurrentOp o) {
        std::vector<Tensor> all = recurrent(o, in);
        return Result(Tensors(all.begin(), all.end()));
      })
      .Case([&](ReshapeOp o) { return one(reshape(o, in)); })
      .Case([&](TransposeOp o) { return one(transpose(o, in)); })
      .Case([&](BroadcastOp o) { return one(broadcast(o, in)); })
      .Case([&](ConcatOp o) { return one(concat(o, in)); })
      .Case([&](SliceOp o) { return one(slice(o, in)); })
      .Case([&](PadOp o) { return one(pad(o, in)); })
      .Case([&](GatherOp o) { return one(gather(o, in)); })
      .Case([&](GatherElementsOp o) { return one(gatherElements(o, in)); })
      .Case([&](GatherNDOp o) { return one(gatherND(o, in)); })
      .Case([&](ScatterElementsOp o) { return one(scatterElements(o, in)); })
      .Case([&](ScatterNDOp o) { return one(scatterND(o, in)); })
      .Case([&](ResizeOp o) { return one(resize(o, in)); })
      .Default([](Operation *o) -> Result {
        return failure("%s has no reference evaluation", o->getName().getStringRef().str().c_str());
      });
}

//===-- Functions --------------------------------------------------------------------------===//

namespace {
/// Values of one function; each is dropped after its last use.
class Frame {
public:
  void set(Value value, Tensor tensor) {
    if (!value.use_empty())
      values[value] = {std::move(tensor), std::distance(value.use_begin(), value.use_end())};
  }

  /// The operands of an operator. False when one has no value (it is not in a block of nn
  /// operators).
  bool take(Operation *op, Tensors &inputs) {
    for (Value operand : op->getOperands()) {
      auto it = values.find(operand);
      if (it == values.end())
        return false;
      inputs.push_back(it->second.first);
    }
    for (Value operand : op->getOperands()) {
      auto it = values.find(operand);
      if (it != values.end() && --it->second.second == 0)
        values.erase(it);
    }
    return true;
  }

private:
  llvm::DenseMap<Value, std::pair<Tensor, int64_t>> values;
};
} // namespace

/// Functions that call each other deeper than this are not layers of a model.
static constexpr int kMaxDepth = 8;

static llvm::Expected<Tensors> evaluateAt(int depth, func::FuncOp function,
                                          ArrayRef<Tensor> inputs) {
  std::string name = function.getSymName().str();
  if (depth > kMaxDepth)
    return failure("%s is called more than %d levels deep", name.c_str(), kMaxDepth);
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return failure("%s is not a function of one block", name.c_str());
  if (llvm::Error error = checkInputs(name, function.getArgumentTypes(), inputs))
    return error;
  Frame frame;
  for (auto [argument, input] : llvm::zip_equal(function.getArguments(), inputs))
    frame.set(argument, input);
  for (Operation &op : function.getBody().front()) {
    Tensors operands;
    if (!frame.take(&op, operands))
      return failure("%s: an operand of %s has no value", name.c_str(),
                     op.getName().getStringRef().str().c_str());
    if (llvm::isa<func::ReturnOp>(op))
      return operands;
    auto call = llvm::dyn_cast<func::CallOp>(op);
    auto callee =
        call ? SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr())
             : nullptr;
    llvm::Expected<Tensors> results =
        callee ? evaluateAt(depth + 1, callee, operands) : evaluate(&op, operands);
    if (!results)
      return results.takeError();
    for (auto [value, tensor] : llvm::zip_equal(op.getResults(), *results))
      frame.set(value, tensor);
  }
  return failure("%s has no return", name.c_str());
}

llvm::Expected<Tensors> evaluate(func::FuncOp function, ArrayRef<Tensor> inputs) {
  return evaluateAt(0, function, inputs);
}

} // namespace nnc::reference
