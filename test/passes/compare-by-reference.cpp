// Runs a pipeline on each function of a text test and compares what the function computes before
// and after, on seeded random inputs, with lib/Reference. Not installed.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "lib/Pipelines/Registration.h"
#include "lib/Reference/Evaluate.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/CommandLine.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

#include "test/passes/ModuleFile.h"
#include <cmath>
#include <random>

using namespace mlir;
using namespace nnc;
using reference::Tensor;
using reference::Tensors;

namespace {

llvm::cl::opt<std::string> inputFile(llvm::cl::Positional, llvm::cl::init("-"),
                                     llvm::cl::desc("text test, modules divided by // -----"));
llvm::cl::opt<std::string> pipeline("pass-pipeline", llvm::cl::Required,
                                    llvm::cl::desc("builtin.module(...)"));
llvm::cl::opt<double> tolerance(
    "tolerance", llvm::cl::init(16),
    llvm::cl::desc("allowed difference of floats in steps of their type at the tensor's largest "
                   "magnitude; 0: the same bits"));
llvm::cl::opt<int64_t> integerTolerance("integer-tolerance", llvm::cl::init(0),
                                        llvm::cl::desc("allowed difference of integers"));
llvm::cl::opt<bool> specials("specials",
                             llvm::cl::desc("also infinities, NaN, signed zeros, extreme sizes"));
llvm::cl::opt<unsigned> seed("seed", llvm::cl::init(1), llvm::cl::desc("of the inputs"));
llvm::cl::opt<unsigned> runs("runs", llvm::cl::init(3), llvm::cl::desc("of each function"));
llvm::cl::opt<bool> verbose("verbose", llvm::cl::desc("a line for each function"));

//===-- Inputs -----------------------------------------------------------------------------===//

double specialValue(std::mt19937 &generator) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double values[] = {
      0.0,  -0.0,   infinity, -infinity, std::numeric_limits<double>::quiet_NaN(),
      1.0,  -1.0,   0.25,     5.960e-08, 1e-40,
      3e38, -65504, 7.0,      -3.5};
  return values[generator() % std::size(values)];
}

/// Numbers of moderate size, or special ones.
Tensor randomTensor(RankedTensorType type, std::mt19937 &generator, bool special) {
  Tensor tensor = Tensor::zeros(type.getShape(), *reference::elementTypeOf(type.getElementType()));
  std::uniform_real_distribution<double> reals(-3, 3);
  for (int64_t i = 0; i < tensor.size(); ++i)
    if (tensor.isFloat())
      tensor.setReal(i, special ? specialValue(generator) : reals(generator));
    else if (special)
      tensor.setInteger(i, static_cast<int64_t>(generator()) << (generator() % 33));
    else
      tensor.setInteger(i, static_cast<int64_t>(reals(generator)));
  return tensor;
}

//===-- Comparison -------------------------------------------------------------------------===//

/// The distance of 1 to the next larger number.
double epsilonOf(ElementType type) {
  switch (type) {
  case ElementType::F16:
    return 0x1p-10;
  case ElementType::BF16:
    return 0x1p-7;
  case ElementType::F32:
    return 0x1p-23;
  default:
    return 0x1p-52;
  }
}

double largestFinite(const Tensor &tensor) {
  double most = 0;
  for (int64_t i = 0; i < tensor.size(); ++i)
    if (double value = std::fabs(tensor.real(i)); std::isfinite(value))
      most = std::max(most, value);
  return most;
}

bool agrees(double actual, double expected, double allowed) {
  if (std::isnan(expected))
    return std::isnan(actual);
  if (allowed == 0)
    return actual == expected && std::signbit(actual) == std::signbit(expected);
  return actual == expected || std::fabs(actual - expected) <= allowed;
}

/// What differs first, or an empty text.
std::string difference(const Tensor &actual, const Tensor &expected) {
  if (actual.shape() != expected.shape() || actual.type() != expected.type())
    return "shape or type";
  double allowed = expected.isFloat()
                       ? tolerance * epsilonOf(expected.type()) * largestFinite(expected)
                       : static_cast<double>(integerTolerance);
  for (int64_t i = 0; i < expected.size(); ++i) {
    bool same = expected.isFloat()
                    ? agrees(actual.real(i), expected.real(i), allowed)
                    : std::abs(actual.integer(i) - expected.integer(i)) <= integerTolerance;
    if (same)
      continue;
    std::string text;
    llvm::raw_string_ostream(text) << "element " << i << " is " << actual.real(i) << ", expected "
                                   << expected.real(i) << ", allowed difference " << allowed;
    return text;
  }
  return "";
}

