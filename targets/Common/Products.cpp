// Loops around the register tile of a matrix product.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/Products.h"

#include "dialects/Kernel/Panels.h"
#include "targets/Common/RowTiles.h"

#include "llvm/Support/MathExtras.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace nnc {

void forEachPanel(const Emission &emission, int64_t columns, kernel::TileAttr tile, bool padded,
                  bool known, function_ref<void(const LinearIndex &, const TileColumns &)> body) {
  kernel::Panels panels{columns, tile.getColumns(), tile.getVector()};
  TileColumns full = divideColumns(panels.width, panels.vector, padded);
  int64_t together = known ? 1 : std::max<int64_t>(1, panels.fullPanels());
  for (int64_t first = 0; first < panels.fullPanels(); first += together)
    buildIndependentLoop(emission, first, first + together, 1,
                         [&](const LinearIndex &panel) { body(panel * panels.width, full); });
  if (panels.restColumns())
    buildIndependentLoop(
        emission, panels.fullPanels(), panels.fullPanels() + 1, 1, [&](const LinearIndex &panel) {
          body(panel * panels.width, divideColumns(panels.restColumns(), panels.vector, padded));
        });
}

void Products::joinRows() {
  auto lists = operands.inputStrides();
  llvm::append_range(lists, operands.resultStrides());
  auto eraseOuter = [&](size_t d) {
    outer.erase(outer.begin() + d);
    operands.b.strides.erase(operands.b.strides.begin() + d);
    for (SmallVector<int64_t> *strides : lists)
      strides->erase(strides->begin() + d);
  };
  auto rowStride = [](SmallVector<int64_t> *strides) -> int64_t & { return strides->end()[-2]; };
  for (size_t d = outer.size(); d-- > 0;)
    if (outer[d] == 1)
      eraseOuter(d);
  while (!outer.empty() && operands.b.strides.back() == 0) {
    bool joins = llvm::all_of(lists, [&](SmallVector<int64_t> *strides) {
      return rows == 1 || (*strides)[outer.size() - 1] == rows * rowStride(strides);
    });
    if (!joins)
      return;
    for (SmallVector<int64_t> *strides : lists)
      if (rows == 1)
        rowStride(strides) = (*strides)[outer.size() - 1];
    rows *= outer.back();
    eraseOuter(outer.size() - 1);
  }
}

namespace {

/// Builds the loops of one kernel, from the outside to the tile.
struct ProductLoops {
  Emission emission;
  Emission outside; ///< of the loops around panels
  Operation *op;
  kernel::TileAttr tileShape;
  const Products &products;

  /// Loops over the outer dimensions, then over rows and panels.
  void emit() const {
    overDimensions({}, products.outer.size() - dimensionsOfRows(), [&](const Index &index) {
      if (products.operands.prologue)
        return overComputedRows(index);
      if (products.panel)
        return overPackedPanels(index);
      overRows(index);
    });
  }

private:
  using Index = llvm::SmallVector<LinearIndex>;

  /// Loops over the outer dimensions from that behind `index` on, up to `end`.
  void overDimensions(const Index &index, size_t end,
                      function_ref<void(const Index &)> body) const {
    if (index.size() == end)
      return body(index);
    buildIndependentLoop(outside, 0, products.outer[index.size()], 1, [&](const LinearIndex &i) {
      Index inner = index;
      inner.push_back(i);
      overDimensions(inner, end, body);
    });
  }

  /// Weights that stay in the cache are read again for each block of rows, larger ones once.
  bool staysInCache() const {
    return products.depth * products.columns * products.operands.b.elementBytes() <=
           emission.options.cacheBytes;
  }

  /// How many of the last outer dimensions are lines of rows that could not be joined: they read
  /// the same weights and lie inside the loop over large ones.
  size_t dimensionsOfRows() const {
    if (staysInCache() || products.panel || products.operands.prologue)
      return 0;
    ArrayRef<int64_t> strides = products.operands.b.strides;
    return static_cast<size_t>(
        llvm::find_if(llvm::reverse(strides), [](int64_t stride) { return stride != 0; }) -
        strides.rbegin());
  }

