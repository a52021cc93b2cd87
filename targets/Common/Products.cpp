// Loops around the register tile of a matrix product.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/Products.h"

#include "dialects/Kernel/Panels.h"
#include "dialects/NN/NN.h"
#include "targets/Common/RowTiles.h"

using namespace mlir;

namespace nnc {

void forEachPanel(const Emission &emission, int64_t columns, kernel::TileAttr tile, bool padded,
                  function_ref<void(const LinearIndex &, const TileColumns &)> body) {
  kernel::Panels panels{columns, tile.getColumns(), tile.getVector()};
  TileColumns full = divideColumns(panels.width, panels.vector, padded);
  buildLoop(emission.builder, emission.loc, 0, panels.fullPanels(), 1,
            [&](const LinearIndex &panel) { body(panel * panels.width, full); });
  if (panels.restColumns())
    body(panels.fullPanels() * panels.width,
         divideColumns(panels.restColumns(), panels.vector, padded));
}

/// All stride lists that have an entry for the rows, and the position of that entry from the end.
static llvm::SmallVector<std::pair<SmallVector<int64_t> *, size_t>>
rowStrides(ProductOperands &operands) {
  llvm::SmallVector<std::pair<SmallVector<int64_t> *, size_t>> lists{{&operands.a.strides, 1},
                                                                     {&operands.result.strides, 2}};
  for (Operand &extra : operands.extra)
    lists.emplace_back(&extra.strides, 2);
  return lists;
}

void Products::joinRows() {
  auto lists = rowStrides(operands);
  auto eraseOuter = [&](size_t d) {
    outer.erase(outer.begin() + d);
    operands.b.strides.erase(operands.b.strides.begin() + d);
    for (auto [strides, fromEnd] : lists)
      strides->erase(strides->begin() + d);
  };
  for (size_t d = outer.size(); d-- > 0;)
    if (outer[d] == 1)
      eraseOuter(d);
  while (!outer.empty() && operands.b.strides.back() == 0) {
    bool joins = llvm::all_of(lists, [&](auto list) {
      auto [strides, fromEnd] = list;
      int64_t row = (*strides)[strides->size() - fromEnd];
      return rows == 1 || (*strides)[outer.size() - 1] == rows * row;
    });
    if (!joins)
      return;
    for (auto [strides, fromEnd] : lists)
      if (rows == 1)
        (*strides)[strides->size() - fromEnd] = (*strides)[outer.size() - 1];
    rows *= outer.back();
    eraseOuter(outer.size() - 1);
  }
}

namespace {

/// Builds the loops of one kernel, from the outside to the tile.
struct ProductLoops {
  const Emission &emission;
  kernel::ProductOpInterface op;
  kernel::TileAttr tileShape;
  const Products &products;

  /// Loops over the outer dimensions, then over rows and panels.
  void overOuter(llvm::SmallVector<LinearIndex> index) const {
    if (index.size() < products.outer.size()) {
      buildLoop(emission.builder, emission.loc, 0, products.outer[index.size()], 1,
                [&](const LinearIndex &i) {
                  auto inner = index;
                  inner.push_back(i);
                  overOuter(std::move(inner));
                });
      return;
    }
    // Weights that stay in the cache are read again for each tile of rows; larger ones are read
    // once.
    bool rowsOutside = products.depth * products.columns * 4 <= emission.options.cacheBytes;
    auto panels = [&](auto body) {
      forEachPanel(emission, products.columns, tileShape, products.packed, body);
    };
    if (rowsOutside)
      overRows([&](const LinearIndex &row, int64_t rows) {
        panels([&](const LinearIndex &column, const TileColumns &columns) {
          emitTile(index, row, rows, column, columns);
        });
      });
    else
      panels([&](const LinearIndex &column, const TileColumns &columns) {
        overRows([&](const LinearIndex &row, int64_t rows) {
          emitTile(index, row, rows, column, columns);
        });
      });
  }

private:
  void overRows(function_ref<void(const LinearIndex &, int64_t)> body) const {
    WindowAxis axis{products.rows, products.rows};
    for (const RowTiles &tiles : divideRow(axis, tileShape.getRows(), /*maxGroups=*/8))
      buildLoop(emission.builder, emission.loc, 0, tiles.count, 1,
                [&](const LinearIndex &i) { body(i * tiles.rows + tiles.start, tiles.rows); });
  }

