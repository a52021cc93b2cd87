// Loops of depthwise convolutions and pools: vectors run over channels, a tile holds the sums (or
// largest elements) of several pixels of one line, which share what they read. Part of nn-compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/TapGroups.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <map>
#include <numeric>

using namespace mlir;

namespace nnc {

namespace {

/// Products that are written out one by one for a line of the filter; more become a loop over its
/// taps.
constexpr int64_t kMaxUnrolled = 128;

/// Taps of a filter up to which the lines of it are straight code too, where that is asked
/// for: counting lines is a fifth of what a line of three taps takes.
constexpr int64_t kMaxStraightTaps = 9;

/// What becomes of the elements of a window.
enum class Reduction { Products, Sum, Maximum };

struct ChannelwiseLoops {
  const Emission &emission;
  kernel::ProductOpInterface op;
  kernel::TileAttr tileShape;
  Windows windows;
  Reduction reduction;
  Prologue prologue = {}; ///< of each element that is read

  ChannelwiseLoops(const Emission &emission, kernel::ProductOpInterface op, Windows shape,
                   Reduction reduction)
      : emission(emission), op(op), tileShape(op.getTile()), windows(std::move(shape)),
        reduction(reduction) {
    // The iteration space is (batch, plane, line, pixel, channel).
    windows.operands.moveChannelsLast();
    if ((prologue = std::exchange(windows.operands.prologue, {})))
      windows.operands.a = prologue.inputs.front();
    windows.straightLines = emission.options.straightLines && !emission.options.divisible &&
                            reduction == Reduction::Products &&
                            windows.operands.sumType().isInteger() &&
                            windows.taps() <= kMaxStraightTaps;
  }

  void emit() const {
    int64_t block = channelBlock(), whole = windows.channels - windows.channels % block;
    auto over = [&](const LinearIndex &first, int64_t count) {
      overTiles(emission, windows, tileShape,
                [&](const TilePosition &position, const RowTiles &tiles) {
                  overChannels(position, tiles, first, count);
                });
    };
    buildIndependentLoop(emission, 0, whole, block,
                         [&](const LinearIndex &first) { over(first, block); });
    buildIndependentLoop(emission, whole, windows.channels, block,
                         [&](const LinearIndex &first) { over(first, windows.channels - whole); });
  }

private:
  /// One tile: where it starts in input and filter, and its width in channels.
  struct Tile {
    LinearIndex input, filter;
    int64_t rows, width;
  };

  int64_t inputTapStride() const { return windows.pixels.dilation * windows.operands.a.strides[3]; }
  int64_t filterTapStride() const { return windows.pixelTapStride * windows.channels; }

  bool channelsAreNeighbours() const {
    return windows.operands.a.strides[4] == 1 || !windows.operands.a.buffer;
  }

  /// Whether lines of some channels of the input, and one of the result, stay in the inner cache.
  /// Pixels that lie a large power of two apart share few of its sets.
  bool staysInCache(int64_t channels) const {
    constexpr int64_t kWays = 8, kElement = sizeof(float);
    int64_t reach = (windows.lines.kernel - 1) * windows.lines.dilation + 1;
    int64_t cache = emission.options.innerCacheBytes, block = channels * kElement;
    int64_t bytes = (reach * windows.pixels.input + windows.pixels.output) * block;
    int64_t apart = std::gcd(windows.operands.a.strides[3] * kElement, cache / kWays);
    // The filter takes a part as well.
    return bytes <= cache * 3 / 5 && bytes <= cache * block / std::max(apart, block);
  }

  /// Channels that all pixels are computed for before the next ones: so many that the lines of
  /// input which the next line of output reads again stay in the cache meanwhile, in whole lines of
  /// the cache. All of them where there is no such number.
  int64_t channelBlock() const {
    constexpr int64_t kCacheLine = 64 / sizeof(float);
    int64_t reach = (windows.lines.kernel - 1) * windows.lines.dilation + 1;
    bool readAgain = reach > windows.lines.stride && windows.lines.output > 1;
    if (reduction != Reduction::Products || tileShape.getVector() == 1 || !readAgain ||
        !channelsAreNeighbours() || emission.options.sweep)
      return windows.channels;
    for (int64_t blocks = 1; (blocks - 1) * kCacheLine < windows.channels; ++blocks) {
      int64_t block = llvm::alignTo(llvm::divideCeil(windows.channels, blocks), kCacheLine);
      if (staysInCache(block))
        return std::min(block, windows.channels);
    }
    return windows.channels;
  }

  /// Whole vectors of channels in a loop, then narrower ones. Where channels are no neighbours in
  /// the input, one at a time.
  void overChannels(const TilePosition &position, const RowTiles &tiles, const LinearIndex &first,
                    int64_t count) const {
    int64_t vector = channelsAreNeighbours() ? tileShape.getVector() : 1;
    forEachChannelVector(emission, count, vector, [&](const LinearIndex &channel, int64_t width) {
      emitTile(position, tiles, first + channel, width);
    });
  }

