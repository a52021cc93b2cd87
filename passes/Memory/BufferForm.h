// Rewrites a planned model from tensors to buffers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_BUFFERFORM_H
#define NNC_PASSES_MEMORY_BUFFERFORM_H

#include "passes/Memory/InPlace.h"
#include "passes/Memory/Overlaps.h"

namespace nnc::memory {

/// Symbol of the model's constants.
inline constexpr llvm::StringLiteral kConstants = "constants";

/// In which calls a layer's result begins at the very byte where an input begins.
enum class InPlaceCalls {
  none,
  all, ///< the layer takes the buffer once
  some ///< or all, with another element type: `rt.may_alias`
};

/// How a layer's result lies on one of its inputs.
struct Sharing {
  InPlaceCalls inPlace = InPlaceCalls::none;
  rt::SweepAttr sweep; ///< `rt.sweep` where it overlaps it in some call
};

/// Per layer function and input.
using SharingTable = llvm::DenseMap<std::pair<mlir::Operation *, unsigned>, Sharing>;

/// Finds out where the plan made use of the permissions.
SharingTable findSharing(const BufferModel &model, llvm::ArrayRef<Overwrite> overwrites,
                         llvm::ArrayRef<Overlap> overlaps, mlir::SymbolTable &symbols);

/// Turns a layer function's inputs, results and scratch into buffer arguments.
void convertLayer(mlir::func::FuncOp layer, const SharingTable &sharing);

/// Turns the model's function into calls on addresses in a planned arena of `arenaBytes`. All its
/// layers must have been converted.
void convertModel(mlir::func::FuncOp function, const BufferModel &model,
                  const SharingTable &sharing, int64_t arenaBytes, bool ioInArena);

} // namespace nnc::memory

#endif
