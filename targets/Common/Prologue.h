// Pointwise operators in front of a kernel, computed where the kernel reads its first operand.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_PROLOGUE_H
#define NNC_TARGETS_COMMON_PROLOGUE_H

#include "targets/Common/Operand.h"

namespace nnc {

/// A tree of pointwise operators of `nn` that computes the first operand of a kernel.
struct Prologue {
  mlir::Value root;                       ///< null: the operand lies in a buffer
  llvm::SmallVector<mlir::Value> tensors; ///< what the tree reads, but for splats
  /// The same in buffers, with a stride for each dimension of the operand, 0 where it repeats.
  llvm::SmallVector<Operand> inputs;

  explicit operator bool() const { return root != nullptr; }
  /// Finds the tree that computes a kernel's first operand. Emits an error where it holds something
  /// else than pointwise operators.
  static mlir::FailureOr<Prologue> of(mlir::Operation *kernel);
  /// `width` elements of the operand from the same elements of all inputs.
  mlir::Value build(const Emission &emission, llvm::ArrayRef<mlir::Value> loaded,
                    int64_t width) const;
};

} // namespace nnc

#endif
