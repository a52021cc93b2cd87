// Reads and makes nn.constant as host tensors, for the passes of this group.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_GRAPH_CONSTANTS_H
#define NNC_PASSES_GRAPH_CONSTANTS_H

#include "lib/Reference/Tensor.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

#include <optional>

namespace nnc {

/// The elements of a constant, without a copy; nothing for other values and for null.
std::optional<reference::Tensor> constantOf(mlir::Value value);

/// An nn.constant with these elements: a splat where they are equal, a blob from 4 KiB on.
mlir::Value makeConstant(mlir::OpBuilder &builder, mlir::Location loc,
                         const reference::Tensor &tensor);

} // namespace nnc

#endif
