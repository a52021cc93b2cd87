// Runs models of nn operators twice with the reference evaluator, as tensors and as the planned
// calls on an arena of exactly the planned size, and compares all bytes of the results. The arena
// is poisoned first, and so is each scratch buffer before its call. A test program; not installed.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "lib/Pipelines/Registration.h"
#include "lib/Reference/Evaluate.h"
#include "passes/Memory/Passes.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include "test/passes/ModuleFile.h"
#include <cstdio>
#include <random>

using namespace mlir;
using namespace nnc;
using reference::Tensor;
using reference::Tensors;

namespace {

llvm::cl::opt<std::string> inputFile(llvm::cl::Positional, llvm::cl::desc("models"),
                                     llvm::cl::init("-"));
llvm::cl::opt<bool> ioInArena("io-in-arena", llvm::cl::desc("inputs and results in the arena"));
llvm::cl::opt<unsigned> alignment("alignment", llvm::cl::desc("of buffers"), llvm::cl::init(16));
llvm::cl::opt<bool> quiet("quiet", llvm::cl::desc("no line for each model"));

using Bytes = std::vector<char>;

/// Offset in bytes of element i (row-major) under the type's strides.
int64_t placeOf(RankedTensorType type, int64_t i) {
  SmallVector<int64_t> strides = nn::stridesOf(type);
  int64_t offset = 0;
  for (int64_t d = type.getRank() - 1; d >= 0; --d) {
    offset += i % type.getDimSize(d) * strides[static_cast<size_t>(d)];
    i /= type.getDimSize(d);
  }
  return offset * nn::elementBytes(type.getElementType());
}

Tensor load(RankedTensorType type, const char *bytes) {
  Tensor tensor = Tensor::zeros(type.getShape(), *reference::elementTypeOf(type.getElementType()));
  size_t width = static_cast<size_t>(nn::elementBytes(type.getElementType()));
  for (int64_t i = 0; i < tensor.size(); ++i)
    tensor.setBytes(i, ArrayRef(bytes + placeOf(type, i), width));
  return tensor;
}

void store(const Tensor &tensor, RankedTensorType type, char *bytes) {
  for (int64_t i = 0; i < tensor.size(); ++i)
    llvm::copy(tensor.at(i), bytes + placeOf(type, i));
}

/// Numbers of moderate size, booleans and all.
Tensor randomTensor(RankedTensorType type, std::mt19937 &generator) {
  Tensor tensor = Tensor::zeros(type.getShape(), *reference::elementTypeOf(type.getElementType()));
  std::uniform_real_distribution<double> reals(-3, 3);
  for (int64_t i = 0; i < tensor.size(); ++i)
    if (tensor.isFloat())
      tensor.setReal(i, reals(generator));
    else
      tensor.setInteger(i, static_cast<int64_t>(reals(generator)));
  return tensor;
}

/// Executes the memory form.
class Machine {
public:
  Machine(func::FuncOp model, char poison)
      : model(model), symbols(model->getParentOfType<ModuleOp>()), poison(poison) {
    for (BlockArgument argument : model.getArguments())
      memory[argument] =
          Bytes(static_cast<size_t>(nn::totalBytes(cast<MemRefType>(argument.getType()))), poison);
    for (auto group : model->getParentOfType<ModuleOp>().getOps<rt::ConstantsOp>()) {
      constants.resize(static_cast<size_t>(group.totalBytes()), poison);
      for (auto [offset, part] : llvm::zip_equal(group.getOffsets(), group.getParts())) {
        std::optional<Tensor> tensor = Tensor::fromAttr(cast<ElementsAttr>(part));
        auto type = cast<RankedTensorType>(cast<ElementsAttr>(part).getType());
        store(*tensor, type, constants.data() + offset);
      }
    }
  }

  /// False with a message on stderr where an operator has no evaluation.
  bool run(ArrayRef<Tensor> inputs);
  Tensor result(unsigned number);

private:
  /// Where argument number `i` lies, by its pointer or in the arena.
  char *argument(unsigned i) {
    if (auto offset = model.getArgAttrOfType<IntegerAttr>(i, "nn.arena_offset"))
      return memory[model.getArguments().back()].data() + offset.getInt();
    return memory[model.getArgument(i)].data();
  }
  RankedTensorType typeOf(unsigned i) {
    return cast<RankedTensorType>(model.getArgAttrOfType<TypeAttr>(i, "nn.type").getValue());
  }
  char *address(Value buffer);
  bool call(func::CallOp op);

