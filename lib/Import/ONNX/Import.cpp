// The importer as the rest of the program calls it.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Import.h"

#include "dialects/NN/NN.h"
#include "lib/Import/ONNX/Importer.h"
#include "lib/Import/ONNX/ModelFile.h"
#include "lib/Import/ONNX/Tensor.h"

using namespace mlir;

namespace nnc {

/// Binds an input whose value turned out to be needed. False when there is no value for it.
static bool moveBinding(StringRef name, const ImportOptions &options, ImportOptions &attempt) {
  auto isInput = [&](const auto &binding) { return binding.first == name; };
  auto found = llvm::find_if(options.bindingsIfNeeded, isInput);
  if (found == options.bindingsIfNeeded.end() || llvm::any_of(attempt.bindings, isInput))
    return false;
  attempt.bindings.push_back(*found);
  return true;
}

FailureOr<OwningOpRef<ModuleOp>> importModel(StringRef path, const ImportOptions &options,
                                             MLIRContext &context,
                                             std::vector<std::string> *filesRead) {
  context.loadDialect<func::FuncDialect, nn::NNDialect>();
  ImportOptions attempt = options;
  attempt.bindingsIfNeeded.clear();
  while (true) {
    std::vector<Diagnostic> diagnostics;
    FailureOr<OwningOpRef<ModuleOp>> module;
    std::vector<std::string> read;
    bool retry = false;
    {
      ScopedDiagnosticHandler collector(&context, [&](Diagnostic &diagnostic) {
        diagnostics.push_back(std::move(diagnostic));
        return success();
      });
      onnx::Importer importer(path, attempt, context);
      module = importer.run();
      read = importer.externalFiles().filesRead().vec();
      for (const std::string &name : importer.neededInputs())
        retry |= moveBinding(name, options, attempt);
    }
    if (retry && failed(module))
      continue;
    if (filesRead)
      llvm::append_range(*filesRead, read);
    for (Diagnostic &diagnostic : diagnostics)
      context.getDiagEngine().emit(std::move(diagnostic));
    return module;
  }
}

FailureOr<ElementsAttr> importTensor(StringRef path, MLIRContext &context) {
  Location loc = FileLineColLoc::get(&context, path, 0, 0);
  auto tensor = onnx::readTensorProto(path, loc);
  if (failed(tensor))
    return failure();
  auto report = [&] { return emitError(loc) << "the tensor "; };
  return onnx::decodeTensor(**tensor, nullptr, &context, report);
}

} // namespace nnc