  void emitTile(const TilePosition &position, const RowTiles &tiles, const LinearIndex &channel,
                int64_t width) const {
    ArrayRef<int64_t> a = windows.operands.a.strides;
    Tile tile{emission.build(windows.operands.a.base +
                             position.input(windows, {a[0], a[1], a[2], a[3]}) + channel * a[4]),
              emission.build(windows.operands.b.base + channel), tiles.rows, width};
    TileColumns columns{width, {{0, width, width}}};
    RegisterTile accumulators(tiles.rows, columns, tileShape, windows.operands.sumType(),
                              emission.options.registers);
    accumulators.copies = 1;
    Values sums = overLineTaps(emission, windows, position, {a[1], a[2]}, startOf(accumulators),
                               [&](const TapOffset &tap, ValueRange current) {
                                 Tile here = tile;
                                 here.input = emission.build(tile.input + tap.input);
                                 here.filter =
                                     emission.build(tile.filter + tap.tap * windows.channels);
                                 return overPixelTaps(here, position, tiles, current);
                               });
    addToRows(emission, sumsOfMissingLines(tile, position), sums);
    storeTile(emission, op, windows.operands,
              {position.batch, position.plane, position.line, position.pixel, channel}, tiles.rows,
              columns, sums);
  }

  /// Whether taps outside the image take part.
  bool countsOutside() const { return windows.operands.outside.has_value(); }

  /// What lines of the filter outside the image add to each row, if anything.
  Values sumsOfMissingLines(const Tile &tile, const TilePosition &position) const {
    if (!countsOutside() || !windows.missesLines())
      return {};
    RegisterTile row(1, TileColumns{tile.width, {{0, tile.width, tile.width}}}, tileShape,
                     windows.operands.sumType(), emission.options.registers);
    row.copies = 1;
    return overMissingLineTaps(emission, windows, position, windows.channels, row.zeros(emission),
                               [&](const LinearIndex &filter, ValueRange current) {
                                 Tile here = tile;
                                 here.filter = emission.build(tile.filter + filter);
                                 here.rows = 1;
                                 return overTaps(here, 0, windows.pixels.kernel, 0, 0, current);
                               });
  }

  Values overPixelTaps(const Tile &tile, const TilePosition &position, const RowTiles &tiles,
                       ValueRange current) const {
    if (tiles.dynamicTaps) {
      auto [first, end] = tapsInside(emission, windows.pixels, position.pixel);
      Values sums = overTaps(tile, first, end, 0, tile.rows, current);
      if (!countsOutside())
        return sums;
      sums = overTaps(tile, 0, first, 0, 0, sums);
      return overTaps(tile, end, windows.pixels.kernel, 0, 0, sums);
    }
    llvm::SmallVector<TapGroup> groups(tiles.taps.begin(), tiles.taps.end());
    if (countsOutside())
      groups = allTaps(tiles, windows.pixels.kernel);
    if (windows.pixels.kernel * tile.rows <= kMaxUnrolled)
      return sharedTaps(tile, groups, current);
    Values sums(current);
    for (const TapGroup &group : groups)
      sums = overTaps(tile, group.firstTap, group.endTap, group.firstRow, group.endRow, sums);
    return sums;
  }

  /// Adds the products of a tap with what lies outside the image to the rows that do not see it.
  void addOutside(const Tile &tile, Value weight, int64_t firstRow, int64_t endRow,
                  Values &sums) const {
    if (!countsOutside() || (firstRow == 0 && endRow == tile.rows))
      return;
    Value input = flipped(outsideOperand(windows.operands).load(emission, 0, tile.width));
    for (int64_t row = 0; row < tile.rows; ++row)
      if (row < firstRow || row >= endRow)
        sums[row] = combine(input, weight, sums[row]);
  }

  /// A loop over taps, each applied to some rows.
  Values overTaps(const Tile &tile, const LinearIndex &first, const LinearIndex &end,
                  int64_t firstRow, int64_t endRow, ValueRange current) const {
    return buildLoop(emission.builder, emission.loc, first, end, 1, current,
                     [&](const LinearIndex &tap, ValueRange carried) {
                       Values sums(carried);
                       Value weight = loadFilter(tile, tap);
                       LinearIndex input = emission.build(tile.input + tap * inputTapStride());
                       for (int64_t row = firstRow; row < endRow; ++row)
                         sums[row] =
                             combine(loadInput(tile, input + row * rowStride()), weight, sums[row]);
                       addOutside(tile, weight, firstRow, endRow, sums);
                       return sums;
                     });
  }

