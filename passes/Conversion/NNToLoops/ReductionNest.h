// ReductionNest: the loops of operators that, for every kept place, combine many elements (taps):
// reductions, windows, products, statistics.
//
// Two orders are possible. *Along taps*: one accumulator per kept place, the tap loops innermost.
// *Along rows*: the innermost loop runs over the kept dimension that lies closest in memory, with a
// row of accumulators in memory (the result itself, or scratch). The second vectorises where the
// first would stride, and the other way round. Part of nn-compile. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_REDUCTIONNEST_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_REDUCTIONNEST_H

#include "passes/Conversion/NNToLoops/LoopNest.h"

namespace nnc {

/// Tap t of kept place r reads at r·stride + t·dilation − begin, which counts only within [0,
/// size).
struct Window {
  size_t kept, tap; ///< positions among the kept dimensions and the taps
  int64_t stride, dilation, begin, size;
};

class ReductionNest {
public:
  using IndexRef = llvm::ArrayRef<IndexExpr>;
  /// The first accumulator of the current kept place.
  using Start = llvm::function_ref<mlir::Value()>;
  /// The accumulator with the current tap.
  using Combine = llvm::function_ref<mlir::Value(mlir::Value accumulator)>;
  /// What becomes of the accumulator after the last tap.
  using Finish = llvm::function_ref<mlir::Value(mlir::Value accumulator)>;

  /// A finished accumulator of the current kept place.
  struct Cell {
    mlir::Value value; ///< along taps
    Place row;         ///< along rows: its memory
  };

  /// Loops over kept places and taps of the given shapes. `keptStrides` orders the kept loops,
  /// usually by the result's memory.
  ReductionNest(LayerEmitter &emitter, mlir::Location loc, llvm::ArrayRef<int64_t> keptShape,
                llvm::ArrayRef<int64_t> keptStrides, llvm::ArrayRef<int64_t> tapShape,
                llvm::ArrayRef<Window> windows = {});

  /// The current kept place and tap.
  IndexRef kept() const { return keptIndex; }
  IndexRef taps() const { return tapIndex; }

  enum class Order { AlongTaps, AlongRows, ByAddresses };
  /// Builds everything. `body` is called where the kept loops (along rows: all but the innermost)
  /// are open, and before on trial; it uses the functions below. `ByAddresses` decides by the
  /// addresses that `body` reads.
  void build(Order order, llvm::function_ref<void()> body);

  /// Combines all taps. Along rows the accumulators lie in `row`, addressed by the kept place.
  Cell reduce(const Place &row, Start start, Combine combine, Finish finish = nullptr);
  /// The same into the result, whose elements must be of the accumulator's type if the order may be
  /// along rows.
  void reduceInto(const Place &result, Start start, Combine combine, Finish finish = nullptr);
  /// Tells, before `build`, that all rows have their accumulators in the same memory.
  void shareRow() { sharesRow = true; }
  /// What `reduce` found for the current kept place.
  mlir::Value read(const Cell &cell);
  /// Visits every tap of every kept place of the row.
  void each(llvm::function_ref<void()> visit);
  /// How many taps of the current kept place count, by the given windows, of type `index`.
  mlir::Value countTaps(llvm::ArrayRef<Window> windows);

private:
  using Values = llvm::SmallVector<mlir::Value>;
  bool alongRows() const { return !row.variables.empty(); }
  void plan(Order order, llvm::function_ref<void()> body);
  bool cutsRow() const;
  void overBlocks(llvm::function_ref<void()> body);
  bool prefersRows(IndexRef reads, const IndexVariable *inner) const;
  LoopRange tapRange(const LoopGroup &group);
  LoopRange wholeRow();
  LoopRange rowRange();
  Values overTaps(llvm::ArrayRef<LoopGroup> groups, mlir::ValueRange carried,
                  llvm::function_ref<Values(mlir::ValueRange)> body);
  void overRow(bool onlyInsideWindows, llvm::function_ref<void()> body);

  LayerEmitter &emitter;
  mlir::Location loc;
  llvm::SmallVector<IndexExpr> keptIndex, tapIndex;
  IndexExpr keptOffset; ///< orders the kept loops
  llvm::SmallVector<int64_t> tapShape;
  llvm::SmallVector<Window> windows;       ///< only those that reach outside
  llvm::SmallVector<IndexExpr> rowOffsets; ///< of accumulators, seen on trial
  llvm::SmallVector<LoopGroup> outerGroups, tapGroups;
  LoopGroup row;                  ///< the innermost loop along rows; empty along taps
  bool sharesRow = false;         ///< all rows have the same accumulators
  std::optional<LoopRange> block; ///< the part of the row that is computed before the next one
};

} // namespace nnc

#endif
