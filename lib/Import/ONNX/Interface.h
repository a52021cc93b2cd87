// Inputs of a model: their types with every dimension bound.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_INTERFACE_H
#define NNC_LIB_IMPORT_ONNX_INTERFACE_H

#include "lib/Import/ONNX/ExternalData.h"
#include "lib/Import/ONNX/Import.h"
#include "lib/Import/ONNX/Proto.h"

#include "llvm/ADT/StringSet.h"
#include "mlir/IR/BuiltinTypes.h"

namespace nnc::onnx {

/// One argument of the model function.
struct ModelInput {
  std::string name;
  mlir::RankedTensorType type;
  int32_t code; ///< of the element type, as the file states it
};

/// The inputs of `graph` that remain arguments, in the model's order; those in `constants` are
/// initializers or bound by the user. Every dimension gets a size from the file or the options;
/// the ones left over are reported together, with the arguments that would bind them.
mlir::FailureOr<std::vector<ModelInput>> bindInputs(const GraphProto &graph,
                                                    const ImportOptions &options,
                                                    const llvm::StringSet<> &constants,
                                                    mlir::MLIRContext *context, Report report);

} // namespace nnc::onnx

#endif