  /// All taps of one line of the filter; every input pixel is read once for all sums that use it.
  Values sharedTaps(const Tile &tile, ArrayRef<TapGroup> groups, ValueRange current) const {
    Values sums(current), weights(windows.pixels.kernel);
    std::map<int64_t, llvm::SmallVector<std::pair<int64_t, int64_t>>> uses; // pixel → (row, tap)
    for (const TapGroup &group : groups)
      for (int64_t tap = group.firstTap; tap < group.endTap; ++tap) {
        weights[tap] = loadFilter(tile, tap);
        addOutside(tile, weights[tap], group.firstRow, group.endRow, sums);
        for (int64_t row = group.firstRow; row < group.endRow; ++row)
          uses[row * windows.pixels.stride + tap * windows.pixels.dilation].emplace_back(row, tap);
      }
    for (const auto &[pixel, pairs] : uses) {
      Value input = loadInput(tile, tile.input + pixel * windows.operands.a.strides[3]);
      for (auto [row, tap] : pairs)
        sums[row] = combine(input, weights[tap], sums[row]);
    }
    return sums;
  }

  Values startOf(const RegisterTile &accumulators) const {
    Values start = accumulators.zeros(emission);
    if (reduction != Reduction::Maximum)
      return start;
    for (Value &value : start)
      value = arith::ConstantOp::create(emission.builder, emission.loc,
                                        lowest(cast<arith::ConstantOp>(value.getDefiningOp())));
    return start;
  }

  /// −∞ in place of the zeros of a constant.
  static TypedAttr lowest(arith::ConstantOp zeros) {
    Type type = zeros.getType();
    auto element = cast<FloatType>(getElementTypeOrSelf(type));
    auto infinity =
        FloatAttr::get(element, APFloat::getInf(element.getFloatSemantics(), /*Negative=*/true));
    if (auto shaped = dyn_cast<ShapedType>(type))
      return SplatElementsAttr::get(shaped, infinity);
    return infinity;
  }

  Value combine(Value input, Value weight, Value sum) const {
    OpBuilder &builder = emission.builder;
    switch (reduction) {
    case Reduction::Products:
      return multiplyAdd(emission, input, weight, sum,
                         windows.operands.a.isUnsigned != windows.operands.flip);
    case Reduction::Sum:
      return arith::AddFOp::create(builder, emission.loc, sum, input);
    case Reduction::Maximum: // one instruction on most machines; NaN is passed over
      Value larger =
          arith::CmpFOp::create(builder, emission.loc, arith::CmpFPredicate::OGT, input, sum);
      return arith::SelectOp::create(builder, emission.loc, larger, input, sum);
    }
    return sum;
  }

  int64_t rowStride() const { return windows.pixels.stride * windows.operands.a.strides[3]; }

  Value loadInput(const Tile &tile, const LinearIndex &address) const {
    Value value = windows.operands.a.load(emission, address, tile.width);
    return flipped(prologue ? prologue.build(emission, value, tile.width) : value);
  }
  Value flipped(Value input) const {
    return windows.operands.flip ? invertSigns(emission, input, 1) : input;
  }
  /// Null for pools.
  Value loadFilter(const Tile &tile, const LinearIndex &tap) const {
    if (reduction != Reduction::Products)
      return nullptr;
    return windows.operands.b.load(emission, tile.filter + tap * filterTapStride(), tile.width);
  }
};

} // namespace

void emitDepthwiseWindows(const Emission &emission, kernel::ProductOpInterface op,
                          Windows windows) {
  ChannelwiseLoops(emission, op, std::move(windows), Reduction::Products).emit();
}

/// The channels from `first` on.
static Windows withoutChannels(Windows windows, int64_t first) {
  auto skip = [&](Operand &operand) { operand.base = operand.base + first * operand.strides[1]; };
  ProductOperands &operands = windows.operands;
  for (Operand &input : operands.prologue.inputs)
    skip(input);
  skip(operands.a);
  skip(operands.result);
  llvm::for_each(operands.extra, skip);
  windows.channels -= first;
  windows.maps -= first;
  return windows;
}

void emitDepthwise(const Emission &emission, kernel::DepthwiseOp op, ProductOperands operands) {
  Windows windows = Windows::fromOp(emission, op, std::move(operands));
  if (op.getTile().getInterleave() == 1)
    return emitDepthwiseWindows(emission, op, std::move(windows));
  kernel::TapGroups groups = tapGroupsOf(op);
  if (groups.inBlocks() > 0)
    emitTapGroups(emission, op, windows);
  if (groups.rest() == 0)
    return;
  windows = withoutChannels(std::move(windows), groups.inBlocks());
  windows.operands.b.base = windows.operands.b.base + groups.inBlocks() * groups.perChannel();
  emitDepthwiseWindows(emission, op, std::move(windows));
}

void emitPool(const Emission &emission, kernel::PoolOp op, ProductOperands operands) {
  ChannelwiseLoops(emission, op, Windows::fromOp(emission, op, std::move(operands)),
                   op.getMaximum() ? Reduction::Maximum : Reduction::Sum)
      .emit();
}

} // namespace nnc