  void emitTile(llvm::SmallVector<LinearIndex> index, const LinearIndex &row, int64_t rows,
                const LinearIndex &column, const TileColumns &columns) const {
    const ProductOperands &operands = products.operands;
    LinearIndex bStart = operands.b.address(index) +
                         column * (products.packed ? products.depth : products.bColumnStride);
    index.push_back(row);
    DepthLoop loop{&operands.a,
                   &operands.b,
                   emission.build(operands.a.address(index)),
                   emission.build(bStart),
                   operands.a.strides.back(),
                   products.aDepthStride,
                   products.packed ? columns.stored() : products.bDepthStride,
                   products.packed ? 1 : products.bColumnStride,
                   products.depth,
                   0,
                   rows};
    RegisterTile tile(rows, columns, tileShape, emission.options.registers);
    Values sums = accumulate(emission, tile, loop, tile.zeros(emission));
    index.push_back(column);
    storeTile(emission, op, operands, index, rows, columns, tile.sumOfCopies(emission, sums));
  }
};

} // namespace

void emitProducts(const Emission &emission, kernel::ProductOpInterface op, Products products) {
  products.joinRows();
  ProductLoops{emission, op, op.getTile(), products}.overOuter({});
}

/// Strides of a batched operand for the leading dimensions of the result: missing and repeated ones
/// do not move.
static SmallVector<int64_t> batchStrides(RankedTensorType type, ArrayRef<int64_t> strides,
                                         ArrayRef<int64_t> batch) {
  SmallVector<int64_t> result(batch.size(), 0);
  int64_t own = type.getRank() - 2;
  for (int64_t d = 0; d < own; ++d)
    if (type.getDimSize(d) != 1)
      result[batch.size() - own + d] = strides[d];
  return result;
}

void emitMatMul(const Emission &emission, kernel::MatMulOp op, ProductOperands operands) {
  auto type = cast<RankedTensorType>(op.getType());
  auto lhs = cast<RankedTensorType>(op.getLhs().getType());
  auto rhs = cast<RankedTensorType>(op.getRhs().getType());
  ArrayRef<int64_t> batch = type.getShape().drop_back(2), a = operands.a.strides;
  auto [rowStride, depthStride] = std::pair(a[a.size() - 2], a[a.size() - 1]);
  int64_t depth = lhs.getShape().back();
  if (op.getTransposeLhs()) {
    std::swap(rowStride, depthStride);
    depth = lhs.getDimSize(lhs.getRank() - 2);
  }
  Products products{llvm::to_vector(batch),
                    type.getDimSize(type.getRank() - 2),
                    type.getShape().back(),
                    depth,
                    depthStride,
                    op.getPacked()};
  SmallVector<int64_t> aStrides = batchStrides(lhs, a, batch), bStrides(batch.size(), 0);
  aStrides.push_back(rowStride);
  if (!op.getPacked()) {
    ArrayRef<int64_t> b = operands.b.strides;
    products.bDepthStride = b[b.size() - 2];
    products.bColumnStride = b[b.size() - 1];
    if (op.getTransposeRhs())
      std::swap(products.bDepthStride, products.bColumnStride);
    bStrides = batchStrides(rhs, b, batch);
  }
  operands.a.strides = std::move(aStrides);
  operands.b.strides = std::move(bStrides);
  products.operands = std::move(operands);
  emitProducts(emission, op, std::move(products));
}

} // namespace nnc
