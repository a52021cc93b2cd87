// Accumulators of a register tile and the loop over k.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/RegisterTile.h"

#include "llvm/Support/MathExtras.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <algorithm>

using namespace mlir;

namespace nnc {

/// Independent chains of additions that hide their latency: four cycles on two units.
static constexpr int64_t kChains = 8;
/// Turns of a loop over k from which on it does two at once.
static constexpr int64_t kLongDepth = 12;
/// Groups of integers that a turn of a scalar loop does at once: counting is a fifth of one.
static constexpr int64_t kScalarGroups = 4;
/// Most bytes of a group of integers in a general register.
static constexpr int64_t kRegisterBytes = 8;

/// Tiles from which on reading weights for the first one is a small part of the whole.
static constexpr int64_t kManyTiles = 64;

bool fetchesAhead(const Emission &emission, int64_t tiles) {
  return emission.options.cacheBytes > 0 && tiles >= 2 && tiles <= kManyTiles;
}

FetchAhead FetchAhead::partOf(const Emission &emission, const Operand &operand,
                              const LinearIndex &panel, int64_t elements, int64_t stored,
                              const Rows &rows) {
  return {&operand, emission.build(panel + rows.first * (elements / rows.all)),
          static_cast<int64_t>(llvm::divideCeil(stored * rows.count, rows.all))};
}

TileColumns divideColumns(int64_t count, int64_t vector, bool padded) {
  TileColumns columns{count, {}};
  int64_t offset = 0;
  auto add = [&](int64_t width, int64_t valid) {
    columns.vectors.push_back({offset, width, valid});
    offset += width;
  };
  while (count - offset >= vector)
    add(vector, vector);
  if (padded && offset < count)
    add(static_cast<int64_t>(llvm::PowerOf2Ceil(count - offset)), count - offset);
  while (offset < count)
    add(static_cast<int64_t>(llvm::bit_floor(static_cast<uint64_t>(count - offset))),
        static_cast<int64_t>(llvm::bit_floor(static_cast<uint64_t>(count - offset))));
  return columns;
}

void forEachChannelVector(const Emission &emission, int64_t count, int64_t vector,
                          function_ref<void(const LinearIndex &, int64_t)> body) {
  int64_t whole = count - count % vector;
  buildIndependentLoop(emission, 0, whole, vector,
                       [&](const LinearIndex &channel) { body(channel, vector); });
  if (whole < count)
    for (const ColumnVector &rest : divideColumns(count - whole, vector, /*padded=*/false).vectors)
      buildIndependentLoop(emission, whole + rest.offset, whole + rest.offset + rest.width,
                           rest.width,
                           [&](const LinearIndex &channel) { body(channel, rest.width); });
}

RegisterTile::RegisterTile(int64_t rows, TileColumns columns, kernel::TileAttr tile, Type sum,
                           int64_t registers)
    : rows(rows), columns(std::move(columns)), lanes(tile.getLanes()), group(tile.getInterleave()),
      sum(sum), copies(1) {
  // Of a whole tile, also where this one is narrower: every column is summed in the same order, so
  // that equal columns give equal bits.
  auto vectors = static_cast<int64_t>(llvm::divideCeil(tile.getColumns(), tile.getVector()));
  int64_t chains = rows * vectors, loaded = vectors + (lanes > 1 ? rows : 1);
  if (tile.getVector() > 1)
    while (copies * chains < kChains && copies < (lanes > 1 ? lanes / group : kChains) &&
           2 * copies * chains + loaded <= registers)
      copies *= 2;
}

static Type widened(Type element, int64_t width) {
  return width == 1 ? element : VectorType::get({width}, element);
}

Values RegisterTile::zeros(const Emission &emission) const {
  Values row;
  for (const ColumnVector &vector : columns.vectors)
    row.push_back(arith::ConstantOp::create(
        emission.builder, emission.loc, emission.builder.getZeroAttr(widened(sum, vector.width))));
  Values all;
  for (int64_t i = 0; i < copies * rows; ++i)
    llvm::append_range(all, row);
  return all;
}

Values RegisterTile::sumOfCopies(const Emission &emission, ValueRange accumulators) const {
  Values sums(accumulators);
  // Halves are added to halves, so that short sums stay short chains.
  for (size_t half = sums.size() / 2, count = copies; count > 1; half /= 2, count /= 2) {
    for (size_t i = 0; i < half; ++i)
      sums[i] = addSums(emission, sums[i], sums[i + half]);
    sums.truncate(half);
  }
  return sums;
}

Value multiplyAdd(const Emission &emission, Value a, Value b, Value sum, bool isUnsigned) {
  OpBuilder &builder = emission.builder;
  Location loc = emission.loc;
  if (!isa<FloatType>(getElementTypeOrSelf(sum)))
    return kernel::DotOp::create(builder, loc, sum.getType(), a, b, sum, isUnsigned);
  if (!emission.options.fma)
    return arith::AddFOp::create(builder, loc, sum, arith::MulFOp::create(builder, loc, a, b));
  if (isa<VectorType>(sum.getType()))
    return vector::FMAOp::create(builder, loc, a, b, sum);
  return math::FmaOp::create(builder, loc, a, b, sum);
}

Value addSums(const Emission &emission, Value a, Value b) {
  if (isa<FloatType>(getElementTypeOrSelf(a)))
    return arith::AddFOp::create(emission.builder, emission.loc, a, b);
  return arith::AddIOp::create(emission.builder, emission.loc, a, b);
}

void addToRows(const Emission &emission, ValueRange row, Values &sums) {
  for (size_t i = 0; !row.empty() && i < sums.size(); ++i)
    sums[i] = addSums(emission, sums[i], row[i % row.size()]);
}

Operand outsideOperand(const ProductOperands &operands) {
  Operand everywhere = operands.a;
  everywhere.buffer = nullptr;
  everywhere.splat = IntegerAttr::get(
      everywhere.element, APInt(8, static_cast<uint64_t>(*operands.outside), /*isSigned=*/true,
                                /*implicitTrunc=*/true));
  return everywhere;
}

Value invertSigns(const Emission &emission, Value value, int64_t bytes) {
  OpBuilder &builder = emission.builder;
  Location loc = emission.loc;
  auto element = cast<IntegerType>(getElementTypeOrSelf(value));
  APInt mask(element.getWidth(), 0);
  for (int64_t i = 0; i < std::min<int64_t>(bytes, element.getWidth() / 8); ++i)
    mask.setBit(static_cast<unsigned>(8 * i + 7));
  TypedAttr attribute = IntegerAttr::get(element, mask);
  if (auto type = dyn_cast<VectorType>(value.getType()))
    attribute = SplatElementsAttr::get(type, mask);
  Value bits = arith::ConstantOp::create(builder, loc, attribute);
  return arith::XOrIOp::create(builder, loc, value, bits);
}

namespace {

/// Builds the additions of some consecutive k of a depth loop.
struct DepthStep {
  const Emission &emission;
  const RegisterTile &tile;
  const DepthLoop &loop;

