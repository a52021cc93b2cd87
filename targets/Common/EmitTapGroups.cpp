// Loops of depthwise convolutions of bytes whose products take four neighbouring taps of a channel:
// four pixels are transposed in registers so that each lane holds them for one channel. Part of
// nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/TapGroups.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <map>

using namespace mlir;

namespace nnc {

namespace {

constexpr int64_t kTaps = kernel::TapGroups::kTaps, kParts = kernel::TapGroups::kParts;

struct TapGroupLoops {
  const Emission &emission;
  kernel::DepthwiseOp op;
  kernel::TileAttr tileShape;
  Windows windows; ///< strides end with that of channels; the filter's lines are its taps
  kernel::TapGroups groups;
  Prologue prologue = {}; ///< of each element that is read

  TapGroupLoops(const Emission &emission, kernel::DepthwiseOp op, Windows shape,
                const kernel::TapGroups &groups)
      : emission(emission), op(op), tileShape(op.getTile()), windows(std::move(shape)),
        groups(groups) {
    windows.operands.moveChannelsLast();
    if ((prologue = std::exchange(windows.operands.prologue, {})))
      windows.operands.a = prologue.inputs.front();
    windows.lineTapStride = 1;
    windows.planeTapStride = windows.lines.kernel;
  }

  void emit() const {
    auto overBlocks = [&](function_ref<void(const LinearIndex &, int64_t)> body) {
      forEachChannelVector(emission, groups.inBlocks(), groups.largestBlock(), body);
    };
    auto overAllTiles = [&](function_ref<void(const TilePosition &, const RowTiles &)> body) {
      overTiles(emission, windows, tileShape, body);
    };
    // An order that was asked for is one of pixels.
    if (emission.options.sweep)
      return overAllTiles([&](const TilePosition &position, const RowTiles &tiles) {
        overBlocks([&](const LinearIndex &channel, int64_t width) {
          emitTile(position, tiles, channel, width);
        });
      });
    overBlocks([&](const LinearIndex &channel, int64_t width) {
      overAllTiles([&](const TilePosition &position, const RowTiles &tiles) {
        emitTile(position, tiles, channel, width);
      });
    });
  }

private:
  /// One line of taps of one tile of a block.
  struct Line {
    LinearIndex input, filter;
    const RowTiles &tiles;
    int64_t width;
    std::pair<LinearIndex, LinearIndex> inside; ///< taps, of a tile that finds them at run time
    bool missing = false;                       ///< all of it lies outside the image
    std::map<int64_t, Value> pixels = {};
    std::map<int64_t, std::array<Value, kParts>> transposed = {};
  };

  void emitTile(const TilePosition &position, const RowTiles &tiles, const LinearIndex &channel,
                int64_t width) const {
    ArrayRef<int64_t> a = windows.operands.a.strides;
    LinearIndex input =
        emission.build(windows.operands.a.base + position.input(windows, {a[0], a[1], a[2], a[3]}) +
                       channel * a[4]);
    LinearIndex filter = emission.build(windows.operands.b.base + channel * groups.perChannel());
    std::pair<LinearIndex, LinearIndex> inside{0, groups.taps};
    if (tiles.dynamicTaps)
      inside = tapsInside(emission, windows.pixels, position.pixel);
    int64_t lineElements = groups.perLine() * width;
    Values sums = overLineTaps(emission, windows, position, {a[1], a[2]}, zeros(tiles.rows, width),
                               [&](const TapOffset &tap, ValueRange current) {
                                 return addLine({emission.build(input + tap.input),
                                                 emission.build(filter + tap.tap * lineElements),
                                                 tiles, width, inside},
                                                tiles.rows, current);
                               });
    if (windows.operands.outside && windows.missesLines())
      addToRows(emission,
                overMissingLineTaps(emission, windows, position, lineElements, zeros(1, width),
                                    [&](const LinearIndex &line, ValueRange current) {
                                      return addLine({input, emission.build(filter + line), tiles,
                                                      width, inside, /*missing=*/true},
                                                     1, current);
                                    }),
                sums);
    storeInterleavedTile(emission, op, windows.operands,
                         {position.batch, position.plane, position.line, position.pixel, channel},
                         tiles.rows, width, sums);
  }

  /// Sums of rows × parts.
  Values zeros(int64_t rows, int64_t width) const {
    auto type = VectorType::get({width / kParts}, emission.builder.getI32Type());
    Value zero = arith::ConstantOp::create(emission.builder, emission.loc,
                                           emission.builder.getZeroAttr(type));
    return Values(rows * kParts, zero);
  }

  /// Adds the products of a line of taps. Rows whose windows fit the same groups of pixels, with
  /// more or fewer zeros in front, share them.
  Values addLine(Line line, int64_t rows, ValueRange current) const {
    Values sums(current);
    int64_t stride = windows.pixels.stride, sharing = groups.slack() / stride + 1;
    bool isUnsigned = windows.operands.a.isUnsigned != windows.operands.flip;
    for (int64_t row = 0; row < rows; ++row) {
      int64_t first = row / sharing * sharing, variant = (row - first) * stride;
      for (int64_t group = 0; group < groups.groups(); ++group) {
        const auto &pixels = transposedPixels(line, first * stride + group * kTaps);
        for (int64_t part = 0; part < kParts; ++part) {
          Value weights = windows.operands.b.load(
              emission,
              line.filter + ((variant * groups.groups() + group) * kParts + part) * line.width,
              line.width);
          Value &sum = sums[row * kParts + part];
          sum = multiplyAdd(emission, pixels[part], weights, sum, isUnsigned);
        }
      }
    }
    return sums;
  }

