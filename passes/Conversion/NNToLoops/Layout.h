// Questions about strides that decide the order of loops.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_LAYOUT_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_LAYOUT_H

#include "dialects/NN/NN.h"

#include <optional>

namespace nnc {

/// The dimensions in memory order, the largest stride first; dimensions of size 1 come first.
llvm::SmallVector<int64_t> memoryOrder(mlir::RankedTensorType type);

/// The dimension with the smallest stride among those of more than one element, if there is one.
std::optional<int64_t> innermostDimension(mlir::RankedTensorType type);

/// The type in which sums of this element type are kept: f32 for the half types, else the type
/// itself (signless).
mlir::Type accumulatorType(mlir::Type element);

} // namespace nnc

#endif
