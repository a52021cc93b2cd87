// Reading protobuf files: models and single tensors.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_MODELFILE_H
#define NNC_LIB_IMPORT_ONNX_MODELFILE_H

#include "lib/Import/ONNX/Proto.h"

#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"

#include <memory>

namespace nnc::onnx {

/// Reads a whole model. The file must be a regular file below 2 GiB; what is wrong with it is
/// reported at `loc`.
mlir::FailureOr<std::unique_ptr<ModelProto>> readModelFile(llvm::StringRef path,
                                                           mlir::Location loc);

/// Reads a file that holds one tensor, as the data folders of ONNX tests do.
mlir::FailureOr<std::unique_ptr<TensorProto>> readTensorProto(llvm::StringRef path,
                                                              mlir::Location loc);

} // namespace nnc::onnx

#endif
