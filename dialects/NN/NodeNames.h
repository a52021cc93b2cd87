// Names of nodes and tensors of the model, read from locations.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_NODENAMES_H
#define NNC_DIALECTS_NN_NODENAMES_H

#include "llvm/ADT/SmallVector.h"
#include "mlir/IR/Location.h"

namespace nnc::nn {

/// The name of the tensor that an op with this location computes: the last one where locations were
/// fused. Empty if the location has none.
llvm::StringRef tensorName(mlir::Location location);

/// The name of the node that an op comes from: the first one where locations were fused, since
/// rewrites put the product before what they fold into it. Empty if the location has none.
llvm::StringRef nodeName(mlir::Location location);

/// The names of all nodes behind a location, each once.
void appendNodeNames(mlir::Location location, llvm::SmallVectorImpl<llvm::StringRef> &names);

} // namespace nnc::nn

#endif