  /// Groups (row, k + 0 … k + count − 1) of A: scalars, or integers that hold a group each.
  Values loadRow(const LinearIndex &a, int64_t row, int64_t count) const {
    Values groups;
    if (isOutside(row)) {
      for (int64_t k = 0; k < count; k += tile.group)
        groups.push_back(load(*loop.outside, 0, std::min(tile.group, count - k)));
      return groups;
    }
    LinearIndex address = a + row * loop.rowStride;
    if (tile.lanes > 1 && count == tile.lanes && loop.depthStride == 1 && loop.a->buffer)
      return loadLanes(address);
    for (int64_t k = 0; k < count; k += tile.group)
      groups.push_back(
          load(*loop.a, address + k * loop.depthStride, std::min(tile.group, count - k)));
    return groups;
  }

  /// Adds the products of k + done, … k + done + count − 1, with addresses as distances from those
  /// of k.
  void add(const LinearIndex &k, int64_t done, int64_t count, Values &sums) const {
    LinearIndex a = emission.build(loop.aStart + k * loop.depthStride);
    LinearIndex b = emission.build(loop.bStart + k * loop.bDepthStride);
    a = a + done * loop.depthStride;
    b = b + done * loop.bDepthStride;
    bool atOnce = tile.lanes > 1 && count == tile.lanes;
    llvm::SmallVector<Values> rows;
    for (int64_t row = firstRow(); atOnce && row < endRow(); ++row)
      rows.push_back(loadRow(a, row, count));
    for (int64_t lane = 0; lane < count; lane += tile.group) {
      Values columns;
      for (const ColumnVector &vector : tile.columns.vectors)
        columns.push_back(asFactor(loop.b->load(
            emission,
            b + (lane * loop.bDepthStride + vector.offset * tile.group * loop.bColumnStride),
            vector.width * tile.group, loop.bColumnStride)));
      LinearIndex here = a + lane * loop.depthStride;
      for (int64_t row = firstRow(); row < endRow(); ++row) {
        Value group = atOnce ? rows[row - firstRow()][lane / tile.group]
                             : loadRow(here, row, std::min(tile.group, count - lane)).front();
        addRow(group, columns, lane / tile.group % tile.copies, row, sums);
      }
    }
  }

  /// Fetches the lines of the cache that belong to k, … k + count − 1; of more than one those that
  /// are whole.
  void fetchAhead(const LinearIndex &k, int64_t count) const {
    const FetchAhead &ahead = loop.ahead;
    // A splat lies in no buffer.
    if (!ahead.operand || !ahead.operand->buffer)
      return;
    int64_t line = 64 / ahead.operand->elementBytes();
    LinearIndex first = ahead.start + k * ahead.step;
    for (int64_t i = 0; i < std::max<int64_t>(1, count * ahead.step / line); ++i)
      memref::PrefetchOp::create(emission.builder, emission.loc, ahead.operand->buffer,
                                 emission.build(first + i * line), /*isWrite=*/false,
                                 /*localityHint=*/2, /*isDataCache=*/true);
  }

