// The epilogue of a register tile: the region's scalar operations, built once per vector of
// accumulators. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/TapGroups.h"
#include "targets/Common/RegisterTile.h"

#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/bit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace nnc {

/// Instructions that the epilogue of one tile may take as straight code. Scalar machines have small
/// memories for code.
constexpr int64_t kMaxVectorLength = 160, kMaxScalarLength = 48;
/// Requantisation is most of what short sums of integers take: it must not wait on the stack.
constexpr int64_t kMaxIntegerLength = 1000;

static Type widened(Type scalar, int64_t width) {
  return width == 1 ? scalar : VectorType::get({width}, scalar);
}

/// Rebuilds one operation of the region on vectors of `width` elements.
static void cloneOnVectors(const Emission &emission, Operation &op, int64_t width, IRMapping &map) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op); constant && width > 1) {
    auto type = VectorType::get({width}, constant.getType());
    map.map(constant.getResult(),
            arith::ConstantOp::create(emission.builder, emission.loc,
                                      SplatElementsAttr::get(type, constant.getValue()))
                .getResult());
    return;
  }
  Operation *clone = emission.builder.clone(op, map);
  for (auto [from, to] : llvm::zip_equal(op.getResults(), clone->getResults()))
    to.setType(widened(from.getType(), width));
}

Values buildOnVectors(const Emission &emission, Region &region, int64_t width,
                      ValueRange arguments) {
  Block &block = region.front();
  IRMapping map;
  map.map(block.getArguments(), arguments);
  for (Operation &op : block.without_terminator())
    cloneOnVectors(emission, op, width, map);
  Values results;
  for (Value value : block.getTerminator()->getOperands())
    results.push_back(map.lookupOrDefault(value));
  return results;
}

static Value applyEpilogue(const Emission &emission, Region *region, int64_t width, Value sum,
                           ArrayRef<Value> extra) {
  if (!region)
    return sum;
  Values arguments{sum};
  llvm::append_range(arguments, extra);
  return buildOnVectors(emission, *region, width, arguments).front();
}

namespace {

/// Columns of a tile, [first, end), that lie in one operand; `start` is where the tile's first
/// column would lie there.
struct StoreTarget {
  const Operand *operand;
  int64_t first, end;
  LinearIndex start;
};

/// Elements of a vector that are stored at once.
struct StoredPart {
  int64_t offset, width; ///< in the vector
  const StoreTarget *target;
};

} // namespace

/// The parts of a vector that exist in the targets: all of it, or powers of two.
static llvm::SmallVector<StoredPart> storedParts(const ColumnVector &vector,
                                                 ArrayRef<StoreTarget> targets) {
  llvm::SmallVector<StoredPart> parts;
  for (const StoreTarget &target : targets) {
    int64_t done = std::max<int64_t>(target.first - vector.offset, 0);
    int64_t end = std::min(target.end - vector.offset, vector.valid);
    if (done == 0 && end == vector.width)
      return {{0, vector.width, &target}};
    while (done < end) {
      auto width = static_cast<int64_t>(llvm::bit_floor(static_cast<uint64_t>(end - done)));
      parts.push_back({done, width, &target});
      done += width;
    }
  }
  return parts;
}

static Value piece(const Emission &emission, Value value, int64_t offset, int64_t width) {
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type || type.getNumElements() == width)
    return value;
  if (width == 1)
    return vector::ExtractOp::create(emission.builder, emission.loc, value, offset);
  return vector::ExtractStridedSliceOp::create(emission.builder, emission.loc, value, offset, width,
                                               1);
}

/// Instructions of one operation on one vector, with what a mathematical function expands to.
static int64_t lengthOf(Operation &op) {
  if (isa<arith::ConstantOp>(op))
    return 0;
  if (isa<math::ErfOp, math::ErfcOp>(op))
    return 60;
  if (isa<math::TanhOp>(op))
    return 30;
  if (isa<arith::MulSIExtendedOp>(op))
    return 5;
  return isa<math::MathDialect>(op.getDialect()) && !isa<math::AbsFOp, math::SqrtOp>(op) ? 20 : 1;
}