  void overRows(const Index &index) const {
    if (staysInCache())
      return overBlocks(index);
    overPanels([&](const LinearIndex &column, const TileColumns &columns) {
      int64_t panel = filledDepth() * columns.stored();
      overDimensions(index, products.outer.size(), [&](const Index &outer) {
        for (const RowTiles &tiles : rowTiles())
          overTiles(tiles, 0, tiles.count, [&](const LinearIndex &row) {
            emitTile(outer, row, tiles.rows, column, columns, panel);
          });
      });
    });
  }

  llvm::SmallVector<RowTiles> rowTiles() const {
    auto tiles = divideRow({products.rows, products.rows}, tileShape.getRows(), /*maxGroups=*/8);
    if (emission.options.isBackwards())
      std::reverse(tiles.begin(), tiles.end());
    return tiles;
  }

  void overPanels(function_ref<void(const LinearIndex &, const TileColumns &)> body) const {
    forEachPanel(outside, products.columns, tileShape, products.inPanels(),
                 /*known=*/!products.operands.pieces.empty(), body);
  }

  void overTiles(const RowTiles &tiles, const LinearIndex &first, const LinearIndex &end,
                 function_ref<void(const LinearIndex &)> body) const {
    buildIndependentLoop(emission, first, end, 1,
                         [&](const LinearIndex &i) { body(i * tiles.rows + tiles.start); });
  }

  /// The prologue computes as many rows as fit its scratch, then their tiles read them.
  void overComputedRows(const Index &index) const {
    int64_t fitting =
        cast<MemRefType>(products.operands.a.buffer.getType()).getNumElements() / products.depth;
    if (fitting >= products.rows) {
      computeRows(index, 0, products.rows);
      Products computed = withComputedRows(0);
      return after(computed).overRows(index);
    }
    for (const RowTiles &tiles : rowTiles()) {
      int64_t block = std::min(fitting / tiles.rows, tiles.count);
      buildIndependentLoop(outside, 0, tiles.count, block, [&](const LinearIndex &first) {
        LinearIndex end = endOfBlock(first, block, tiles.count);
        LinearIndex firstRow = emission.build(first * tiles.rows + tiles.start);
        computeRows(index, firstRow, emission.build(end * tiles.rows + tiles.start));
        Products computed = withComputedRows(firstRow);
        after(computed).overPanelsOfBlock(index, tiles, first, end, block);
      });
    }
  }

  /// The loops of a later stage, which may be divided again.
  ProductLoops after(const Products &computed) const {
    Emission next = emission;
    ++next.stage;
    return {next, next, op, tileShape, computed};
  }

  /// The products with the scratch of the prologue as left operand, row `first` at its begin.
  Products withComputedRows(const LinearIndex &first) const {
    Products computed = products;
    Operand &a = computed.operands.a;
    a.strides.assign(products.outer.size(), 0);
    a.strides.append({products.depth, 1});
    a.base = emission.build(first * -products.depth);
    computed.operands.prologue = {};
    return computed;
  }

  /// scratch[row − first][k] = prologue(row, k)
  void computeRows(llvm::ArrayRef<LinearIndex> outer, const LinearIndex &first,
                   const LinearIndex &end) const {
    const Prologue &prologue = products.operands.prologue;
    buildIndependentLoop(emission, first, end, 1, [&](const LinearIndex &row) {
      llvm::SmallVector<LinearIndex> index(outer), starts;
      index.append({row, 0});
      for (const Operand &input : prologue.inputs)
        starts.push_back(emission.build(input.address(index)));
      LinearIndex to = emission.build((row + first * -1) * products.depth);
      auto compute = [&](const LinearIndex &k, int64_t width) {
        Values loaded;
        for (auto [input, start] : llvm::zip_equal(prologue.inputs, starts)) {
          int64_t stride = input.strides.back();
          loaded.push_back(input.load(emission, start + k * stride, width, stride));
        }
        products.operands.a.store(emission, prologue.build(emission, loaded, width), to + k);
      };
      int64_t vector = tileShape.getVector(), whole = products.depth - products.depth % vector;
      buildLoop(emission.builder, emission.loc, 0, whole, vector,
                [&](const LinearIndex &k) { compute(k, vector); });
      for (const ColumnVector &rest : pieces(products.depth - whole, vector))
        compute(whole + rest.offset, rest.width);
    });
  }