//===-- One module -------------------------------------------------------------------------===//

struct Counts {
  unsigned equal = 0, different = 0, skipped = 0;
};

/// Inputs of one run and what they must give.
struct Run {
  Tensors inputs, results;
};

/// lib/Reference speaks nn only.
bool canRun(func::FuncOp function) {
  if (function.isExternal())
    return false;
  auto walked = function.walk([](Operation *op) {
    bool known = isa<nn::NNDialect, func::FuncDialect>(op->getDialect());
    return known ? WalkResult::advance() : WalkResult::interrupt();
  });
  return !walked.wasInterrupted();
}

/// False with a message where the reference cannot compute the function.
bool recordRuns(func::FuncOp function, std::vector<Run> &recorded) {
  for (unsigned number = 0; number < runs; ++number) {
    std::mt19937 generator(seed + number);
    Run &run = recorded.emplace_back();
    for (Type type : function.getArgumentTypes())
      run.inputs.push_back(
          randomTensor(cast<RankedTensorType>(type), generator, specials && number > 0));
    llvm::Expected<Tensors> results = reference::evaluate(function, run.inputs);
    if (!results) {
      llvm::errs() << llvm::toString(results.takeError()) << '\n';
      return false;
    }
    run.results = *results;
  }
  return true;
}

/// Whether the rewritten function gives the recorded results.
bool repeatRuns(func::FuncOp function, ArrayRef<Run> recorded) {
  for (const Run &run : recorded) {
    llvm::Expected<Tensors> results = reference::evaluate(function, run.inputs);
    if (!results) {
      llvm::errs() << llvm::toString(results.takeError()) << '\n';
      return false;
    }
    for (auto [i, actual, expected] : llvm::enumerate(*results, run.results))
      if (std::string what = difference(actual, expected); !what.empty()) {
        llvm::errs() << "@" << function.getSymName() << ": result " << i << " differs: " << what
                     << '\n';
        function.print(llvm::errs(), OpPrintingFlags().elideLargeElementsAttrs(32));
        llvm::errs() << '\n';
        return false;
      }
  }
  return true;
}

/// Memory that layers ask for holds nothing yet: the evaluator needs none.
void eraseScratch(ModuleOp module) {
  module.walk([](rt::ScratchOp scratch) {
    if (scratch->use_empty())
      scratch.erase();
  });
}

bool compareModule(ModuleOp module, Counts &counts) {
  llvm::StringMap<std::vector<Run>> recorded;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!canRun(function))
      ++counts.skipped;
    else if (!recordRuns(function, recorded[function.getSymName()]))
      return false;
  }
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  FailureOr<OpPassManager> parsed = parsePassPipeline(pipeline);
  if (failed(parsed))
    return false;
  static_cast<OpPassManager &>(manager) = *parsed;
  if (failed(manager.run(module)))
    return false;
  eraseScratch(module);
  for (auto function : module.getOps<func::FuncOp>()) {
    auto known = recorded.find(function.getSymName());
    if (known == recorded.end())
      continue;
    bool equal = repeatRuns(function, known->second);
    ++(equal ? counts.equal : counts.different);
    if (verbose)
      llvm::outs() << function.getSymName() << ": " << (equal ? "equal" : "different") << '\n';
  }
  return true;
}

} // namespace

int main(int argc, char **argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv, "compares functions before and after passes\n");
  registerPasses();
  DialectRegistry registry;
  registerDialects(registry);
  Counts counts;
  unsigned broken = 0;
  forEachModule(inputFile, [&](unsigned, StringRef text) {
    MLIRContext context(registry, MLIRContext::Threading::DISABLED);
    context.getDiagEngine().registerHandler([](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
        llvm::errs() << diagnostic << '\n';
    });
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    if (!module || !compareModule(*module, counts))
      ++broken;
  });
  llvm::outs() << counts.equal << " functions equal, " << counts.different << " different, "
               << counts.skipped << " skipped, " << broken << " modules broken\n";
  return counts.different == 0 && broken == 0 && counts.equal > 0 ? 0 : 1;
}
