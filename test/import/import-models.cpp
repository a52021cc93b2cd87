// Imports many models in one process, for tests of the importer alone.
//
//   import-models [--print] [--bind] FILE...   one line for each: "ok FILE" or "no FILE: reason"
//   import-models --operators                  the table of operators as documentation
//
// --print shows the modules too. --bind takes the inputs of test_data_set_0 beside each model
// as constants where the model needs to know them at compile time. Exits with 0 as long as
// nothing crashes.
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Import.h"
#include "lib/Import/ONNX/ModelFile.h"
#include "lib/Import/ONNX/OperatorTable.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

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

static void importOne(StringRef path, bool bind, bool print) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  std::string reason;
  context.getDiagEngine().registerHandler([&](Diagnostic &diagnostic) {
    reason += (reason.empty() ? "" : "; ") + diagnostic.str();
    return success();
  });
  nnc::ImportOptions options = bind ? readTestData(path, context) : nnc::ImportOptions();
  reason.clear();
  auto module = nnc::importModel(path, options, context);
  if (succeeded(module) && failed(verify(**module)))
    llvm::outs() << "invalid " << path << ": " << reason << "\n";
  else if (succeeded(module))
    llvm::outs() << "ok " << path << "\n";
  else
    llvm::outs() << "no " << path << ": " << reason << "\n";
  if (print && succeeded(module))
    (*module)->print(llvm::outs(),
                     OpPrintingFlags().elideLargeElementsAttrs(16).elideLargeResourceString(64));
  llvm::outs().flush();
}

int main(int argc, char **argv) {
  bool print = false, bind = false;
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i];
    if (argument == "--operators")
      llvm::outs() << nnc::onnx::formatOperatorTable();
    else if (argument == "--print")
      print = true;
    else if (argument == "--bind")
      bind = true;
    else
      importOne(argument, bind, print);
  }
  return 0;
}
