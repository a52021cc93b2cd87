// Prints what passes and the importer report, in the words of the model's owner.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_DIAGNOSTICS_H
#define NNC_LIB_DRIVER_DIAGNOSTICS_H

#include "llvm/Support/raw_ostream.h"
#include "mlir/IR/Diagnostics.h"

namespace nnc {

/// A location as text: `model.onnx: node 'conv1'`, or file, line and column of IR that was read as
/// text.
std::string describeLocation(mlir::Location location);

/// Prints diagnostics of a context, each after the tool's name, while it lives. Remarks are printed
/// only when asked for.
class DiagnosticPrinter : public mlir::ScopedDiagnosticHandler {
public:
  DiagnosticPrinter(mlir::MLIRContext *context, llvm::raw_ostream &out, llvm::StringRef tool,
                    bool remarks);

private:
  void print(mlir::Diagnostic &diagnostic);
  llvm::raw_ostream &out;
  std::string tool;
  bool remarks;
};

} // namespace nnc

#endif
