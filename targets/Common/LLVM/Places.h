// Where the buffers that a call receives begin.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_PLACES_H
#define NNC_TARGETS_COMMON_LLVM_PLACES_H

#include "mlir/IR/Value.h"

#include <cstdint>

namespace nnc {

/// A byte within a buffer that is no part of another one: an argument or a constant.
struct Place {
  mlir::Value base;
  uint64_t offset = 0;

  bool operator==(const Place &other) const = default;
};

/// Follows views of the arena and parts of buffers to what they lie in.
Place placeOf(mlir::Value buffer);

} // namespace nnc

#endif
