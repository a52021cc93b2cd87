// Loops of a convolution in Winograd's transform domain. A block of lines of tiles goes through all
// stages before the next one:
//
//   V[p][t][c] = (Bᵀ x B)_p   for each tile t, vectors run over channels c
//   P[p][t][o] = Σ_c V[p][t][c] · u[p][c][o]   α² matrix products on register tiles
//   y = epilogue(Aᵀ P A)   for each tile, vectors run over channels o
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LinearCode.h"
#include "targets/Common/TransformTiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace nnc {

namespace {

struct WinogradLoops : TransformTiles {
  numerics::WinogradTransforms transforms;
  Value transformed, products; ///< scratch

  WinogradLoops(TransformTiles tiles, kernel::WinogradOp op, ArrayRef<Value> scratch)
      : TransformTiles(std::move(tiles)),
        transforms(numerics::bestTransforms(static_cast<int64_t>(op.getSize()),
                                            static_cast<int64_t>(op.getKernel()))),
        transformed(scratch[0]), products(scratch[1]) {}

  void emit() {
    forEachBlock([&](const LinearIndex &image, const LinearIndex &firstLine, int64_t count) {
      emitBlock(image, firstLine, count);
    });
  }

private:
  int64_t m() const { return transforms.m; }
  int64_t alpha() const { return transforms.alpha(); }
  int64_t places() const { return alpha() * alpha(); }

  /// Each stage reads all that the one before has written.
  void emitBlock(const LinearIndex &image, const LinearIndex &firstLine, int64_t count) {
    int64_t tiles = count * pixels.tiles;
    Operand v{
        transformed, nullptr, emission.builder.getF32Type(), {placeStride(channels), channels}};
    Operand p{products, nullptr, emission.builder.getF32Type(), {placeStride(maps), maps, 1}};
    emission.stage = 0;
    forEachTile(count, pixels.tiles,
                [&](const LinearIndex &line, const LinearIndex &column, Value tile) {
                  transformInput(image, firstLine + line, column, v, tile);
                });
    emission.stage = 1;
    multiply(v, p, places(), tiles);
    emission.stage = 2;
    int64_t full = pixels.output / m();
    forEachTile(count, full, [&](const LinearIndex &line, const LinearIndex &column, Value tile) {
      transformOutput(image, firstLine + line, column, m(), p, tile);
    });
    if (full < pixels.tiles)
      buildIndependentLoop(emission, 0, count, 1, [&](const LinearIndex &line) {
        transformOutput(image, firstLine + line, full, pixels.output - full * m(), p,
                        emission.build(line * pixels.tiles + full));
      });
  }

  //===-- Input
  //--------------------------------------------------------------------------------===//

  Value both(Value a, Value b) const {
    return arith::AndIOp::create(emission.builder, emission.loc, a, b);
  }

  void transformInput(const LinearIndex &image, const LinearIndex &line, const LinearIndex &column,
                      const Operand &v, Value tile) const {
    LinearIndex top = emission.build(line * m() + -lines.begin);
    LinearIndex left = emission.build(column * m() + -pixels.begin);
    auto reaches = [&](const TiledAxis &axis) {
      return axis.begin > 0 || axis.tiles * m() + alpha() - m() - axis.begin > axis.input;
    };
    if (!reaches(lines) && !reaches(pixels))
      return overInputChannels(image, top, left, /*borders=*/false, v, tile);
    // First and last elements inside: all are.
    Value inner =
        both(both(isInside(top, lines.input), isInside(top + (alpha() - 1), lines.input)),
             both(isInside(left, pixels.input), isInside(left + (alpha() - 1), pixels.input)));
    auto branch = scf::IfOp::create(emission.builder, emission.loc, inner, /*withElseRegion=*/true);
    for (bool borders : {false, true}) {
      OpBuilder::InsertionGuard guard(emission.builder);
      Region &region = borders ? branch.getElseRegion() : branch.getThenRegion();
      emission.builder.setInsertionPoint(region.front().getTerminator());
      overInputChannels(image, top, left, borders, v, tile);
    }
  }