static int64_t lengthOf(Region *region) {
  int64_t length = 0;
  if (!region)
    return length;
  for (Operation &op : region->front().without_terminator())
    length += lengthOf(op);
  return length;
}

namespace {

/// Writes the elements of one tile.
struct TileStore {
  const Emission &emission;
  Operation *op;
  const ProductOperands &operands;
  const TileColumns &columns;
  int64_t rows;
  llvm::SmallVector<StoreTarget> targets;
  llvm::SmallVector<LinearIndex> bases;

  TileStore(const Emission &emission, Operation *op, const ProductOperands &operands,
            ArrayRef<LinearIndex> origin, int64_t rows, const TileColumns &columns)
      : emission(emission), op(op), operands(operands), columns(columns), rows(rows) {
    if (operands.pieces.empty())
      targets.push_back(
          {&operands.result, 0, columns.count, emission.build(operands.result.address(origin))});
    for (const ResultPiece &piece : operands.pieces)
      addTarget(piece, origin);
    for (const Operand &extra : operands.extra)
      bases.push_back(emission.build(extra.address(origin)));
  }

  /// The whole tile as straight code.
  void unrolled(ValueRange sums) const {
    llvm::SmallVector<Waiting, 4> waiting;
    for (auto [v, vector] : llvm::enumerate(columns.vectors))
      for (auto [offset, width, target] : storedParts(vector, targets)) {
        int64_t column = vector.offset + offset;
        Values extra(operands.extra.size());
        for (int64_t row = 0; row < rows; ++row) {
          // What does not depend on the row is loaded once, before the first store.
          for (size_t i = 0; i < extra.size(); ++i)
            if (row == 0 || rowStride(operands.extra[i]) != 0)
              extra[i] = loadExtra(i, row, column, width);
          Value value = applyEpilogue(
              emission, operands.epilogue, width,
              piece(emission, sums[row * columns.vectors.size() + v], offset, width), extra);
          if (Value wide =
                  emission.options.pack ? beforeTruncation(value, *target->operand) : Value())
            storeLater(waiting, {wide, value, target->operand, addressOf(*target, row, column)});
          else
            store(value, *target, row, column);
        }
      }
    storeWaiting(waiting);
  }

  /// The whole tile as straight code, sums in the order of `kernel::TapGroups`.
  void interleaved(ValueRange sums) const {
    int64_t part = columns.count / kernel::TapGroups::kParts;
    const StoreTarget &target = targets.front();
    llvm::SmallVector<Values> extra(kernel::TapGroups::kParts, Values(operands.extra.size()));
    for (int64_t row = 0; row < rows; ++row) {
      Values narrow, wide;
      for (auto [p, loaded] : llvm::enumerate(extra)) {
        for (size_t i = 0; i < loaded.size(); ++i)
          if (row == 0 || rowStride(operands.extra[i]) != 0)
            loaded[i] = loadPart(i, row, static_cast<int64_t>(p));
        Value value = applyEpilogue(emission, operands.epilogue, part,
                                    sums[row * kernel::TapGroups::kParts + p], loaded);
        narrow.push_back(value);
        wide.push_back(beforeTruncation(value, *target.operand));
      }
      if (llvm::all_of(wide, [](Value value) { return bool(value); }))
        store(pack(wide, /*interleaved=*/true), target, row, 0);
      else
        storeFours(narrow, target, row);
    }
  }

