// Imports many models in one process, for tests of the importer alone.
//
//   import-models [--print] [--bind] [--evaluate] FILE...
//                                one line for each model: "ok FILE" or "no FILE: reason"
//   import-models --operators    the table of operators as documentation
//
// --print shows the modules too. --bind takes the inputs of test_data_set_0 beside each model
// as constants where the model needs to know them at compile time. --evaluate computes the model
// with the reference evaluator and compares with the outputs in test_data_set_0: "wrong FILE" where
// an element differs by more than 1e-7 + 1e-3 of it. Exits with 0 as long as nothing crashes.
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Import.h"
#include "lib/Import/ONNX/ModelFile.h"
#include "lib/Import/ONNX/OperatorTable.h"
#include "lib/Reference/Evaluate.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Verifier.h"

#include <cmath>

using namespace mlir;

using nnc::reference::Tensor;

/// The values of a model's inputs in the order of its graph.
static nnc::ImportOptions readTestData(StringRef path, MLIRContext &context) {
  nnc::ImportOptions options;
  auto model = nnc::onnx::readModelFile(path, UnknownLoc::get(&context));
  std::string folder = (llvm::sys::path::parent_path(path) + "/test_data_set_0/input_").str();
  for (int i = 0; succeeded(model) && i < (*model)->graph().input_size(); ++i) {
    std::string file = folder + std::to_string(i) + ".pb";
    if (!llvm::sys::fs::exists(file))
      continue;
    auto value = nnc::importTensor(file, context);
    if (succeeded(value))
      options.bindingsIfNeeded.push_back({(*model)->graph().input(i).name(), *value});
  }
  return options;
}

/// How a computed tensor differs from the expected one; empty when it does not.
static std::string compare(const Tensor &actual, const Tensor &expected) {
  if (actual.shape() != expected.shape() || actual.type() != expected.type())
    return "another shape or type";
  for (int64_t i = 0; i < actual.size(); ++i) {
    double a = actual.real(i), b = expected.real(i);
    bool equal =
        a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 1e-7 + 1e-3 * std::abs(b);
    if (!equal)
      return "element " + std::to_string(i) + " is " + std::to_string(a) + ", expected " +
             std::to_string(b);
  }
  return "";
}

/// Computes a module on the test data beside the model. Returns what is wrong.
static std::string evaluate(ModuleOp module, StringRef path, const nnc::ImportOptions &data) {
  func::FuncOp function = module.lookupSymbol<func::FuncOp>("main");
  nnc::reference::Tensors inputs;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    StringRef name = function.getArgAttrOfType<StringAttr>(i, "nn.name");
    for (const auto &[input, value] : data.bindingsIfNeeded)
      if (input == name)
        inputs.push_back(*Tensor::fromAttr(value));
  }
  if (inputs.size() != function.getNumArguments())
    return "no test data";
  auto results = nnc::reference::evaluate(function, inputs);
  if (!results)
    return llvm::toString(results.takeError());
  for (auto [i, result] : llvm::enumerate(*results)) {
    std::string file =
        (llvm::sys::path::parent_path(path) + "/test_data_set_0/output_" + llvm::Twine(i) + ".pb")
            .str();
    auto expected = nnc::importTensor(file, *module.getContext());
    if (failed(expected))
      return "no expected output";
    std::string difference = compare(result, *Tensor::fromAttr(*expected));
    if (!difference.empty())
      return "output " + std::to_string(i) + ": " + difference;
  }
  return "";
}

namespace {
/// What to do with each model.
struct Mode {
  bool print = false, bind = false, evaluate = false;
};
} // namespace

static void importOne(StringRef path, Mode mode) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  std::string reason;
  context.getDiagEngine().registerHandler([&](Diagnostic &diagnostic) {
    reason += (reason.empty() ? "" : "; ") + diagnostic.str();
    return success();
  });
  nnc::ImportOptions data;
  if (mode.bind || mode.evaluate)
    data = readTestData(path, context);
  reason.clear();
  auto module = nnc::importModel(path, mode.bind ? data : nnc::ImportOptions(), context);
  std::string difference;
  if (succeeded(module) && mode.evaluate)
    difference = evaluate(**module, path, data);
  if (succeeded(module) && failed(verify(**module)))
    llvm::outs() << "invalid " << path << ": " << reason << "\n";
  else if (!difference.empty())
    llvm::outs() << "wrong " << path << ": " << difference << "\n";
  else if (succeeded(module))
    llvm::outs() << "ok " << path << "\n";
  else
    llvm::outs() << "no " << path << ": " << reason << "\n";
  if (mode.print && succeeded(module))
    (*module)->print(llvm::outs(),
                     OpPrintingFlags().elideLargeElementsAttrs(16).elideLargeResourceString(64));
  llvm::outs().flush();
}

int main(int argc, char **argv) {
  Mode mode;
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i];
    if (argument == "--operators")
      llvm::outs() << nnc::onnx::formatOperatorTable();
    else if (argument == "--print")
      mode.print = true;
    else if (argument == "--bind")
      mode.bind = true;
    else if (argument == "--evaluate")
      mode.evaluate = true;
    else
      importOne(argument, mode);
  }
  return 0;
}
