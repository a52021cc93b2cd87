// Which register tile a kernel gets: a small cost model over all tiles that fit the registers.
//
// MR rows (pixels) × nv vectors of columns (channels); per k a tile does MR·nv multiply-adds, loads
// MR values of A and nv vectors of B. A tile fits if MR·nv + nv + 1 ≤ registers (MR·nv + MR + 2·nv
// + 2 where A is loaded as vectors). Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOKERNEL_TILECHOICE_H
#define NNC_PASSES_CONVERSION_NNTOKERNEL_TILECHOICE_H

#include <cstdint>

namespace nnc {

/// What the choice depends on in a machine.
struct TileMachine {
  int64_t vector;         ///< sums in a vector; 1: scalar code
  int64_t registers;      ///< registers of that size
  int64_t lanes;          ///< values of A that one load brings
  int64_t interleave = 1; ///< k of one product
  int64_t scratch = 0;    ///< registers that one product needs besides
};

/// A product of `rows` × `columns` with inner dimension `depth`, done `runs` times.
struct ProductSize {
  int64_t runs, rows, columns, depth;
};

/// A depthwise convolution: `lines` of `pixels` results in `channels`.
struct DepthwiseSize {
  int64_t lines, pixels, channels;
  int64_t stride, kernel, dilation; ///< along a line
  int64_t kernelLines;
};

/// MR, NR and the modelled cost of the whole kernel in multiply-add slots.
struct TileChoice {
  int64_t rows, columns;
  double cost;
};

/// The cheapest tile. All sizes are at least 1.
TileChoice chooseProductTile(const ProductSize &size, const TileMachine &machine);
TileChoice chooseDepthwiseTile(const DepthwiseSize &size, const TileMachine &machine);

} // namespace nnc

#endif