  func::FuncOp model;
  SymbolTable symbols;
  char poison;
  DenseMap<Value, Bytes> memory;
  Bytes constants;
};

char *Machine::address(Value buffer) {
  if (isa<BlockArgument>(buffer))
    return memory[buffer].data();
  Operation *op = buffer.getDefiningOp();
  if (auto constant = dyn_cast<rt::ConstantOp>(op))
    return constants.data() + constant.getOffset();
  if (auto part = dyn_cast<rt::PartOp>(op))
    return address(part.getBuffer()) +
           static_cast<int64_t>(part.getOffset()) *
               nn::elementBytes(cast<MemRefType>(part.getType()).getElementType());
  auto view = cast<memref::ViewOp>(op);
  APInt shift;
  matchPattern(view.getByteShift(), m_ConstantInt(&shift));
  return address(view.getSource()) + shift.getSExtValue();
}

bool Machine::call(func::CallOp op) {
  auto layer = symbols.lookup<func::FuncOp>(op.getCallee());
  DenseMap<Value, char *> buffers;
  for (auto [i, operand] : llvm::enumerate(op.getOperands())) {
    BlockArgument argument = layer.getArgument(static_cast<unsigned>(i));
    buffers[argument] = address(operand);
    if (layer.getArgAttr(static_cast<unsigned>(i), rt::kScratchAttr))
      std::fill_n(buffers[argument], nn::totalBytes(cast<MemRefType>(operand.getType())), poison);
  }
  DenseMap<Value, Tensor> values;
  for (Operation &inner : layer.getBody().front()) {
    if (auto tensor = dyn_cast<rt::TensorOp>(inner)) {
      values[tensor.getResult()] =
          load(cast<RankedTensorType>(tensor.getType()), buffers[tensor.getBuffer()]);
    } else if (auto write = dyn_cast<rt::StoreOp>(inner)) {
      store(values[write.getValue()], cast<RankedTensorType>(write.getValue().getType()),
            buffers[write.getBuffer()]);
    } else if (!inner.hasTrait<OpTrait::IsTerminator>()) {
      auto operands = llvm::map_to_vector(inner.getOperands(), [&](Value v) { return values[v]; });
      llvm::Expected<Tensors> results = reference::evaluate(&inner, operands);
      if (!results) {
        llvm::errs() << llvm::toString(results.takeError()) << '\n';
        return false;
      }
      for (auto [value, tensor] : llvm::zip_equal(inner.getResults(), *results))
        values[value] = tensor;
    }
  }
  return true;
}

bool Machine::run(ArrayRef<Tensor> inputs) {
  for (auto [i, tensor] : llvm::enumerate(inputs))
    store(tensor, typeOf(static_cast<unsigned>(i)), argument(static_cast<unsigned>(i)));
  for (auto op : model.getBody().front().getOps<func::CallOp>())
    if (!call(op))
      return false;
  return true;
}

Tensor Machine::result(unsigned number) {
  for (unsigned i = 0; i < model.getNumArguments(); ++i)
    if (model.getArgAttr(i, rt::kResultAttr) && number-- == 0)
      return load(typeOf(i), argument(i));
  return Tensor();
}

func::FuncOp entryOf(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(rt::kEntryAttr))
      return function;
  return nullptr;
}

LogicalResult planMemory(ModuleOp module) {
  PassManager manager(module.getContext());
  manager.addPass(createPlaceValuesPass());
  manager.addPass(createFormLayersPass());
  PlanMemoryPassOptions options;
  options.ioInArena = ioInArena;
  options.alignment = alignment;
  manager.addPass(createPlanMemoryPass(options));
  manager.addPass(createVerifyMemoryPass());
  return manager.run(module);
}

/// Whether all results have the same bytes both ways.
bool check(ModuleOp module, unsigned number) {
  func::FuncOp model = entryOf(module);
  if (!model) {
    llvm::errs() << "model " << number << " has no function with rt.entry\n";
    return false;
  }
  std::mt19937 generator(number);
  Tensors inputs;
  for (Type type : model.getArgumentTypes())
    inputs.push_back(randomTensor(cast<RankedTensorType>(type), generator));
  llvm::Expected<Tensors> expected = reference::evaluate(model, inputs);
  if (!expected) {
    llvm::errs() << "model " << number << ": " << llvm::toString(expected.takeError()) << '\n';
    return false;
  }
  if (failed(planMemory(module)))
    return false;
  bool good = true;
  for (char poison : {'\x5A', '\xFF'}) {
    Machine machine(entryOf(module), poison);
    if (!machine.run(inputs))
      return false;
    for (auto [i, tensor] : llvm::enumerate(*expected)) {
      Tensor actual = machine.result(static_cast<unsigned>(i));
      if (actual.bytes() == tensor.dense().bytes())
        continue;
      llvm::errs() << "model " << number << ": result " << i << " differs\n";
      good = false;
    }
  }
  if (!quiet)
    llvm::outs() << "model " << number << ": " << (good ? "equal" : "different") << ", "
                 << nn::totalBytes(
                        cast<MemRefType>(entryOf(module).getArguments().back().getType()))
                 << " bytes\n";
  return good;
}

} // namespace

int main(int argc, char **argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv,
                                    "runs planned models with the reference evaluator\n");
  DialectRegistry registry;
  registerDialects(registry);
  unsigned bad = 0;
  unsigned models = forEachModule(inputFile, [&](unsigned number, StringRef text) {
    MLIRContext context(registry);
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    if (!module || !check(*module, number))
      ++bad;
  });
  llvm::outs() << models - bad << " models equal, " << bad << " not\n";
  return bad == 0 ? 0 : 1;
}
