// KeptAxes: the dimensions of a tensor told apart into kept and reduced ones.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_KEPTAXES_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_KEPTAXES_H

#include "passes/Conversion/NNToLoops/LayerEmitter.h"

namespace nnc {

struct KeptAxes {
  llvm::SmallVector<int64_t> keptAxes, keptShape, tapAxes, tapShape;

  KeptAxes(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> reduced);

  /// The place in the whole tensor.
  llvm::SmallVector<IndexExpr> whole(llvm::ArrayRef<IndexExpr> kept,
                                     llvm::ArrayRef<IndexExpr> taps) const;
  /// Those of one number per dimension that belong to kept dimensions.
  llvm::SmallVector<int64_t> keptOf(llvm::ArrayRef<int64_t> perDimension) const;
  /// Elements that are reduced to one.
  int64_t taps() const;
};

/// The same memory under another shape and other strides.
Place viewOf(const Place &place, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> strides);

/// A reduction's result as a tensor of the kept dimensions only, whether or not the reduced ones
/// stay as size 1.
Place keptView(const Place &result, const KeptAxes &axes);

} // namespace nnc

#endif