  /// Each panel is packed, then read by all tiles. Panels follow each other: they share the
  /// scratch.
  void overPackedPanels(llvm::ArrayRef<LinearIndex> index) const {
    LinearIndex start = emission.build(products.operands.b.address(index));
    overPanels([&](const LinearIndex &column, const TileColumns &columns) {
      packPanel(emission.build(start + column * products.bColumnStride), columns);
      ProductLoops next = *this;
      ++next.emission.stage;
      for (const RowTiles &tiles : rowTiles())
        next.overTiles(tiles, 0, tiles.count, [&](const LinearIndex &row) {
          next.emitTile(index, row, tiles.rows, column, columns);
        });
    });
  }

  /// panel[k][column] = b[k, column] from `start` on, zeros behind the last column.
  void packPanel(const LinearIndex &start, const TileColumns &columns) const {
    buildIndependentLoop(emission, 0, products.depth, 1, [&](const LinearIndex &k) {
      LinearIndex from = emission.build(start + k * products.bDepthStride);
      LinearIndex to = emission.build(k * columns.stored());
      for (const ColumnVector &vector : columns.vectors) {
        for (const ColumnVector &part : pieces(vector.valid, vector.width))
          copyToPanel(from, to, vector.offset + part.offset, part.width);
        for (const ColumnVector &part : pieces(vector.width - vector.valid, vector.width))
          clearPanel(to + (vector.offset + vector.valid + part.offset), part.width);
      }
    });
  }

  static llvm::SmallVector<ColumnVector, 8> pieces(int64_t columns, int64_t vector) {
    return divideColumns(columns, vector, /*padded=*/false).vectors;
  }

  void copyToPanel(const LinearIndex &from, const LinearIndex &to, int64_t column,
                   int64_t width) const {
    Value value = products.operands.b.load(emission, from + column * products.bColumnStride, width,
                                           products.bColumnStride);
    products.panel->store(emission, value, to + column);
  }

  void clearPanel(const LinearIndex &to, int64_t width) const {
    Type element = products.panel->element;
    Type type = width == 1 ? element : VectorType::get({width}, element);
    Value zero = arith::ConstantOp::create(emission.builder, emission.loc,
                                           emission.builder.getZeroAttr(type));
    products.panel->store(emission, zero, to);
  }

  /// Blocks of rows that stay in the inner cache while panel after panel is read from the outer
  /// one.
  void overBlocks(llvm::ArrayRef<LinearIndex> index) const {
    for (const RowTiles &tiles : rowTiles()) {
      int64_t tileBytes = tiles.rows * products.depth * products.operands.a.elementBytes();
      int64_t block =
          std::clamp<int64_t>(emission.options.innerCacheBytes / 4 / tileBytes, 1, tiles.count);
      buildIndependentLoop(emission, 0, tiles.count, block, [&](const LinearIndex &first) {
        overPanelsOfBlock(index, tiles, first, endOfBlock(first, block, tiles.count), block);
      });
    }
  }

  void overPanelsOfBlock(llvm::ArrayRef<LinearIndex> index, const RowTiles &tiles,
                         const LinearIndex &first, const LinearIndex &end, int64_t block) const {
    overPanels([&](const LinearIndex &column, const TileColumns &columns) {
      auto tile = [&](const LinearIndex &row) {
        emitTile(index, row, tiles.rows, column, columns, distanceToNextMatrix());
      };
      if (block == 1)
        tile(first * tiles.rows + tiles.start);
      else
        overTiles(tiles, first, end, tile);
    });
  }

