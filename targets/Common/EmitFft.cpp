// Loops of a convolution by products of frequencies. A block of lines of tiles goes through all
// stages before the next one:
//
//   T = F(lines of a tile), then V[p][t][c] from F(columns of T)   vectors run over channels c
//   P[p][t][o] = Σ_c V[p][t][c] · u[p][c][o]                       products on register tiles
//   T = F⁻¹(columns of P), then y = epilogue(F⁻¹(lines of T))      vectors run over channels o
//
// T is scratch of S × S vectors: component j of the transformed line i lies at vector j·S + i.
// Places p as in lib/Numerics/Fft.h.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Butterflies.h"
#include "lib/Numerics/Fft.h"
#include "targets/Common/LinearCode.h"
#include "targets/Common/TransformTiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <algorithm>

using namespace mlir;

namespace nnc {

namespace {

/// Consecutive columns of tiles, up to `end`, that hold the same part of the image: elements
/// [first, last) of a line of each tile; or that have as many results.
struct ColumnGroup {
  int64_t end, first, last;
};

struct FftLoops : TransformTiles {
  int64_t size;
  numerics::FftPlaces places;
  Value transformed, products, tileScratch; ///< scratch

  FftLoops(TransformTiles tiles, int64_t size, ArrayRef<Value> scratch)
      : TransformTiles(std::move(tiles)), size(size), places{size}, transformed(scratch[0]),
        products(scratch[1]), tileScratch(scratch[2]) {}

  void emit() const {
    forEachBlock([&](const LinearIndex &image, const LinearIndex &firstLine, int64_t count) {
      emitBlock(image, firstLine, count);
    });
  }

private:
  int64_t vector() const { return registerTile.getVector(); }
  Operand scratch(Value buffer, llvm::SmallVector<int64_t> strides) const {
    return {buffer, nullptr, emission.builder.getF32Type(), std::move(strides)};
  }
  /// T, with strides (component, line).
  Operand lineScratch() const { return scratch(tileScratch, {size * vector(), vector()}); }

  void emitBlock(const LinearIndex &image, const LinearIndex &firstLine, int64_t count) const {
    int64_t all = places.count();
    Operand v = scratch(transformed, {placeStride(channels), channels});
    Operand p = scratch(products, {placeStride(maps), maps, 1});
    forEachTile(count, pixels.tiles,
                [&](const LinearIndex &line, const LinearIndex &column, Value tile) {
                  transformInput(image, firstLine + line, column, v, tile);
                });
    multiply(v, p, all, count * pixels.tiles);
    forEachTile(count, pixels.tiles,
                [&](const LinearIndex &line, const LinearIndex &column, Value tile) {
                  transformOutput(image, firstLine + line, column, p, tile);
                });
  }

