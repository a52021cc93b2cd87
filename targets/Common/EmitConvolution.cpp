// Loops of a convolution around the register tile: groups, batch, lines, tiles of pixels, panels of
// channels, taps. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Panels.h"
#include "targets/Common/Products.h"
#include "targets/Common/Windows.h"

using namespace mlir;

namespace nnc {

namespace {

/// One group's part of a convolution, and the strides that lead to the others.
struct ConvolutionLoops {
  const Emission &emission;
  kernel::ProductOpInterface op;
  kernel::TileAttr tileShape;
  Windows windows;
  int64_t groups, channels, maps; ///< per group
  int64_t filled;                 ///< channels in the packed filter
  int64_t taps;
  bool fetchNextPanel = false; ///< while a tile reads one

  ConvolutionLoops(const Emission &emission, kernel::ProductOpInterface op, Windows shape,
                   int64_t groups)
      : emission(emission), op(op), tileShape(op.getTile()), windows(std::move(shape)),
        groups(groups), channels(windows.channels / groups), maps(windows.maps / groups),
        filled(tileShape.filledDepth(channels)), taps(windows.taps()) {
    // The iteration space is (batch, group, plane, line, pixel, channel in the group).
    for (SmallVector<int64_t> *strides : windows.operands.resultStrides())
      moveChannel(*strides);
  }

  /// Elements of one group's packed filter.
  int64_t groupElements() const {
    return kernel::Panels{maps, tileShape.getColumns(), tileShape.getVector()}.elements(filled *
                                                                                        taps);
  }

  /// Whether every output pixel reads one input pixel and none lies outside.
  bool isProduct() const {
    auto simple = [](const WindowAxis &axis) {
      return axis.kernel == 1 && axis.begin == 0 && !axis.touchesEnd();
    };
    return simple(windows.planes) && simple(windows.lines) && simple(windows.pixels);
  }

  Products asProducts() const {
    Products products{{windows.batch, groups, windows.planes.output, windows.lines.output},
                      windows.pixels.output,
                      maps,
                      channels,
                      /*packed=*/true,
                      0,
                      1,
                      windows.operands};
    for (SmallVector<int64_t> *strides : products.operands.inputStrides()) {
      SmallVector<int64_t> a = *strides;
      *strides = {a[0],
                  channels * a[1],
                  windows.planes.stride * a[2],
                  windows.lines.stride * a[3],
                  windows.pixels.stride * a[4],
                  a[1]};
    }
    products.operands.b.strides = {0, groupElements(), 0, 0};
    return products;
  }

  void emit() {
    bool pixelsOutside =
        maps * channels * taps * windows.operands.b.elementBytes() <= emission.options.cacheBytes;
    overGroups([&](const LinearIndex &group) {
      if (pixelsOutside)
        return overTiles(emission, windows, tileShape,
                         [&](const TilePosition &position, const RowTiles &tiles) {
                           overPanels([&](const LinearIndex &column, const TileColumns &columns) {
                             emitTile(group, position, tiles, column, columns);
                           });
                         });
      fetchNextPanel =
          fetchesAhead(emission, llvm::divideCeil(windows.pixels.output, tileShape.getRows()) *
                                     windows.batch * windows.planes.output * windows.lines.output);
      overPanels([&](const LinearIndex &column, const TileColumns &columns) {
        overTiles(emission, windows, tileShape,
                  [&](const TilePosition &position, const RowTiles &tiles) {
                    emitTile(group, position, tiles, column, columns);
                  });
      });
    });
  }

private:
  void moveChannel(SmallVector<int64_t> &strides) const {
    int64_t channel = strides[1];
    strides[1] = channel * maps;
    strides.push_back(channel);
  }

  void overGroups(function_ref<void(const LinearIndex &)> body) const {
    buildIndependentLoop(emission, 0, groups, 1, body);
  }

  void overPanels(function_ref<void(const LinearIndex &, const TileColumns &)> body) const {
    forEachPanel(emission, maps, tileShape, /*padded=*/true,
                 /*known=*/!windows.operands.pieces.empty(), body);
  }

  /// Each tile fetches its part of the panel behind the one that starts at `bStart`.
  FetchAhead partOfNextPanel(const LinearIndex &bStart, const TilePosition &position, int64_t rows,
                             int64_t stored) const {
    int64_t pixels =
        windows.batch * windows.planes.output * windows.lines.output * windows.pixels.output;
    LinearIndex pixel =
        ((position.batch * windows.planes.output + position.plane) * windows.lines.output +
         position.line) *
            windows.pixels.output +
        position.pixel;
    int64_t panel = filled * taps * stored;
    return FetchAhead::partOf(emission, windows.operands.b, bStart + panel, panel, stored,
                              {pixel, rows, pixels});
  }

