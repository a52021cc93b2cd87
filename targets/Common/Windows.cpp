// Geometry of convolutions for their emitters.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/Windows.h"

#include "dialects/Kernel/Lines.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace nnc {

template <typename Op> static WindowAxis axisOf(Op op, size_t i) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto result = cast<RankedTensorType>(op.getType());
  return {input.getDimSize(i + 2), result.getDimSize(i + 2), op.getKernel()[i],
          op.getStrides()[i],      op.getDilations()[i],     op.getPadsBegin()[i]};
}

llvm::SmallVector<SmallVector<int64_t> *> Windows::strideLists() {
  llvm::SmallVector<SmallVector<int64_t> *> lists = operands.inputStrides();
  llvm::append_range(lists, operands.resultStrides());
  return lists;
}

void Windows::chooseLines() {
  if (!kernel::linesRunAlongHeight(lines.output, pixels.output))
    return;
  std::swap(lines, pixels);
  std::swap(lineTapStride, pixelTapStride);
  for (SmallVector<int64_t> *strides : strideLists())
    std::swap((*strides)[3], (*strides)[4]);
}

void Windows::addDimensions(size_t spatial) {
  for (SmallVector<int64_t> *strides : strideLists())
    strides->insert(strides->begin() + 2, 3 - spatial, 0);
}

/// Groups of taps lie along the last dimension.
static bool hasTapGroups(Operation *op) {
  auto depthwise = dyn_cast<kernel::DepthwiseOp>(op);
  return depthwise && depthwise.getTile().getInterleave() > 1;
}

template <typename Op>
Windows Windows::fromOp(const Emission &emission, Op op, ProductOperands operands) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto result = cast<RankedTensorType>(op.getType());
  Windows windows;
  windows.batch = result.getDimSize(0);
  windows.channels = input.getDimSize(1);
  windows.maps = result.getDimSize(1);
  windows.operands = std::move(operands);
  windows.pixelTapStride = 1;
  windows.lineTapStride = op.getKernel().back();
  size_t spatial = op.getKernel().size();
  windows.addDimensions(spatial);
  windows.pixels = axisOf(op, spatial - 1);
  if (spatial > 1)
    windows.lines = axisOf(op, spatial - 2);
  if (spatial > 2) {
    windows.planes = axisOf(op, 0);
    windows.planeTapStride = windows.lines.kernel * windows.pixels.kernel;
  }
  if (!emission.options.sweep && !hasTapGroups(op))
    windows.chooseLines();
  return windows;
}

template Windows Windows::fromOp(const Emission &, kernel::ConvOp, ProductOperands);
template Windows Windows::fromOp(const Emission &, kernel::DepthwiseOp, ProductOperands);
template Windows Windows::fromOp(const Emission &, kernel::PoolOp, ProductOperands);

/// ceil(max(value, 0) / divisor)
static LinearIndex ceilDivClamped(const Emission &emission, const LinearIndex &value,
                                  int64_t divisor) {
  OpBuilder &builder = emission.builder;
  Location loc = emission.loc;
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value clamped = arith::MaxSIOp::create(builder, loc, emission.build(value), zero);
  if (divisor == 1)
    return clamped;
  return arith::DivUIOp::create(builder, loc, emission.build(LinearIndex(clamped) + (divisor - 1)),
                                arith::ConstantIndexOp::create(builder, loc, divisor))
      .getResult();
}

std::pair<LinearIndex, LinearIndex> tapsInside(const Emission &emission, const WindowAxis &axis,
                                               const LinearIndex &position) {
  LinearIndex first = 0, end = axis.kernel;
  LinearIndex offset = position * -axis.stride + axis.begin;
  if (axis.touchesBegin())
    first = ceilDivClamped(emission, offset, axis.dilation);
  if (axis.touchesEnd()) {
    Value inside = emission.build(ceilDivClamped(emission, offset + axis.input, axis.dilation));
    end = arith::MinSIOp::create(
              emission.builder, emission.loc, inside,
              arith::ConstantIndexOp::create(emission.builder, emission.loc, axis.kernel))
              .getResult();
  }
  return {first, end};
}

int64_t maxTapGroups(kernel::TileAttr tile) { return tile.getVector() == 1 ? 10 : 24; }

void forEachTile(const Emission &emission, const WindowAxis &pixels, kernel::TileAttr tile,
                 function_ref<void(const LinearIndex &, const RowTiles &)> body) {
  llvm::SmallVector<RowTiles> line = divideRow(pixels, tile.getRows(), maxTapGroups(tile));
  if (emission.options.isBackwards())
    std::reverse(line.begin(), line.end());
  for (const RowTiles &tiles : line)
    buildIndependentLoop(emission, 0, tiles.count, 1,
                         [&](const LinearIndex &i) { body(i * tiles.rows + tiles.start, tiles); });
}

LinearIndex TilePosition::input(const Windows &windows, std::array<int64_t, 4> strides) const {
  auto first = [](const WindowAxis &axis, const LinearIndex &position) {
    return position * axis.stride + -axis.begin;
  };
  return batch * strides[0] + first(windows.planes, plane) * strides[1] +
         first(windows.lines, line) * strides[2] + first(windows.pixels, pixel) * strides[3];
}

using TapRange = std::pair<LinearIndex, LinearIndex>;

