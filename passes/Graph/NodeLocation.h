// Locations of operators that compute a part of a node of the model.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_GRAPH_NODELOCATION_H
#define NNC_PASSES_GRAPH_NODELOCATION_H

#include "mlir/IR/Location.h"

namespace nnc {

/// The location without the names of tensors: of NameLoc(tensor, NameLoc(node, file)) the node. For
/// a new operator whose result is not the tensor of that name.
mlir::Location nodeLocation(mlir::Location location);

} // namespace nnc

#endif
