// What convolutions in a transform domain share: tiles of an image, in blocks of lines that go
// through all stages one after the other.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_TRANSFORMTILES_H
#define NNC_TARGETS_COMMON_TRANSFORMTILES_H

#include "targets/Common/KernelEmitter.h"

namespace nnc {

/// One dimension of the image.
struct TiledAxis {
  int64_t input, output, begin, tiles;
  int64_t step; ///< results of a tile
};

/// The tiles of a convolution without strides. Operands have strides (batch, line, pixel, channel).
struct TransformTiles {
  Emission emission;
  kernel::ProductOpInterface op;
  kernel::TileAttr registerTile;
  ProductOperands operands;
  int64_t block; ///< lines of tiles
  TiledAxis lines, pixels;
  int64_t batch, channels, maps;

  /// For `kernel.winograd` and `kernel.fft`, with tiles of `rows` × `columns` results.
  template <typename Op>
  static TransformTiles fromOp(const Emission &emission, Op op, ProductOperands operands,
                               int64_t rows, int64_t columns);

  /// Calls `body` for each block, with the image, the first line of tiles and how many there are.
  void forEachBlock(
      llvm::function_ref<void(const LinearIndex &, const LinearIndex &, int64_t)> body) const;
  /// Calls `body` for the tiles before column `end` of `count` lines: line and column in the block,
  /// number of the tile in it. Tiles are independent of each other where loops are divisible.
  void forEachTile(
      int64_t count, int64_t end,
      llvm::function_ref<void(const LinearIndex &, const LinearIndex &, mlir::Value)> body) const;
  /// The products of `places` elements of each of `tiles` tiles: p = v · filter. Strides: v (place,
  /// tile), p (place, tile, channel).
  void multiply(const Operand &v, const Operand &p, int64_t places, int64_t tiles) const;

  /// Elements from a place to the next one, in blocks of any size, for `count` channels.
  int64_t placeStride(int64_t count) const;

  /// Whether a position lies in [0, size).
  mlir::Value isInside(const LinearIndex &position, int64_t size) const;
};

} // namespace nnc

#endif
