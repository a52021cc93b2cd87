// Loops over blocks and tiles, and the products between two transforms.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/TransformTiles.h"

#include "dialects/Kernel/Panels.h"
#include "targets/Common/Products.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace nnc {

template <typename Op>
TransformTiles TransformTiles::fromOp(const Emission &emission, Op op, ProductOperands operands,
                                      int64_t rows, int64_t columns) {
  auto x = cast<RankedTensorType>(op.getInput().getType()),
       y = cast<RankedTensorType>(op.getType());
  operands.moveChannelsLast();
  return {emission,
          op,
          op.getTile(),
          std::move(operands),
          static_cast<int64_t>(op.getBlock()),
          {x.getDimSize(2), y.getDimSize(2), op.getPadsBegin()[0], op.getTileLines(), rows},
          {x.getDimSize(3), y.getDimSize(3), op.getPadsBegin()[1], op.getTilesPerLine(), columns},
          x.getDimSize(0),
          x.getDimSize(1),
          y.getDimSize(1)};
}

template TransformTiles TransformTiles::fromOp(const Emission &, kernel::WinogradOp,
                                               ProductOperands, int64_t, int64_t);
template TransformTiles TransformTiles::fromOp(const Emission &, kernel::FftOp, ProductOperands,
                                               int64_t, int64_t);

void TransformTiles::forEachBlock(
    function_ref<void(const LinearIndex &, const LinearIndex &, int64_t)> body) const {
  int64_t whole = lines.tiles / block;
  buildLoop(emission.builder, emission.loc, 0, batch, 1, [&](const LinearIndex &image) {
    buildLoop(emission.builder, emission.loc, 0, whole, 1,
              [&](const LinearIndex &i) { body(image, i * block, block); });
    if (whole * block < lines.tiles)
      body(image, whole * block, lines.tiles - whole * block);
  });
}

void TransformTiles::forEachTile(
    int64_t count, int64_t end,
    function_ref<void(const LinearIndex &, const LinearIndex &, Value)> body) const {
  buildIndependentLoop(emission, 0, count, 1, [&](const LinearIndex &line) {
    buildIndependentLoop(emission, 0, end, 1, [&](const LinearIndex &column) {
      body(line, column, emission.build(line * pixels.tiles + column));
    });
  });
}

void TransformTiles::multiply(const Operand &v, const Operand &p, int64_t places,
                              int64_t tiles) const {
  Products all{{places}, tiles, maps, channels, /*packed=*/true};
  all.operands = {v, operands.b, p, {}, nullptr};
  all.operands.a.strides.push_back(1);
  all.operands.b.strides = {
      kernel::Panels{maps, registerTile.getColumns(), registerTile.getVector()}.elements(channels)};
  emitProducts(emission, op, std::move(all));
}

int64_t TransformTiles::placeStride(int64_t count) const {
  return kernel::placeStride(block * pixels.tiles * count);
}

Value TransformTiles::isInside(const LinearIndex &position, int64_t size) const {
  // As unsigned numbers, positions before the image are large.
  return arith::CmpIOp::create(
      emission.builder, emission.loc, arith::CmpIPredicate::ult, emission.build(position),
      arith::ConstantIndexOp::create(emission.builder, emission.loc, size));
}

} // namespace nnc
