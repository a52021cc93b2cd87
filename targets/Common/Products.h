// A batch of matrix products, the common form of `kernel.matmul` and of convolutions without a
// window. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_PRODUCTS_H
#define NNC_TARGETS_COMMON_PRODUCTS_H

#include "targets/Common/RegisterTile.h"

namespace nnc {

/// y[outer…, m, n] = epilogue(Σ_k a[outer…, m, k]·b[outer…, k, n]).
/// Strides of the operands: a (with a prologue: its inputs): outer…, m, k; b: outer…; result and
/// extra: outer…, m, n. With a prologue the buffer of a is scratch for some rows of it.
struct Products {
  llvm::SmallVector<int64_t> outer; ///< sizes of the dimensions outside the product
  int64_t rows, columns, depth;     ///< M, N, K
  bool packed;                      ///< b lies in panels; the strides below are for the other case
  int64_t bDepthStride = 0, bColumnStride = 1;
  ProductOperands operands;
  std::optional<Operand> panel = {}; ///< scratch into which each panel of b is packed before use

  /// Whether a tile finds its part of b in a panel.
  bool inPanels() const { return packed || panel; }
  /// Joins outer dimensions with the rows as far as all strides allow, so that tiles run across
  /// them.
  void joinRows();
};

/// Calls `body` for each panel of a tile's columns; inside a loop for the full ones, or, with
/// `known`, for each with the number of its first column.
void forEachPanel(const Emission &emission, int64_t columns, kernel::TileAttr tile, bool padded,
                  bool known,
                  llvm::function_ref<void(const LinearIndex &, const TileColumns &)> body);

/// Builds the loops; `op` is the kernel that they belong to.
void emitProducts(const Emission &emission, mlir::Operation *op, kernel::TileAttr tile,
                  Products products);
inline void emitProducts(const Emission &emission, kernel::ProductOpInterface op,
                         Products products) {
  emitProducts(emission, op, op.getTile(), std::move(products));
}

} // namespace nnc

#endif