  void emitTile(const LinearIndex &group, const TilePosition &position, const RowTiles &tiles,
                const LinearIndex &column, const TileColumns &columns) const {
    RegisterTile tile(tiles.rows, columns, tileShape, windows.operands.sumType(),
                      emission.options.registers);
    ArrayRef<int64_t> a = windows.operands.a.strides;
    int64_t tapElements = filled * columns.stored();
    LinearIndex aStart = emission.build(position.input(windows, {a[0], a[2], a[3], a[4]}) +
                                        group * (channels * a[1]));
    LinearIndex bStart = emission.build(windows.operands.b.base + group * groupElements() +
                                        column * (filled * taps));
    DepthLoop loop{&windows.operands.a,
                   &windows.operands.b,
                   {},
                   {},
                   windows.pixels.stride * a[4],
                   a[1],
                   columns.stored(),
                   1,
                   channels,
                   0,
                   tiles.rows};
    if (fetchNextPanel)
      loop.ahead = partOfNextPanel(bStart, position, tiles.rows, columns.stored());
    loop.flip = windows.operands.flip;
    Operand outside;
    if (windows.operands.outside) {
      outside = outsideOperand(windows.operands);
      loop.outside = &outside;
    }
    Values sums = overLineTaps(emission, windows, position, {a[2], a[3]}, tile.zeros(emission),
                               [&](const TapOffset &at, ValueRange current) {
                                 DepthLoop line = loop;
                                 line.aStart = emission.build(aStart + at.input);
                                 line.bStart = emission.build(bStart + at.tap * tapElements);
                                 line.ahead.start =
                                     loop.ahead.start + at.tap * (filled * loop.ahead.step);
                                 return overPixelTaps(tile, line, position, tiles, current);
                               });
    sums = tile.sumOfCopies(emission, sums);
    addToRows(emission, sumsOfMissingLines(loop, position, bStart, columns), sums);
    storeTile(emission, op, windows.operands,
              {position.batch, group, position.plane, position.line, position.pixel, column},
              tiles.rows, columns, sums);
  }

  /// What lines of the filter outside the image add to each row, if anything.
  Values sumsOfMissingLines(DepthLoop loop, const TilePosition &position, const LinearIndex &bStart,
                            const TileColumns &columns) const {
    if (!loop.outside || !windows.missesLines())
      return {};
    RegisterTile row(1, columns, tileShape, windows.operands.sumType(), emission.options.registers);
    loop.firstRow = loop.endRow = 0;
    loop.aStart = 0;
    Values sums = overMissingLineTaps(
        emission, windows, position, filled * columns.stored(), row.zeros(emission),
        [&](const LinearIndex &filter, ValueRange current) {
          loop.bStart = emission.build(bStart + filter);
          return overTaps(row, loop, 0, windows.pixels.kernel, current);
        });
    return row.sumOfCopies(emission, sums);
  }

  /// Adds the taps along a line for one line of the filter.
  Values overPixelTaps(const RegisterTile &tile, const DepthLoop &loop,
                       const TilePosition &position, const RowTiles &tiles,
                       ValueRange current) const {
    if (tiles.dynamicTaps)
      return overDynamicTaps(tile, loop, position, current);
    Values sums(current);
    for (const TapGroup &group :
         loop.outside ? allTaps(tiles, windows.pixels.kernel)
                      : llvm::SmallVector<TapGroup>(tiles.taps.begin(), tiles.taps.end())) {
      DepthLoop part = loop;
      part.firstRow = group.firstRow;
      part.endRow = group.endRow;
      sums = overTaps(tile, part, group.firstTap, group.endTap, sums);
    }
    return sums;
  }

  Values overDynamicTaps(const RegisterTile &tile, const DepthLoop &loop,
                         const TilePosition &position, ValueRange current) const {
    auto [first, end] = tapsInside(emission, windows.pixels, position.pixel);
    Values sums = overTaps(tile, loop, first, end, current);
    if (!loop.outside)
      return sums;
    DepthLoop missing = loop;
    missing.endRow = 0;
    sums = overTaps(tile, missing, 0, first, sums);
    return overTaps(tile, missing, end, windows.pixels.kernel, sums);
  }

  Values overTaps(const RegisterTile &tile, const DepthLoop &loop, const LinearIndex &first,
                  const LinearIndex &end, ValueRange current) const {
    int64_t aTap = windows.pixels.dilation * windows.operands.a.strides[4];
    int64_t bTap = windows.pixelTapStride * filled * loop.bDepthStride;
    auto at = [&](const LinearIndex &tap) {
      DepthLoop part = loop;
      part.aStart = loop.aStart + tap * aTap;
      part.bStart = loop.bStart + tap * bTap;
      part.ahead.start =
          loop.ahead.start + tap * (windows.pixelTapStride * filled * loop.ahead.step);
      return part;
    };
    // Taps whose channels follow each other in memory are one longer run over k.
    bool joined =
        aTap == channels * loop.depthStride && windows.pixelTapStride == 1 && filled == channels;
    if (joined && first.asConstant() && end.asConstant()) {
      DepthLoop all = at(first);
      all.depth = channels * (*end.asConstant() - *first.asConstant());
      return accumulate(emission, tile, all, current);
    }
    return buildLoop(emission.builder, emission.loc, first, end, 1, current,
                     [&](const LinearIndex &tap, ValueRange sums) {
                       return accumulate(emission, tile, at(tap), sums);
                     });
  }
};

} // namespace

void emitWindows(const Emission &emission, kernel::ProductOpInterface op, Windows windows,
                 int64_t groups) {
  ConvolutionLoops loops(emission, op, std::move(windows), groups);
  if (loops.isProduct())
    emitProducts(emission, op, loops.asProducts());
  else
    loops.emit();
}

void emitConvolution(const Emission &emission, kernel::ConvOp op, ProductOperands operands,
                     ArrayRef<Value> scratch) {
  if (operands.prologue) {
    operands.a.buffer = scratch.front();
    operands.a.element = cast<RankedTensorType>(op.getInput().getType()).getElementType();
  }
  emitWindows(emission, op, Windows::fromOp(emission, op, std::move(operands)),
              static_cast<int64_t>(op.getGroup()));
}

} // namespace nnc
