// Which operators become one layer. Analysis only; FormLayers.cpp builds the functions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_GROUPING_H
#define NNC_PASSES_MEMORY_GROUPING_H

#include "llvm/ADT/SmallPtrSet.h"
#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"

#include <vector>

namespace nnc::memory {

/// One layer to be: operators in program order, the root last.
struct Group {
  llvm::SmallVector<mlir::Operation *, 4> ops;
  /// Slices of the root's result that it stores by itself (`rt.piece`); none: the whole result.
  llvm::SmallVector<mlir::Operation *> pieces = {};

  mlir::Operation *root() const { return ops.back(); }
};

/// Whether the value costs nothing to compute where it is needed: a splat, a small table of
/// integers, an iota, or a broadcast or cast of such.
bool isFree(mlir::Operation *op);

/// Whether the op stays in the model's function: a constant, a view, the terminator.
bool staysOutside(mlir::Operation *op);

/// The layers of a model function.
struct Grouping {
  std::vector<Group> groups; ///< in the order of their roots
  /// Free operators in no group: each layer that needs one repeats it.
  llvm::SmallPtrSet<mlir::Operation *, 16> repeated;
};

/// Splits the operators of a model function into layers. A tree holds at most `maxOps` operators,
/// one that is read twice counted twice.
Grouping groupIntoLayers(mlir::Block &block, unsigned maxOps);

} // namespace nnc::memory

#endif