  void overInputChannels(const LinearIndex &image, const LinearIndex &top, const LinearIndex &left,
                         bool borders, const Operand &v, Value tile) const {
    forEachChannelVector(
        emission, channels, registerTile.getVector(),
        [&](const LinearIndex &channel, int64_t width) {
          // Bᵀ x, one column of the tile after the other, then its product with B, row by row.
          std::vector<Values> half;
          for (int64_t j = 0; j < alpha(); ++j) {
            Values x;
            for (int64_t i = 0; i < alpha(); ++i)
              x.push_back(loadInput({image, top + i, left + j, channel}, borders, width));
            half.push_back(buildProduct(emission, transforms.input, x));
          }
          LinearIndex start = emission.build(LinearIndex(tile) * channels + channel);
          for (int64_t i = 0; i < alpha(); ++i) {
            Values row;
            for (const Values &column : half)
              row.push_back(column[i]);
            Values result = buildProduct(emission, transforms.input, row);
            for (int64_t j = 0; j < alpha(); ++j)
              v.store(emission, result[j], start + (i * alpha() + j) * v.strides[0]);
          }
        });
  }

  /// An element of the image, or zero around it.
  Value loadInput(ArrayRef<LinearIndex> index, bool borders, int64_t width) const {
    const Operand &a = operands.a;
    LinearIndex address = a.address(index);
    if (!borders)
      return a.load(emission, address, width, a.strides.back());
    OpBuilder &builder = emission.builder;
    Location loc = emission.loc;
    Value inside = both(isInside(index[1], lines.input), isInside(index[2], pixels.input));
    // Elsewhere the first element is read and not used.
    Value safe = arith::SelectOp::create(builder, loc, inside, emission.build(address),
                                         emission.build(a.address({0, 0, 0, index[3]})));
    Value value = a.load(emission, safe, width, a.strides.back());
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(value.getType()));
    return arith::SelectOp::create(builder, loc, inside, value, zero);
  }

  //===-- Output
  //-------------------------------------------------------------------------------===//

  /// One tile of results, of which `valid` pixels of a line exist.
  void transformOutput(const LinearIndex &image, const LinearIndex &line, const LinearIndex &column,
                       int64_t valid, const Operand &p, Value tile) const {
    LinearIndex top = emission.build(line * m()), left = emission.build(column * m());
    forEachChannelVector(
        emission, maps, registerTile.getVector(), [&](const LinearIndex &channel, int64_t width) {
          LinearIndex start = emission.build(LinearIndex(tile) * maps + channel);
          std::vector<Values> half;
          for (int64_t j = 0; j < alpha(); ++j) {
            Values sums;
            for (int64_t i = 0; i < alpha(); ++i)
              sums.push_back(p.load(emission, start + (i * alpha() + j) * p.strides[0], width));
            half.push_back(buildProduct(emission, transforms.output, sums));
          }
          for (int64_t i = 0; i < m(); ++i) {
            Values row;
            for (const Values &column : half)
              row.push_back(column[i]);
            Values result = buildProduct(emission, transforms.output, row);
            result.resize(valid);
            storeLine({image, top + i, left, channel}, i, result, width);
          }
        });
  }

  /// Line i of a tile; in the last tiles some lines do not exist.
  void storeLine(ArrayRef<LinearIndex> origin, int64_t i, ValueRange results, int64_t width) const {
    OpBuilder::InsertionGuard guard(emission.builder);
    int64_t rest = lines.output % m();
    if (rest != 0 && i >= rest) {
      auto exists = scf::IfOp::create(emission.builder, emission.loc,
                                      isInside(origin[1], lines.output), /*withElseRegion=*/false);
      emission.builder.setInsertionPoint(exists.getThenRegion().front().getTerminator());
    }
    storeTile(emission, op, operands, origin, static_cast<int64_t>(results.size()),
              TileColumns{width, {{0, width, width}}}, results);
  }
};

} // namespace

void emitWinograd(const Emission &emission, kernel::WinogradOp op, ProductOperands operands,
                  ArrayRef<Value> scratch) {
  auto m = static_cast<int64_t>(op.getSize());
  WinogradLoops(TransformTiles::fromOp(emission, op, std::move(operands), m, m), op, scratch)
      .emit();
}

} // namespace nnc