  /// Loops over rows and equal vectors: the sums wait on the stack, the epilogue stands once for
  /// each width.
  void looped(ValueRange sums) const {
    int64_t stored = columns.stored();
    Operand waiting = stackBuffer(rows * stored);
    for (int64_t row = 0; row < rows; ++row)
      for (auto [v, vector] : llvm::enumerate(columns.vectors))
        waiting.store(emission, sums[row * columns.vectors.size() + v],
                      row * stored + vector.offset);
    auto at = [&](const LinearIndex &row, const LinearIndex &column, int64_t width,
                  const StoreTarget &target) {
      Values extra;
      for (size_t i = 0; i < operands.extra.size(); ++i)
        extra.push_back(loadExtra(i, row, column, width));
      finish(waiting.load(emission, row * stored + column, width), extra, row, column, width,
             target);
    };
    buildLoop(emission.builder, emission.loc, 0, rows, 1, [&](const LinearIndex &row) {
      for (const Run &run : runs())
        buildLoop(emission.builder, emission.loc, run.first, run.end, run.width,
                  [&](const LinearIndex &column) { at(row, column, run.width, *run.target); });
    });
  }

private:
  /// Elements of a result of 8 bits that are not stored yet: with 32 bits, and truncated.
  struct Waiting {
    Value wide, narrow;
    const Operand *target;
    LinearIndex address;
  };

  /// The integers of 32 bits that a vector of neighbours in memory was truncated from.
  static Value beforeTruncation(Value value, const Operand &target) {
    auto truncation = value.getDefiningOp<arith::TruncIOp>();
    auto type = truncation ? dyn_cast<VectorType>(truncation.getIn().getType()) : VectorType();
    if (!type || !type.getElementType().isInteger(32) ||
        !getElementTypeOrSelf(value).isInteger(8) || type.getNumElements() < 4 ||
        target.strides.back() != 1)
      return nullptr;
    return truncation.getIn();
  }

  void storeLater(llvm::SmallVectorImpl<Waiting> &waiting, Waiting next) const {
    if (!waiting.empty() && waiting.back().wide.getType() != next.wide.getType())
      storeWaiting(waiting);
    waiting.push_back(std::move(next));
    if (waiting.size() == 4)
      storeWaiting(waiting);
  }

  /// Columns of one extra operand that belong to a part.
  Value loadPart(size_t i, int64_t row, int64_t part) const {
    Value joined;
    for (int64_t lane = 0; lane < columns.count / kernel::TapGroups::kParts; lane += 4) {
      Value four = loadExtra(i, row, kernel::TapGroups::channelOf(part, lane), 4);
      joined = joined ? concatenate(joined, four) : four;
    }
    return joined;
  }

