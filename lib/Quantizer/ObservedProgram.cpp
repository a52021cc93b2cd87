// Compiles and loads a copy of a model that returns more values.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantizer/ObservedProgram.h"

#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "lib/Driver/Compilation.h"
#include "lib/Reference/Tensor.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Parser/Parser.h"

#include <functional>

using namespace mlir;

namespace nnc {

using llvm::Expected;

namespace {

/// Lets the entry function return a value under the name "observed N".
void addResult(func::FuncOp function, Value value, size_t number) {
  Operation *end = function.getBody().front().getTerminator();
  OpBuilder builder(end);
  auto type = cast<RankedTensorType>(value.getType());
  if (nn::isQuantized(type.getElementType())) {
    type = RankedTensorType::get(type.getShape(), builder.getF32Type());
    value = nn::DequantizeOp::create(builder, value.getLoc(), type, value);
  }
  auto name = builder.getStringAttr("observed " + std::to_string(number));
  auto attributes = builder.getDictionaryAttr(builder.getNamedAttr("nn.name", name));
  unsigned position = function.getNumResults();
  (void)function.insertResult(position, type, attributes);
  end->insertOperands(position, value);
}

/// The copy as bytes: it is compiled in a context of its own.
std::string copyWithResults(ModuleOp module, ArrayRef<Value> values) {
  IRMapping mapping;
  OwningOpRef<ModuleOp> copy = cast<ModuleOp>(module->clone(mapping));
  func::FuncOp function = nnc::entryOf(*copy);
  for (auto [number, value] : llvm::enumerate(values))
    addResult(function, mapping.lookup(value), number);
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  (void)writeBytecodeToFile(*copy, stream);
  return bytes;
}

ProgramInterface interfaceOf(const ModelInfo &info) {
  ProgramInterface interface;
  interface.prefix = info.name;
  interface.arenaBytes = info.plan.arenaBytes;
  interface.arenaAlignment = info.plan.arenaAlignment;
  for (const TensorInfo &tensor : info.inputs)
    interface.inputs.push_back({tensor.name, tensor.type, tensor.shape, {}});
  for (const TensorInfo &tensor : info.outputs)
    interface.outputs.push_back({tensor.name, tensor.type, tensor.shape, {}});
  return interface;
}

} // namespace

func::FuncOp entryOf(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(rt::kEntryAttr))
      return function;
  return {};
}

std::vector<HostTensor> inputsOf(ModuleOp module) {
  std::vector<HostTensor> inputs;
  func::FuncOp function = entryOf(module);
  for (BlockArgument argument : function.getArguments()) {
    auto type = cast<RankedTensorType>(argument.getType());
    auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "nn.name");
    HostTensor &input = inputs.emplace_back();
    input.name = name ? name.str() : "input" + std::to_string(argument.getArgNumber());
    input.type = *reference::elementTypeOf(type.getElementType());
    input.shape.assign(type.getShape().begin(), type.getShape().end());
  }
  return inputs;
}

Expected<std::unique_ptr<ObservedProgram>> ObservedProgram::compile(ModuleOp module,
                                                                    ArrayRef<Value> values) {
  std::string bytes = copyWithResults(module, values);
  CompileOptions options;
  options.tool = "calibration";
  options.name = "observed";
  options.optLevel = "2";
  std::string messages;
  llvm::raw_string_ostream diagnostics(messages);
  Compilation compilation(options, diagnostics);
  auto parse = [&](MLIRContext &context) {
    return parseSourceString<ModuleOp>(bytes, ParserConfig(&context));
  };
  auto steps = {std::function([&] { return compilation.configure(); }),
                std::function([&] { return compilation.take(parse); }),
                std::function([&] { return compilation.lower(Phase::LLVM); }),
                std::function([&] { return compilation.makeLLVM(ConstantsIn::object); }),
                std::function([&] { return compilation.generate(); })};
  for (const auto &step : steps)
    if (step() != ExitCode::Ok)
      return llvm::createStringError("the model cannot be compiled for this machine to look at its "
                                     "values: " +
                                     StringRef(messages).rtrim());
  Expected<Program> program = Program::load(compilation.object(), interfaceOf(compilation.info()));
  if (!program)
    return program.takeError();
  return std::unique_ptr<ObservedProgram>(
      new ObservedProgram(std::move(*program), entryOf(module).getNumResults()));
}

ArrayRef<float> realsOf(const HostTensor &tensor) {
  return {reinterpret_cast<const float *>(tensor.bytes.data()),
          static_cast<size_t>(tensor.elements())};
}

} // namespace nnc