  /// Builds `body` for the group in which a column lies.
  void inGroup(ArrayRef<ColumnGroup> groups, const LinearIndex &column,
               function_ref<void(const ColumnGroup &)> body) const {
    if (groups.size() == 1)
      return body(groups.front());
    OpBuilder &builder = emission.builder;
    Value end = arith::ConstantIndexOp::create(builder, emission.loc, groups.front().end);
    Value here = arith::CmpIOp::create(builder, emission.loc, arith::CmpIPredicate::ult,
                                       emission.build(column), end);
    auto branch = scf::IfOp::create(builder, emission.loc, here, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(branch.getThenRegion().front().getTerminator());
    body(groups.front());
    builder.setInsertionPoint(branch.getElseRegion().front().getTerminator());
    inGroup(groups.drop_front(), column, body);
  }

  Type typeOf(int64_t width) const {
    Type element = emission.builder.getF32Type();
    return width == 1 ? element : VectorType::get({width}, element);
  }

  //===-- Input
  //--------------------------------------------------------------------------------===//

  llvm::SmallVector<ColumnGroup> inputGroups() const {
    llvm::SmallVector<ColumnGroup> groups;
    for (int64_t column = 0; column < pixels.tiles; ++column) {
      int64_t left = column * pixels.step - pixels.begin;
      int64_t first = std::clamp<int64_t>(-left, 0, size);
      int64_t last = std::clamp<int64_t>(pixels.input - left, first, size);
      if (groups.empty() || groups.back().first != first || groups.back().last != last)
        groups.push_back({column + 1, first, last});
      groups.back().end = column + 1;
    }
    return groups;
  }

  /// min(max(value, 0), size)
  LinearIndex clamped(const LinearIndex &value) const {
    OpBuilder &builder = emission.builder;
    Location loc = emission.loc;
    Value positive = arith::MaxSIOp::create(builder, loc, emission.build(value),
                                            arith::ConstantIndexOp::create(builder, loc, 0));
    return arith::MinSIOp::create(builder, loc, positive,
                                  arith::ConstantIndexOp::create(builder, loc, size))
        .getResult();
  }

  /// Lines of a tile that lie in the image: [first, second).
  std::pair<LinearIndex, LinearIndex> linesInside(const LinearIndex &top) const {
    bool before = lines.begin > 0;
    bool behind = (lines.tiles - 1) * lines.step - lines.begin + size > lines.input;
    return {before ? clamped(top * -1) : LinearIndex(0),
            behind ? clamped(top * -1 + lines.input) : LinearIndex(size)};
  }

  void transformInput(const LinearIndex &image, const LinearIndex &line, const LinearIndex &column,
                      const Operand &v, Value tile) const {
    LinearIndex top = emission.build(line * lines.step + -lines.begin);
    LinearIndex left = emission.build(column * pixels.step + -pixels.begin);
    auto [first, end] = linesInside(top);
    forEachChannelVector(
        emission, channels, vector(),
        [&, first = first, end = end](const LinearIndex &channel, int64_t width) {
          inGroup(inputGroups(), column, [&](const ColumnGroup &group) {
            buildLoop(emission.builder, emission.loc, first, end, 1, [&](const LinearIndex &i) {
              transformLine({image, top + i, left, channel}, group, i, width);
            });
          });
          clearLines(0, first, width);
          clearLines(end, size, width);
          transformColumns(v, emission.build(LinearIndex(tile) * v.strides[1] + channel), width);
        });
  }

  /// One line of the image into line i of T.
  void transformLine(ArrayRef<LinearIndex> origin, const ColumnGroup &group, const LinearIndex &i,
                     int64_t width) const {
    const Operand &a = operands.a;
    LinearIndex start = emission.build(a.address(origin));
    Values x(size);
    for (int64_t j = group.first; j < group.last; ++j)
      x[j] = a.load(emission, start + j * a.strides[2], width, a.strides.back());
    storeLine(buildButterflies(emission, numerics::realDft(size, group.first, group.last),
                               typeOf(width), x),
              i);
  }

  void clearLines(const LinearIndex &first, const LinearIndex &end, int64_t width) const {
    buildLoop(emission.builder, emission.loc, first, end, 1, [&](const LinearIndex &i) {
      Value zero = arith::ConstantOp::create(emission.builder, emission.loc,
                                             emission.builder.getZeroAttr(typeOf(width)));
      storeLine(Values(size, zero), i);
    });
  }

  /// All components of a transformed line.
  void storeLine(ArrayRef<Value> components, const LinearIndex &i) const {
    Operand t = lineScratch();
    LinearIndex start = emission.build(t.address({0, i}));
    for (auto [j, value] : llvm::enumerate(components))
      t.store(emission, value, start + static_cast<int64_t>(j) * t.strides[0]);
  }

  void transformColumns(const Operand &v, const LinearIndex &start, int64_t width) const {
    Operand t = lineScratch();
    buildLoop(emission.builder, emission.loc, 0, 2, 1, [&](const LinearIndex &j) {
      LinearIndex from = emission.build(t.address({j, 0}));
      LinearIndex to = emission.build(start + j * (places.perRealColumn() * v.strides[0]));
      Values x;
      for (int64_t i = 0; i < size; ++i)
        x.push_back(t.load(emission, from + i * t.strides[1], width));
      x = buildButterflies(emission, numerics::realDft(size, 0, size), typeOf(width), x);
      for (int64_t real = 0; real < 2; ++real)
        v.store(emission, x[real], to + real * v.strides[0]);
      storePlaces(v, ArrayRef<Value>(x).drop_front(2), to + 2 * v.strides[0]);
    });
    buildLoop(emission.builder, emission.loc, 0, size / 2 - 1, 1, [&](const LinearIndex &j) {
      LinearIndex from = emission.build(t.address({j * 2 + 2, 0}));
      LinearIndex to = emission.build(start + 2 * places.perRealColumn() * v.strides[0] +
                                      j * (places.perColumn() * v.strides[0]));
      Values x;
      for (int64_t i = 0; i < size; ++i)
        for (int64_t part = 0; part < 2; ++part)
          x.push_back(t.load(emission, from + (part * t.strides[0] + i * t.strides[1]), width));
      storePlaces(v, buildButterflies(emission, numerics::complexDft(size), typeOf(width), x), to);
    });
  }

  /// Complex numbers a + bi as a + b, a, b.
  void storePlaces(const Operand &v, ArrayRef<Value> parts, LinearIndex to) const {
    for (; !parts.empty(); parts = parts.drop_front(2), to = to + 3 * v.strides[0]) {
      Value sum = arith::AddFOp::create(emission.builder, emission.loc, parts[0], parts[1]);
      for (auto [i, value] : llvm::enumerate(Values{sum, parts[0], parts[1]}))
        v.store(emission, value, to + static_cast<int64_t>(i) * v.strides[0]);
    }
  }

  //===-- Output
  //-------------------------------------------------------------------------------===//

  void transformOutput(const LinearIndex &image, const LinearIndex &line, const LinearIndex &column,
                       const Operand &p, Value tile) const {
    LinearIndex top = emission.build(line * lines.step),
                left = emission.build(column * pixels.step);
    int64_t full = pixels.output / pixels.step;
    llvm::SmallVector<ColumnGroup, 2> groups;
    if (full > 0)
      groups.push_back({full, 0, pixels.step});
    if (full < pixels.tiles)
      groups.push_back({pixels.tiles, 0, pixels.output - full * pixels.step});
    // In the last tiles some lines do not exist.
    LinearIndex end = lines.step;
    if (lines.output % lines.step != 0)
      end = arith::MinSIOp::create(
                emission.builder, emission.loc, emission.build(top * -1 + lines.output),
                arith::ConstantIndexOp::create(emission.builder, emission.loc, lines.step))
                .getResult();
    forEachChannelVector(emission, maps, vector(), [&](const LinearIndex &channel, int64_t width) {
      restoreColumns(p, emission.build(LinearIndex(tile) * p.strides[1] + channel), width);
      inGroup(groups, column, [&](const ColumnGroup &group) {
        buildLoop(emission.builder, emission.loc, 0, end, 1, [&](const LinearIndex &i) {
          restoreLine({image, top + i, left, channel}, group.last, i, width);
        });
      });
    });
  }

  /// Columns of T from the products.
  void restoreColumns(const Operand &p, const LinearIndex &start, int64_t width) const {
    Operand t = lineScratch();
    buildLoop(emission.builder, emission.loc, 0, 2, 1, [&](const LinearIndex &j) {
      LinearIndex from = emission.build(start + j * (places.perRealColumn() * p.strides[0]));
      LinearIndex to = emission.build(t.address({j, 0}));
      Values x;
      for (int64_t real = 0; real < 2; ++real)
        x.push_back(p.load(emission, from + real * p.strides[0], width));
      loadPlaces(p, from + 2 * p.strides[0], size / 2 - 1, width, x);
      x = buildButterflies(emission, numerics::inverseRealDft(size, lines.step), typeOf(width), x);
      for (auto [i, value] : llvm::enumerate(x))
        t.store(emission, value, to + static_cast<int64_t>(i) * t.strides[1]);
    });
    buildLoop(emission.builder, emission.loc, 0, size / 2 - 1, 1, [&](const LinearIndex &j) {
      LinearIndex from = emission.build(start + 2 * places.perRealColumn() * p.strides[0] +
                                        j * (places.perColumn() * p.strides[0]));
      LinearIndex to = emission.build(t.address({j * 2 + 2, 0}));
      Values x;
      loadPlaces(p, from, size, width, x);
      x = buildButterflies(emission, numerics::inverseComplexDft(size, lines.step), typeOf(width),
                           x);
      for (auto [i, value] : llvm::enumerate(x))
        t.store(emission, value,
                to + (static_cast<int64_t>(i % 2) * t.strides[0] +
                      static_cast<int64_t>(i / 2) * t.strides[1]));
    });
  }

  /// Appends real and imaginary parts of `count` sums of complex products.
  void loadPlaces(const Operand &p, LinearIndex from, int64_t count, int64_t width,
                  Values &parts) const {
    for (; count > 0; --count, from = from + 3 * p.strides[0]) {
      Values terms;
      for (int64_t i = 0; i < 3; ++i)
        terms.push_back(p.load(emission, from + i * p.strides[0], width));
      parts.push_back(arith::SubFOp::create(emission.builder, emission.loc, terms[0], terms[2]));
      parts.push_back(arith::AddFOp::create(emission.builder, emission.loc, terms[0], terms[1]));
    }
  }

  /// `valid` results from line i of T.
  void restoreLine(ArrayRef<LinearIndex> origin, int64_t valid, const LinearIndex &i,
                   int64_t width) const {
    Operand t = lineScratch();
    LinearIndex start = emission.build(t.address({0, i}));
    Values x;
    for (int64_t j = 0; j < size; ++j)
      x.push_back(t.load(emission, start + j * t.strides[0], width));
    x = buildButterflies(emission, numerics::inverseRealDft(size, valid), typeOf(width), x);
    storeTile(emission, op, operands, origin, valid, TileColumns{width, {{0, width, width}}}, x);
  }
};

} // namespace

void emitFft(const Emission &emission, kernel::FftOp op, ProductOperands operands,
             ArrayRef<Value> scratch) {
  FftLoops(TransformTiles::fromOp(emission, op, std::move(operands), op.getResultsPerTile(0),
                                  op.getResultsPerTile(1)),
           static_cast<int64_t>(op.getSize()), scratch)
      .emit();
}

} // namespace nnc
