// The epilogue of a register tile: the region's scalar operations, built once per vector of
// accumulators. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/RegisterTile.h"

#include "llvm/ADT/bit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace nnc {

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

static Value applyEpilogue(const Emission &emission, Region &region, int64_t width, Value sum,
                           ArrayRef<Value> extra) {
  Block &block = region.front();
  IRMapping map;
  map.map(block.getArgument(0), sum);
  map.map(block.getArguments().drop_front(), extra);
  for (Operation &op : block.without_terminator())
    cloneOnVectors(emission, op, width, map);
  return map.lookupOrDefault(block.getTerminator()->getOperand(0));
}

/// The pieces of a vector that exist in the result: all of it, or its power-of-two parts.
static llvm::SmallVector<std::pair<int64_t, int64_t>> storedPieces(const ColumnVector &vector) {
  llvm::SmallVector<std::pair<int64_t, int64_t>> pieces;
  for (int64_t done = 0; done < vector.valid;) {
    auto width = static_cast<int64_t>(llvm::bit_floor(static_cast<uint64_t>(vector.valid - done)));
    pieces.emplace_back(done, width);
    done += width;
  }
  if (vector.valid == vector.width)
    pieces.assign(1, {0, vector.width});
  return pieces;
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

void storeTile(const Emission &emission, kernel::ProductOpInterface op,
               const ProductOperands &operands, ArrayRef<LinearIndex> origin, int64_t rows,
               const TileColumns &columns, ValueRange sums) {
  size_t rank = origin.size();
  LinearIndex result = emission.build(operands.result.address(origin));
  llvm::SmallVector<LinearIndex> bases;
  for (const Operand &extra : operands.extra)
    bases.push_back(emission.build(extra.address(origin)));
  auto loadExtra = [&](size_t i, int64_t row, int64_t column, int64_t width) {
    const Operand &extra = operands.extra[i];
    int64_t rowStride = extra.strides[rank - 2], stride = extra.strides[rank - 1];
    return extra.load(emission, bases[i] + (row * rowStride + column * stride), width, stride);
  };
  int64_t rowStride = operands.result.strides[rank - 2], stride = operands.result.strides[rank - 1];
  for (auto [v, vector] : llvm::enumerate(columns.vectors))
    for (auto [offset, width] : storedPieces(vector)) {
      int64_t column = vector.offset + offset;
      Values extra(operands.extra.size());
      for (int64_t row = 0; row < rows; ++row) {
        // What does not depend on the row is loaded once, before the first store.
        for (size_t i = 0; i < extra.size(); ++i)
          if (row == 0 || operands.extra[i].strides[rank - 2] != 0)
            extra[i] = loadExtra(i, row, column, width);
        Value sum = piece(emission, sums[row * columns.vectors.size() + v], offset, width);
        Value value = applyEpilogue(emission, op.getEpilogue(), width, sum, extra);
        operands.result.store(emission, value, result + (row * rowStride + column * stride),
                              stride);
      }
    }
}

} // namespace nnc
