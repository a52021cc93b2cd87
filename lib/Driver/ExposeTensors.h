// Makes intermediate tensors outputs of a model.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_EXPOSETENSORS_H
#define NNC_LIB_DRIVER_EXPOSETENSORS_H

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace nnc {

/// Returns the tensors of these ONNX names as well, behind the model's own results. The module is
/// at the import phase. Reports a name that no operator computes.
mlir::LogicalResult exposeTensors(mlir::ModuleOp module, const std::vector<std::string> &names);

} // namespace nnc

#endif
