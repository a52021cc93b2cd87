// Notes in a model in which types its inputs and outputs shall be passed.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_INTERFACETYPES_H
#define NNC_LIB_DRIVER_INTERFACETYPES_H

#include "lib/Driver/Options.h"

#include "mlir/IR/BuiltinOps.h"

namespace nnc {

/// What --io-type takes: "int8", …
std::vector<std::string> interfaceTypeNames();

/// Puts `nn.io_type` on inputs and outputs of the entry function, which `nnc-retype-interface`
/// obeys; exposed tensors stay as they are. Reports a name that no input or output has.
mlir::LogicalResult requestInterfaceTypes(mlir::ModuleOp module, const CompileOptions &options);

} // namespace nnc

#endif