  Value concatenate(Value a, Value b) const {
    int64_t first = cast<VectorType>(a.getType()).getNumElements(),
            second = cast<VectorType>(b.getType()).getNumElements();
    SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, first + second));
    return vector::ShuffleOp::create(emission.builder, emission.loc, a, b, order);
  }

  /// Neighbours of each part, four at a time.
  void storeFours(ArrayRef<Value> parts, const StoreTarget &target, int64_t row) const {
    for (auto [part, value] : llvm::enumerate(parts))
      for (int64_t lane = 0; lane < columns.count / kernel::TapGroups::kParts; lane += 4)
        store(piece(emission, value, lane, 4), target, row,
              kernel::TapGroups::channelOf(static_cast<int64_t>(part), lane));
  }

  Value pack(ArrayRef<Value> parts, bool interleaved) const {
    int64_t lanes = cast<VectorType>(parts.front().getType()).getNumElements();
    return kernel::PackOp::create(
        emission.builder, emission.loc, VectorType::get({4 * lanes}, emission.builder.getI8Type()),
        parts[0], parts[1], parts[2], parts[3], resultIsUnsigned(), interleaved);
  }

  bool resultIsUnsigned() const {
    return getElementTypeOrSelf(op->getResult(0).getType()).isUnsignedInteger();
  }

  /// Stores up to four vectors, as bytes of one.
  void storeWaiting(llvm::SmallVectorImpl<Waiting> &waiting) const {
    if (waiting.size() == 1)
      waiting.front().target->store(emission, waiting.front().narrow, waiting.front().address);
    if (waiting.size() > 1) {
      Values parts;
      for (size_t i = 0; i < 4; ++i)
        parts.push_back(waiting[std::min(i, waiting.size() - 1)].wide);
      int64_t lanes = cast<VectorType>(parts.front().getType()).getNumElements();
      Value bytes = pack(parts, /*interleaved=*/false);
      for (auto [i, each] : llvm::enumerate(waiting))
        each.target->store(emission, piece(emission, bytes, static_cast<int64_t>(i) * lanes, lanes),
                           each.address);
    }
    waiting.clear();
  }

  /// Neighbouring pieces of equal width.
  struct Run {
    int64_t first, end, width;
    const StoreTarget *target;
  };

  /// What the tile has of a piece of the result, if anything.
  void addTarget(const ResultPiece &piece, ArrayRef<LinearIndex> origin) {
    int64_t column = *origin.back().asConstant();
    int64_t first = std::max<int64_t>(piece.first - column, 0);
    int64_t end = std::min(piece.end - column, columns.count);
    if (first >= end)
      return;
    llvm::SmallVector<LinearIndex> index(origin);
    index.back() = column - piece.first;
    targets.push_back({&piece.operand, first, end, emission.build(piece.operand.address(index))});
  }

  static int64_t rowStride(const Operand &operand) {
    return operand.strides[operand.strides.size() - 2];
  }

  llvm::SmallVector<Run> runs() const {
    llvm::SmallVector<Run> runs;
    for (const ColumnVector &vector : columns.vectors)
      for (auto [offset, width, target] : storedParts(vector, targets)) {
        int64_t first = vector.offset + offset;
        if (!runs.empty() && runs.back().width == width && runs.back().end == first &&
            runs.back().target == target)
          runs.back().end += width;
        else
          runs.push_back({first, first + width, width, target});
      }
    return runs;
  }

  /// Elements in the function's frame.
  Operand stackBuffer(int64_t elements) const {
    OpBuilder::InsertionGuard guard(emission.builder);
    auto function = op->getParentOfType<FunctionOpInterface>();
    emission.builder.setInsertionPointToStart(&function.getFunctionBody().front());
    auto type = MemRefType::get({elements}, operands.sumType());
    Operand buffer{nullptr, nullptr, type.getElementType(), {1}};
    buffer.buffer = memref::AllocaOp::create(emission.builder, emission.loc, type);
    return buffer;
  }

  Value loadExtra(size_t i, const LinearIndex &row, const LinearIndex &column,
                  int64_t width) const {
    const Operand &extra = operands.extra[i];
    int64_t stride = extra.strides.back();
    return extra.load(emission, bases[i] + (row * rowStride(extra) + column * stride), width,
                      stride);
  }

  void finish(Value sum, ArrayRef<Value> extra, const LinearIndex &row, const LinearIndex &column,
              int64_t width, const StoreTarget &target) const {
    store(applyEpilogue(emission, operands.epilogue, width, sum, extra), target, row, column);
  }

  static LinearIndex addressOf(const StoreTarget &target, const LinearIndex &row,
                               const LinearIndex &column) {
    const Operand &operand = *target.operand;
    return target.start + (row * rowStride(operand) + column * operand.strides.back());
  }

  void store(Value value, const StoreTarget &target, const LinearIndex &row,
             const LinearIndex &column) const {
    target.operand->store(emission, value, addressOf(target, row, column),
                          target.operand->strides.back());
  }
};

} // namespace

void storeInterleavedTile(const Emission &emission, Operation *op, const ProductOperands &operands,
                          ArrayRef<LinearIndex> origin, int64_t rows, int64_t width,
                          ValueRange sums) {
  TileColumns columns{width, {{0, width, width}}};
  TileStore(emission, op, operands, origin, rows, columns).interleaved(sums);
}

void storeTile(const Emission &emission, Operation *op, kernel::TileAttr tile,
               const ProductOperands &operands, ArrayRef<LinearIndex> origin, int64_t rows,
               const TileColumns &columns, ValueRange sums) {
  bool scalar = tile.getVector() == 1;
  int64_t length = lengthOf(operands.epilogue) * static_cast<int64_t>(sums.size());
  TileStore tileStore(emission, op, operands, origin, rows, columns);
  int64_t most = scalar                                 ? kMaxScalarLength
                 : isa<IntegerType>(operands.sumType()) ? kMaxIntegerLength
                                                        : kMaxVectorLength;
  if (sums.size() > 1 && length > most)
    tileStore.looped(sums);
  else
    tileStore.unrolled(sums);
}

} // namespace nnc
