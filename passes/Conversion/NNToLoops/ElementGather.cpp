// Elements of operators that read at computed places: gather, gather_elements, gather_nd.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/LayerEmitter.h"
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

using namespace mlir;

namespace nnc {

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// An integer element as a signed `index`. Values that do not fit are limited by the caller's range
/// check or, on machines with narrow addresses, cut: a place inside the tensor results in any case.
static Value asIndex(OpBuilder &builder, Location loc, Value value, bool isUnsigned) {
  if (isUnsigned)
    return arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(), value);
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(), value);
}

IndexExpr LayerEmitter::gatheredPlace(Value indices, IndexRef position, int64_t size,
                                      Location loc) {
  Value value = element(indices, position);
  bool isUnsigned = scalar::isUnsignedElement(tensorType(indices).getElementType());
  if (std::optional<int64_t> constant = getConstantIntValue(value)) {
    int64_t place = *constant < 0 && !isUnsigned ? *constant + size : *constant;
    return std::clamp<int64_t>(place, 0, size - 1);
  }
  Value place = asIndex(builder, loc, value, isUnsigned);
  scalar::Emit emit(builder, loc);
  Value zero = index(0, loc);
  Value negative = emit.compare(arith::CmpIPredicate::slt, place, zero);
  place = emit.select(negative, emit.add(place, index(size, loc)), place);
  place = emit.create<arith::MaxSIOp>(place, zero);
  place = emit.create<arith::MinSIOp>(place, index(size - 1, loc));
  return computed(place, size);
}

Value LayerEmitter::gather(nn::GatherOp op, IndexRef index) {
  int64_t axis = op.getAxis(), rank = tensorType(op.getIndices()).getRank();
  Index own(index.take_front(axis));
  own.push_back(gatheredPlace(op.getIndices(), index.slice(axis, rank),
                              tensorType(op.getInput()).getDimSize(axis), op.getLoc()));
  llvm::append_range(own, index.drop_front(axis + rank));
  return element(op.getInput(), own);
}

Value LayerEmitter::gatherElements(nn::GatherElementsOp op, IndexRef index) {
  Index own(index.begin(), index.end());
  own[op.getAxis()] = gatheredPlace(
      op.getIndices(), index, tensorType(op.getInput()).getDimSize(op.getAxis()), op.getLoc());
  return element(op.getInput(), own);
}

Value LayerEmitter::gatherND(nn::GatherNDOp op, IndexRef index) {
  RankedTensorType input = tensorType(op.getInput()), indices = tensorType(op.getIndices());
  int64_t batch = op.getBatchDims(), tuple = indices.getShape().back();
  IndexRef outer = index.take_front(indices.getRank() - 1);
  Index own(index.take_front(batch)), position(outer.begin(), outer.end());
  position.emplace_back(0);
  for (int64_t k = 0; k < tuple; ++k) {
    position.back() = IndexExpr(k);
    own.push_back(
        gatheredPlace(op.getIndices(), position, input.getDimSize(batch + k), op.getLoc()));
  }
  llvm::append_range(own, index.drop_front(indices.getRank() - 1));
  return element(op.getInput(), own);
}

} // namespace nnc