/// Calls `body` with the lines of the filter that a line of the result sees: once, or for all of
/// them and for some.
static void overLineCases(const Emission &emission, const Windows &windows, const LinearIndex &line,
                          function_ref<void(const TapRange &)> body) {
  auto [first, end] = wholeWindows(windows.lines);
  if (!windows.straightLines || first >= end || (first == 0 && end == windows.lines.output))
    return body(tapsInside(emission, windows.lines, line));
  OpBuilder &builder = emission.builder;
  Value seesAll = arith::CmpIOp::create(
      builder, emission.loc, arith::CmpIPredicate::ult, emission.build(line + -first),
      arith::ConstantIndexOp::create(builder, emission.loc, end - first));
  scf::IfOp::create(
      builder, emission.loc, seesAll,
      [&](OpBuilder &, Location) {
        body({0, windows.lines.kernel});
        scf::YieldOp::create(builder, emission.loc);
      },
      [&](OpBuilder &, Location) {
        body(tapsInside(emission, windows.lines, line));
        scf::YieldOp::create(builder, emission.loc);
      });
}

void overTiles(const Emission &emission, const Windows &windows, kernel::TileAttr tile,
               function_ref<void(const TilePosition &, const RowTiles &)> body) {
  auto loop = [&](int64_t count, function_ref<void(const LinearIndex &)> inner) {
    buildIndependentLoop(emission, 0, count, 1, inner);
  };
  loop(windows.batch, [&](const LinearIndex &batch) {
    loop(windows.planes.output, [&](const LinearIndex &plane) {
      auto planeTaps = tapsInside(emission, windows.planes, plane);
      loop(windows.lines.output, [&](const LinearIndex &line) {
        overLineCases(emission, windows, line, [&](const TapRange &lineTaps) {
          forEachTile(emission, windows.pixels, tile,
                      [&](const LinearIndex &pixel, const RowTiles &tiles) {
                        body({batch, plane, line, pixel, planeTaps, lineTaps}, tiles);
                      });
        });
      });
    });
  });
}

llvm::SmallVector<TapGroup> allTaps(const RowTiles &tiles, int64_t kernel) {
  llvm::SmallVector<TapGroup> groups;
  int64_t next = 0;
  auto fillTo = [&](int64_t tap) {
    if (next < tap)
      groups.push_back({next, tap, 0, 0});
  };
  for (const TapGroup &group : tiles.taps) {
    fillTo(group.firstTap);
    groups.push_back(group);
    next = group.endTap;
  }
  fillTo(kernel);
  return groups;
}

Values overMissingLineTaps(const Emission &emission, const Windows &windows,
                           const TilePosition &position, int64_t tapElements, ValueRange carried,
                           function_ref<Values(const LinearIndex &, ValueRange)> body) {
  using Range = std::pair<LinearIndex, LinearIndex>;
  auto over = [&](const Range &range, ValueRange start,
                  function_ref<Values(const LinearIndex &, ValueRange)> inner) {
    return buildLoop(emission.builder, emission.loc, range.first, range.second, 1, start, inner);
  };
  auto lines = [&](const LinearIndex &plane, const Range &range, ValueRange start) {
    return over(range, start, [&](const LinearIndex &line, ValueRange current) {
      return body(plane * (windows.planeTapStride * tapElements) +
                      line * (windows.lineTapStride * tapElements),
                  current);
    });
  };
  // What is before and behind a range of taps.
  auto around = [](const Range &inside, const WindowAxis &axis) {
    llvm::SmallVector<Range, 2> ranges;
    if (axis.touchesBegin())
      ranges.emplace_back(0, inside.first);
    if (axis.touchesEnd())
      ranges.emplace_back(inside.second, axis.kernel);
    return ranges;
  };
  Values sums(carried);
  for (const Range &missing : around(position.planeTaps, windows.planes))
    sums = over(missing, sums, [&](const LinearIndex &plane, ValueRange current) {
      return lines(plane, {0, windows.lines.kernel}, current);
    });
  return over(position.planeTaps, sums, [&](const LinearIndex &plane, ValueRange current) {
    Values inner(current);
    for (const Range &missing : around(position.lineTaps, windows.lines))
      inner = lines(plane, missing, inner);
    return inner;
  });
}

Values overLineTaps(const Emission &emission, const Windows &windows, const TilePosition &position,
                    std::pair<int64_t, int64_t> strides, ValueRange carried,
                    function_ref<Values(const TapOffset &, ValueRange)> body) {
  auto over = [&](const std::pair<LinearIndex, LinearIndex> &inside, ValueRange start,
                  function_ref<Values(const LinearIndex &, ValueRange)> inner) {
    std::optional<int64_t> first = inside.first.asConstant(), end = inside.second.asConstant();
    if (!windows.straightLines || !first || !end)
      return buildLoop(emission.builder, emission.loc, inside.first, inside.second, 1, start,
                       inner);
    Values values(start);
    for (int64_t tap = *first; tap < *end; ++tap)
      values = inner(tap, values);
    return values;
  };
  int64_t planeStep = windows.planes.dilation * strides.first,
          lineStep = windows.lines.dilation * strides.second;
  return over(position.planeTaps, carried, [&](const LinearIndex &plane, ValueRange outer) {
    return over(position.lineTaps, outer, [&](const LinearIndex &line, ValueRange inner) {
      return body({plane * planeStep + line * lineStep,
                   plane * windows.planeTapStride + line * windows.lineTapStride},
                  inner);
    });
  });
}

} // namespace nnc
