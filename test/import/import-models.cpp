// Imports many models in one process: `import-models [--print] FILE...`. Prints one line for
// each, "ok FILE" or "no FILE: reason"; with --print the module too. For tests of the importer
// alone; exits with 0 as long as it does not crash.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Import.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

int main(int argc, char **argv) {
  bool print = argc > 1 && StringRef(argv[1]) == "--print";
  for (int i = print ? 2 : 1; i < argc; ++i) {
    MLIRContext context(MLIRContext::Threading::DISABLED);
    std::string reason;
    context.getDiagEngine().registerHandler([&](Diagnostic &diagnostic) {
      reason += (reason.empty() ? "" : "; ") + diagnostic.str();
      return success();
    });
    auto module = nnc::importModel(argv[i], {}, context);
    if (succeeded(module) && failed(verify(**module)))
      llvm::outs() << "invalid " << argv[i] << ": " << reason << "\n";
    else if (succeeded(module))
      llvm::outs() << "ok " << argv[i] << "\n";
    else
      llvm::outs() << "no " << argv[i] << ": " << reason << "\n";
    if (print && succeeded(module))
      (*module)->print(llvm::outs(), OpPrintingFlags().elideLargeElementsAttrs(16).elideLargeResourceString(64));
    llvm::outs().flush();
  }
  return 0;
}
