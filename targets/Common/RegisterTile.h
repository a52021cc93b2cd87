// The register tile: rows × columns accumulators in machine vectors, the sum over k, and the
// epilogue.
//
//   acc[MR][nv] = for k: b[v] = load B[k, v]; a[m] = broadcast A[m, k]; acc[m][v] += a[m]·b[v]
//   epilogue on the accumulators, one store each
//
// MR rows (output pixels), NR columns (output channels) in nv vectors. Only vectors of the
// machine's own width are carried by loops: wider ones are split or spilled by instruction
// selection. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_REGISTERTILE_H
#define NNC_TARGETS_COMMON_REGISTERTILE_H

#include "targets/Common/KernelEmitter.h"

namespace nnc {

/// One vector of accumulator columns; `valid` of its `width` lanes exist in the result, the rest is
/// padding.
struct ColumnVector {
  int64_t offset, width, valid;
};

/// The columns of one tile.
struct TileColumns {
  int64_t count; ///< columns of the result
  llvm::SmallVector<ColumnVector, 8> vectors;
  int64_t stored() const { return vectors.back().offset + vectors.back().width; }
};

/// Divides `count` columns into vectors of `vector` elements. The remainder is one vector of the
/// next power of two where operands are padded to it, else several narrower ones, so that nothing
/// beyond `count` is touched.
TileColumns divideColumns(int64_t count, int64_t vector, bool padded);

/// Calls `body` with the first and the number of some channels, for all of `count`: whole vectors
/// in a loop, then narrower ones.
void forEachChannelVector(const Emission &emission, int64_t count, int64_t vector,
                          llvm::function_ref<void(const LinearIndex &, int64_t)> body);

/// Accumulators of one tile, ordered [copy][row][vector]. Copies are partial sums over groups of k
/// mod `copies`: a tile with few accumulators would otherwise wait for the latency of each
/// addition.
struct RegisterTile {
  int64_t rows;
  TileColumns columns;
  int64_t lanes;  ///< consecutive k that are loaded at once from each row
  int64_t group;  ///< consecutive k that one product takes
  mlir::Type sum; ///< of one column: f32 or i32
  int64_t copies; ///< a power of two

  /// Chooses as many copies as hide latency and fit `registers`.
  RegisterTile(int64_t rows, TileColumns columns, kernel::TileAttr tile, mlir::Type sum,
               int64_t registers);
  size_t index(int64_t copy, int64_t row, size_t vector) const {
    return (copy * rows + row) * columns.vectors.size() + vector;
  }
  Values zeros(const Emission &emission) const;
  /// Adds the partial sums, in a fixed order; the result is ordered [row][vector].
  Values sumOfCopies(const Emission &emission, mlir::ValueRange accumulators) const;
};

/// Elements that later tiles read, brought into the cache while this one computes: for each k the
/// ones around start + k·step.
struct FetchAhead {
  const Operand *operand = nullptr; ///< null: nothing is fetched
  LinearIndex start;
  int64_t step = 0;

  /// Some of all rows that read weights.
  struct Rows {
    LinearIndex first;
    int64_t count, all;
  };
  /// The part of a panel, with `stored` of its `elements` for each k, that falls to `rows`.
  static FetchAhead partOf(const Emission &emission, const Operand &operand,
                           const LinearIndex &panel, int64_t elements, int64_t stored,
                           const Rows &rows);
};

/// Whether so few tiles read weights that their way from the memory shows. The machine has a cache
/// then: without one, weights are always read once.
bool fetchesAhead(const Emission &emission, int64_t tiles);

/// One run over k for some rows of a tile: A element (row, k) at a + row·rowStride + k·depthStride,
/// B element (k, column) at b + k·bDepthStride + column·bColumnStride; where products take groups
/// of k, the group that starts with k is at the place of k and column·group.
struct DepthLoop {
  const Operand *a, *b;
  LinearIndex aStart, bStart;
  int64_t rowStride, depthStride, bDepthStride, bColumnStride;
  int64_t depth;
  int64_t firstRow, endRow;
  FetchAhead ahead = {};
  bool flip = false;                ///< as in ProductOperands
  const Operand *outside = nullptr; ///< A in all other rows, if they count
};

/// Adds Σ_k a·b to the accumulators of the loop's rows and returns all of them.
Values accumulate(const Emission &emission, const RegisterTile &tile, const DepthLoop &loop,
                  mlir::ValueRange accumulators);

/// sum + a·b: fused where the machine can, of integers `kernel.dot`.
mlir::Value multiplyAdd(const Emission &emission, mlir::Value a, mlir::Value b, mlir::Value sum,
                        bool isUnsigned = false);
/// Sums of the two.
mlir::Value addSums(const Emission &emission, mlir::Value a, mlir::Value b);
/// Adds sums of one row of columns, if there are any, to each row of a tile.
void addToRows(const Emission &emission, mlir::ValueRange row, Values &sums);
/// The first operand of a product where elements outside it count: their value, everywhere.
Operand outsideOperand(const ProductOperands &operands);
/// Inverts the top bit of each byte of an integer or of a vector of them, but for those behind the
/// first `bytes` of an integer.
mlir::Value invertSigns(const Emission &emission, mlir::Value value, int64_t bytes);

/// Rebuilds the scalar operations of a region on vectors of `width` elements; what it ends with.
Values buildOnVectors(const Emission &emission, mlir::Region &region, int64_t width,
                      mlir::ValueRange arguments);

/// Applies the epilogue to the sums ([row][vector]) and stores them. `origin` is the index of the
/// tile's first element; the last two indices are row and column.
void storeTile(const Emission &emission, mlir::Operation *op, kernel::TileAttr tile,
               const ProductOperands &operands, llvm::ArrayRef<LinearIndex> origin, int64_t rows,
               const TileColumns &columns, mlir::ValueRange sums);
/// The same for sums of [row][part], each part with a quarter of `width` neighbouring columns as
/// `kernel::TapGroups` says.
void storeInterleavedTile(const Emission &emission, mlir::Operation *op,
                          const ProductOperands &operands, llvm::ArrayRef<LinearIndex> origin,
                          int64_t rows, int64_t width, mlir::ValueRange sums);
inline void storeTile(const Emission &emission, kernel::ProductOpInterface op,
                      const ProductOperands &operands, llvm::ArrayRef<LinearIndex> origin,
                      int64_t rows, const TileColumns &columns, mlir::ValueRange sums) {
  storeTile(emission, op, op.getTile(), operands, origin, rows, columns, sums);
}

} // namespace nnc

#endif