  /// min(first + block, count)
  LinearIndex endOfBlock(const LinearIndex &first, int64_t block, int64_t count) const {
    LinearIndex end = first + block;
    if (block == count)
      return count;
    if (block == 1 || count % block == 0)
      return end;
    return arith::MinSIOp::create(
               emission.builder, emission.loc, emission.build(end),
               arith::ConstantIndexOp::create(emission.builder, emission.loc, count))
        .getResult();
  }

  /// Rows of a panel.
  int64_t filledDepth() const { return tileShape.filledDepth(products.depth); }

  /// Elements from a matrix of weights to the next one, where all of them together do not stay in
  /// the cache; otherwise 0.
  int64_t distanceToNextMatrix() const {
    if (!products.packed || products.outer.empty())
      return 0;
    int64_t bytes = products.operands.b.elementBytes();
    for (auto [size, stride] : llvm::zip_equal(products.outer, products.operands.b.strides))
      if (stride != 0)
        bytes *= size;
    int64_t matrix = products.operands.b.strides.back();
    return bytes * matrix > emission.options.cacheBytes ? matrix : 0;
  }

  /// While a panel is read, each tile of rows fetches its part of the one `distance` behind, if
  /// tiles are few.
  FetchAhead partOfPanel(const LinearIndex &bStart, int64_t distance, ArrayRef<LinearIndex> outer,
                         const LinearIndex &row, int64_t rows, int64_t stored) const {
    LinearIndex before = 0;
    int64_t lines = 1;
    for (size_t d = outer.size() - dimensionsOfRows(); d < outer.size(); ++d) {
      before = before * products.outer[d] + outer[d];
      lines *= products.outer[d];
    }
    int64_t all = lines * products.rows;
    if (!fetchesAhead(emission, lines * llvm::divideCeil(products.rows, tileShape.getRows())))
      return {};
    return FetchAhead::partOf(emission, products.operands.b, bStart + distance,
                              filledDepth() * stored, stored,
                              {before * products.rows + row, rows, all});
  }

  /// `fetched`: how far behind the panel that the tile reads one lies that is to be fetched
  /// meanwhile; 0 for none.
  void emitTile(llvm::ArrayRef<LinearIndex> outer, const LinearIndex &row, int64_t rows,
                const LinearIndex &column, const TileColumns &columns, int64_t fetched = 0) const {
    const ProductOperands &operands = products.operands;
    const Operand &b = products.panel ? *products.panel : operands.b;
    LinearIndex bStart =
        products.panel
            ? LinearIndex(0)
            : emission.build(operands.b.address(outer) +
                             column * (products.packed ? filledDepth() : products.bColumnStride));
    llvm::SmallVector<LinearIndex> index(outer);
    index.append({row, 0});
    ArrayRef<int64_t> a = operands.a.strides;
    DepthLoop loop{&operands.a,
                   &b,
                   emission.build(operands.a.address(index)),
                   bStart,
                   a[a.size() - 2],
                   a.back(),
                   products.inPanels() ? columns.stored() : products.bDepthStride,
                   products.inPanels() ? 1 : products.bColumnStride,
                   products.depth,
                   0,
                   rows};
    if (fetched > 0 && products.packed)
      loop.ahead = partOfPanel(bStart, fetched, outer, row, rows, columns.stored());
    loop.flip = operands.flip;
    RegisterTile tile(rows, columns, tileShape, operands.sumType(), emission.options.registers);
    Values sums = accumulate(emission, tile, loop, tile.zeros(emission));
    index.back() = column;
    storeTile(emission, op, tileShape, operands, index, rows, columns,
              tile.sumOfCopies(emission, sums));
  }
};

} // namespace

void emitProducts(const Emission &emission, Operation *op, kernel::TileAttr tile,
                  Products products) {
  products.joinRows();
  Emission outside = emission;
  outside.options.divisible &= !products.panel && !products.operands.prologue;
  ProductLoops{emission, outside, op, tile, products}.emit();
}

} // namespace nnc
