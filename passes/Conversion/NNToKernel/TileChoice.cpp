// Cost model of register tiles.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToKernel/TileChoice.h"

#include "dialects/Kernel/Panels.h"

#include <algorithm>
#include <limits>

namespace nnc {

namespace {

constexpr int64_t kMaxRows = 16;
constexpr int64_t kMaxVectors = 8;
/// Slots that one tile costs beside its products: pointers, loop, stores.
constexpr double kTileOverhead = 15, kStoreOverhead = 2;

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Sum of `cost(rows)` over the tiles of one run, whose sizes differ by at most one.
template <typename Cost> double overRowTiles(int64_t rows, int64_t maxRows, Cost cost) {
  int64_t count = ceilDiv(rows, maxRows), base = rows / count, larger = rows % count;
  return larger * (larger ? cost(base + 1) : 0) + (count - larger) * cost(base);
}

/// Slots for one k of a tile. Loads compete with multiply-adds only where there are more of them,
/// but each costs a little: a vector of B comes from farther away than a value of A.
double depthStep(int64_t rows, int64_t vectors, const TileMachine &machine) {
  double products = static_cast<double>(rows * vectors);
  if (machine.vector == 1) // one load or multiply-add at a time
    return products + static_cast<double>(rows + vectors) + 3;
  double rowLoads =
      static_cast<double>(rows * machine.interleave) / static_cast<double>(machine.lanes);
  if (machine.lanes == 1)
    rowLoads = static_cast<double>(rows);
  double perRowLoad = machine.lanes > 1 ? 0.30 : 0.10; // of a vector, of one value
  return std::max(products, rowLoads + static_cast<double>(vectors)) + perRowLoad * rowLoads +
         0.22 * static_cast<double>(vectors) + 0.3;
}

double productCost(const ProductSize &size, int64_t maxRows, int64_t maxVectors,
                   const TileMachine &machine) {
  kernel::Panels panels{size.columns, maxVectors * machine.vector, machine.vector};
  int64_t restVectors = ceilDiv(panels.restColumns(), machine.vector);
  auto tile = [&](int64_t rows, int64_t vectors) {
    return static_cast<double>(ceilDiv(size.depth, machine.interleave)) *
               depthStep(rows, vectors, machine) +
           kTileOverhead + kStoreOverhead * static_cast<double>(rows * vectors);
  };
  double run = overRowTiles(size.rows, maxRows, [&](int64_t rows) {
    return static_cast<double>(panels.fullPanels()) * tile(rows, maxVectors) +
           (restVectors ? tile(rows, restVectors) : 0);
  });
  return static_cast<double>(size.runs) * run;
}

/// Whether a tile's accumulators, one row of B and what is loaded from A stay in registers.
bool fits(int64_t rows, int64_t vectors, const TileMachine &machine) {
  if (machine.vector == 1) {
    // Scalar machines also run short of address registers, and their code lies in small memories.
    int64_t limit = machine.registers >= 32 ? 4 : 2;
    if (rows > limit || vectors > (rows == 1 ? 2 * limit : limit))
      return false;
  }
  // Rows loaded as vectors stay for several k, while the next row of B is on its way.
  int64_t loaded = machine.lanes > 1 ? rows + 2 * vectors + 2 : vectors + 1;
  return rows * vectors + loaded + machine.scratch <= machine.registers;
}

} // namespace

TileChoice chooseProductTile(const ProductSize &size, const TileMachine &machine) {
  TileChoice best{1, machine.vector, std::numeric_limits<double>::infinity()};
  int64_t maxVectors = std::min(kMaxVectors, ceilDiv(size.columns, machine.vector));
  for (int64_t rows = 1; rows <= std::min(kMaxRows, size.rows); ++rows)
    for (int64_t vectors = 1; vectors <= maxVectors; ++vectors) {
      if (!fits(rows, vectors, machine))
        continue;
      double cost = productCost(size, rows, vectors, machine);
      if (cost < best.cost)
        best = {rows, vectors * machine.vector, cost};
    }
  return best;
}

TileChoice chooseDepthwiseTile(const DepthwiseSize &size, const TileMachine &machine) {
  TileChoice best{1, machine.vector, std::numeric_limits<double>::infinity()};
  // A pixel's products wait for each other: eight sums keep one multiplier of vectors busy, ten two
  // that begin at the same time (where vectors are short, registers are few).
  int64_t wide = machine.registers >= 32 ? 8 : 10;
  int64_t limit = machine.vector > 1 ? wide : machine.registers >= 10 ? 4 : 2;
  // The accumulators, one line of the filter, a pixel.
  limit = std::clamp<int64_t>(machine.registers - std::min<int64_t>(size.kernel, 4) - 2, 1, limit);
  auto tile = [&](int64_t rows) {
    int64_t loads = std::min((rows - 1) * size.stride + (size.kernel - 1) * size.dilation + 1,
                             rows * size.kernel) +
                    size.kernel;
    return static_cast<double>(size.kernelLines) *
               (static_cast<double>(rows * size.kernel) + 0.5 * static_cast<double>(loads) + 2) +
           kTileOverhead + kStoreOverhead * static_cast<double>(rows);
  };
  int64_t vectors = ceilDiv(size.channels, machine.vector);
  for (int64_t rows = 1; rows <= std::min(limit, size.pixels); ++rows) {
    double cost = static_cast<double>(size.lines * vectors) * overRowTiles(size.pixels, rows, tile);
    if (cost < best.cost)
      best = {rows, machine.vector, cost};
  }
  return best;
}

} // namespace nnc