  /// Rows whose sums change.
  int64_t firstRow() const { return loop.outside ? 0 : loop.firstRow; }
  int64_t endRow() const { return loop.outside ? tile.rows : loop.endRow; }

private:
  bool isOutside(int64_t row) const { return row < loop.firstRow || row >= loop.endRow; }

  /// Integers that real numbers are multiplied by, as such.
  Value asFactor(Value weights) const {
    if (!isa<FloatType>(tile.sum) || isa<FloatType>(getElementTypeOrSelf(weights)))
      return weights;
    Type type = tile.sum;
    if (auto vector = dyn_cast<VectorType>(weights.getType()))
      type = vector.clone(tile.sum);
    return arith::SIToFPOp::create(emission.builder, emission.loc, type, weights);
  }

  /// `count` elements of A, where it has neighbours that one product takes as a group.
  Value load(const Operand &operand, const LinearIndex &address, int64_t count) const {
    if (isa<FloatType>(tile.sum))
      return operand.load(emission, address, 1);
    // More than a general register holds stays in a vector.
    if (count > kRegisterBytes && count == tile.group && loop.depthStride == 1 &&
        tile.columns.vectors.front().width == 1) {
      Value vector = operand.load(emission, address, count);
      return loop.flip ? invertSigns(emission, vector, 1) : vector;
    }
    Value group = operand.loadGroup(emission, address, tile.group, count, loop.depthStride);
    return loop.flip ? invertSigns(emission, group, count) : group;
  }

  /// A vector of A, taken apart.
  Values loadLanes(const LinearIndex &address) const {
    Value vector = loop.a->load(emission, address, tile.lanes);
    if (loop.flip)
      vector = invertSigns(emission, vector, 1);
    if (tile.group > 1) {
      auto type =
          VectorType::get({tile.lanes / tile.group},
                          emission.builder.getIntegerType(static_cast<unsigned>(8 * tile.group)));
      vector = vector::BitCastOp::create(emission.builder, emission.loc, type, vector);
    }
    Values groups;
    for (int64_t i = 0; i < tile.lanes / tile.group; ++i)
      groups.push_back(vector::ExtractOp::create(emission.builder, emission.loc, vector, i));
    return groups;
  }

  Value spread(Value scalar, int64_t width) const {
    if (width == 1 || !isa<FloatType>(tile.sum))
      return scalar;
    return vector::BroadcastOp::create(emission.builder, emission.loc,
                                       VectorType::get({width}, scalar.getType()), scalar);
  }

  void addRow(Value group, ArrayRef<Value> columns, int64_t copy, int64_t row, Values &sums) const {
    for (size_t v = 0; v < columns.size(); ++v) {
      Value &sum = sums[tile.index(copy, row, v)];
      sum = multiplyAdd(emission, spread(group, tile.columns.vectors[v].width), columns[v], sum,
                        loop.a->isUnsigned != loop.flip);
    }
  }
};

} // namespace

Values accumulate(const Emission &emission, const RegisterTile &tile, const DepthLoop &loop,
                  ValueRange accumulators) {
  DepthStep step{emission, tile, loop};
  bool vectorRows = tile.lanes > 1 && loop.depthStride == 1;
  int64_t together = std::max(vectorRows ? tile.lanes : tile.group, tile.copies * tile.group);
  // Rows loaded as vectors have loops of few instructions: counting is a tenth of what is not a
  // product.
  int64_t unroll =
      vectorRows && tile.rows > 1 && loop.depth >= kLongDepth * together ? 2 * together : together;
  bool scalarGroups = tile.group > 1 && tile.columns.vectors.front().width == 1;
  if (scalarGroups && loop.depth >= 2 * kScalarGroups * together)
    unroll = kScalarGroups * together;
  int64_t whole = loop.depth - loop.depth % unroll;
  // Only accumulators of the loop's rows are carried.
  llvm::SmallVector<size_t> carried;
  for (int64_t copy = 0; copy < tile.copies; ++copy)
    for (int64_t row = step.firstRow(); row < step.endRow(); ++row)
      for (size_t v = 0; v < tile.columns.vectors.size(); ++v)
        carried.push_back(tile.index(copy, row, v));
  Values sums(accumulators), inits;
  for (size_t i : carried)
    inits.push_back(sums[i]);
  Values results = buildLoop(emission.builder, emission.loc, 0, whole, unroll, inits,
                             [&](const LinearIndex &k, ValueRange current) {
                               Values inner(accumulators), next;
                               for (auto [i, value] : llvm::zip_equal(carried, current))
                                 inner[i] = value;
                               step.fetchAhead(k, unroll);
                               for (int64_t done = 0; done < unroll; done += together)
                                 step.add(k, done, together, inner);
                               for (size_t i : carried)
                                 next.push_back(inner[i]);
                               return next;
                             });
  for (auto [i, value] : llvm::zip_equal(carried, results))
    sums[i] = value;
  int64_t k = whole;
  for (; k + together <= loop.depth; k += together)
    step.add(k, 0, together, sums);
  for (; k < loop.depth; k += tile.group)
    step.add(k, 0, std::min(tile.group, loop.depth - k), sums);
  return sums;
}

} // namespace nnc
