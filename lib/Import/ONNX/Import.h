// The importer: an ONNX file becomes a module of canonical operators.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_IMPORT_H
#define NNC_LIB_IMPORT_ONNX_IMPORT_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>
#include <utility>
#include <vector>

namespace nnc {

/// What the user fixes about a model.
struct ImportOptions {
  /// Sizes of named dimensions (`--dim batch=1`).
  std::vector<std::pair<std::string, int64_t>> dims;
  /// Whole shapes of inputs (`--shape image=1,3,480,640`); needed for dimensions without a name.
  std::vector<std::pair<std::string, std::vector<int64_t>>> shapes;
  /// Inputs that become constants of the model and vanish from its interface.
  std::vector<std::pair<std::string, mlir::ElementsAttr>> bindings;
  /// Values of inputs that are bound like `bindings`, but only those that the model needs to
  /// know at compile time (axes, sizes, counts).
  std::vector<std::pair<std::string, mlir::ElementsAttr>> bindingsIfNeeded;
  /// Intermediate tensors, by their names in the model, that become outputs behind its own.
  std::vector<std::string> exposed;
};

/// Reads a model file and builds its module: one function `main` with `rt.entry`, in the form
/// that docs/pipeline.md states for the `import` phase. What is wrong is reported as
/// diagnostics of the context, at the model's file. Files of external tensors are looked for
/// in the model's folder; those read are added to `filesRead` where that is given.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
importModel(llvm::StringRef path, const ImportOptions &options, mlir::MLIRContext &context,
            std::vector<std::string> *filesRead = nullptr);

/// Reads a file that holds a single tensor, as the data folders of ONNX tests do.
mlir::FailureOr<mlir::ElementsAttr> importTensor(llvm::StringRef path, mlir::MLIRContext &context);

} // namespace nnc

#endif