  /// Four neighbouring pixels, by channels: parts as `TapGroups::channelOf` says.
  const std::array<Value, kParts> &transposedPixels(Line &line, int64_t first) const {
    auto [place, isNew] = line.transposed.try_emplace(first);
    if (isNew) {
      auto pair = [&](int64_t pixel, bool high) {
        return unpack(pixelAt(line, pixel), pixelAt(line, pixel + 1), 1, high);
      };
      for (bool high : {false, true}) {
        Value front = pair(first, high), back = pair(first + 2, high);
        for (bool upper : {false, true})
          place->second[2 * high + upper] = unpack(front, back, 2, upper);
      }
    }
    return place->second;
  }

  /// Elements of `bytes` of a and b in turn: those of the lower or the upper half of each 128 bits.
  Value unpack(Value a, Value b, int64_t bytes, bool high) const {
    int64_t count = cast<VectorType>(a.getType()).getNumElements();
    SmallVector<int64_t> order;
    for (int64_t i = 0; i < count; ++i) {
      int64_t unit = i % 16 / bytes, from = unit / 2 * bytes + (high ? 8 : 0) + i % bytes;
      order.push_back(i / 16 * 16 + from + (unit % 2 ? count : 0));
    }
    return vector::ShuffleOp::create(emission.builder, emission.loc, a, b, order);
  }

  /// A pixel by its distance from the first one of the tile's windows. Those that only zeros are
  /// multiplied with may be anything: the one before, which is there already.
  Value pixelAt(Line &line, int64_t pixel) const {
    int64_t end = (line.missing ? 0 : line.tiles.rows - 1) * windows.pixels.stride + groups.taps;
    while (pixel >= end || (!line.missing && !isRead(pixel, line.tiles.rows)))
      --pixel;
    Value &value = line.pixels[pixel];
    if (!value)
      value = readPixel(line, pixel);
    return value;
  }

  /// Whether some window has this pixel.
  bool isRead(int64_t pixel, int64_t rows) const {
    for (int64_t row = 0; row < rows; ++row)
      if (pixel >= row * windows.pixels.stride && pixel < row * windows.pixels.stride + groups.taps)
        return true;
    return false;
  }

  bool isInside(int64_t pixel, const RowTiles &tiles) const {
    for (const TapGroup &group : tiles.taps)
      for (int64_t row = group.firstRow; row < group.endRow; ++row) {
        int64_t tap = pixel - row * windows.pixels.stride;
        if (tap >= group.firstTap && tap < group.endTap)
          return true;
      }
    return false;
  }

  Value readPixel(const Line &line, int64_t pixel) const {
    if (line.missing)
      return outside(line.width);
    if (line.tiles.dynamicTaps)
      return readIfInside(line, pixel);
    return isInside(pixel, line.tiles) ? load(line, pixel) : outside(line.width);
  }

  Value readIfInside(const Line &line, int64_t tap) const {
    OpBuilder &builder = emission.builder;
    auto compare = [&](arith::CmpIPredicate predicate, const LinearIndex &limit) {
      return arith::CmpIOp::create(builder, emission.loc, predicate, emission.build(tap),
                                   emission.build(limit));
    };
    Value inside = arith::AndIOp::create(builder, emission.loc,
                                         compare(arith::CmpIPredicate::sge, line.inside.first),
                                         compare(arith::CmpIPredicate::slt, line.inside.second));
    auto choice = scf::IfOp::create(builder, emission.loc,
                                    VectorType::get({line.width}, builder.getI8Type()), inside,
                                    /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(choice.thenBlock());
    scf::YieldOp::create(builder, emission.loc, load(line, tap));
    builder.setInsertionPointToStart(choice.elseBlock());
    scf::YieldOp::create(builder, emission.loc, outside(line.width));
    return choice.getResult(0);
  }

  Value load(const Line &line, int64_t pixel) const {
    const Operand &a = windows.operands.a;
    Value value = a.load(emission, line.input + pixel * a.strides[3], line.width, a.strides[4]);
    return flipped(prologue ? prologue.build(emission, value, line.width) : value);
  }

  /// What products read outside the image; where that does not count, nothing.
  Value outside(int64_t width) const {
    if (windows.operands.outside)
      return flipped(outsideOperand(windows.operands).load(emission, 0, width));
    return arith::ConstantOp::create(
        emission.builder, emission.loc,
        emission.builder.getZeroAttr(VectorType::get({width}, emission.builder.getI8Type())));
  }

  Value flipped(Value input) const {
    return windows.operands.flip ? invertSigns(emission, input, 1) : input;
  }
};

} // namespace

kernel::TapGroups tapGroupsOf(kernel::DepthwiseOp op) {
  ArrayRef<int64_t> size = op.getKernel();
  int64_t lines = 1;
  for (int64_t taps : size.drop_back())
    lines *= taps;
  return {cast<RankedTensorType>(op.getType()).getDimSize(1), lines, size.back(),
          op.getTile().getVector()};
}

void emitTapGroups(const Emission &emission, kernel::DepthwiseOp op, Windows windows) {
  TapGroupLoops(emission, op, std::move(windows), tapGroupsOf(op)).emit();
}

} // namespace nnc
