// Shape inference of operators that move, gather and scatter elements.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NNInference.h"

using namespace mlir;

namespace nnc::nn {

using Types = SmallVectorImpl<Type>;

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                            Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  FailureOr<RankedTensorType> input = infer.tensor(adaptor.getInput(), "input");
  if (failed(input) || failed(infer.checkList("perm", adaptor.getPerm(), input->getRank(), 0)))
    return failure();
  SmallVector<bool> seen(input->getRank(), false);
  SmallVector<int64_t> shape;
  for (int64_t d : adaptor.getPerm()) {
    if (d >= input->getRank() || seen[d])
      return infer.error("perm must contain each dimension from 0 to ", input->getRank() - 1,
                         " once, found ", d, d < input->getRank() ? " twice" : "");
    seen[d] = true;
    shape.push_back(input->getDimSize(d));
  }
  return infer.result(shape, input->getElementType(), types);
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                         Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  if (adaptor.getInputs().empty())
    return infer.error("has no inputs, expected at least one");
  FailureOr<RankedTensorType> first = infer.tensor(adaptor.getInputs().front(), "input 0");
  int64_t axis = adaptor.getAxis();
  if (failed(first) || failed(infer.checkAxis(axis, first->getRank())))
    return failure();
  Wide total = 0;
  for (auto [i, value] : llvm::enumerate(adaptor.getInputs())) {
    std::string name = "input " + std::to_string(i);
    FailureOr<RankedTensorType> type = infer.tensor(value, name);
    if (failed(type) || failed(infer.checkElements("input 0", *first, name, *type)))
      return failure();
    bool fits = type->getRank() == first->getRank();
    for (int64_t d = 0; fits && d < first->getRank(); ++d)
      fits = d == axis || type->getDimSize(d) == first->getDimSize(d);
    if (!fits)
      return infer.error(name, " has shape ", formatShape(type->getShape()), ", expected ",
                         formatShape(first->getShape()), " except in dimension ", axis);
    total += type->getDimSize(axis);
  }
  FailureOr<int64_t> size = infer.dimension(total, axis);
  if (failed(size))
    return failure();
  SmallVector<int64_t> shape(first->getShape());
  shape[axis] = *size;
  return infer.result(shape, first->getElementType(), types);
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                      Types &types) {
  Inference infer(loc, getOperationName());
  FailureOr<RankedTensorType> input = infer.tensor(adaptor.getInput(), "input");
  int64_t any = std::numeric_limits<int64_t>::min();
  if (failed(input) || failed(infer.checkList("low", adaptor.getLow(), input->getRank(), any)) ||
      failed(infer.checkList("high", adaptor.getHigh(), input->getRank(), any)))
    return failure();
  SmallVector<int64_t> shape;
  for (int64_t d = 0; d < input->getRank(); ++d) {
    Wide size = Wide(input->getDimSize(d)) + adaptor.getLow()[d] + adaptor.getHigh()[d];
    FailureOr<int64_t> checked = infer.dimension(size, d);
    if (failed(checked))
      return failure();
    if (adaptor.getMode() != PadMode::constant && *checked > 0 && input->getDimSize(d) == 0)
      return infer.error("dimension ", d, " of the input is empty, so there is nothing to repeat");
    shape.push_back(*checked);
  }
  if (adaptor.getValue()) {
    FailureOr<RankedTensorType> value = infer.tensor(adaptor.getValue(), "value");
    if (failed(value) || failed(infer.checkElements("input", *input, "value", *value)))
      return failure();
    if (value->getNumElements() != 1)
      return infer.error("value has ", value->getNumElements(), " elements, expected 1");
  }
  return infer.result(shape, input->getElementType(), types);
}

//===-- Gather -----------------------------------------------------------------------------===//

namespace {
/// The operands of an op that addresses elements of `input` by `indices`.
struct Indexed {
  RankedTensorType input, indices;

  LogicalResult read(const Inference &infer, Value inputValue, Value indicesValue) {
    FailureOr<RankedTensorType> x = infer.tensor(inputValue, "input"),
                                i = infer.tensor(indicesValue, "indices");
    if (failed(x) || failed(i))
      return failure();
    input = *x, indices = *i;
    return success();
  }

  /// An out-of-range index reads the nearest element, so there must be one.
  LogicalResult checkNotEmpty(const Inference &infer, int64_t d) const {
    if (input.getDimSize(d) == 0 && indices.getNumElements() > 0)
      return infer.error("dimension ", d, " of the input is empty, but there are indices into it");
    return success();
  }

  /// Of equal rank; outside `axis` the indices must not reach beyond the input.
  LogicalResult checkElementwise(const Inference &infer, int64_t axis) const {
    if (indices.getRank() != input.getRank())
      return infer.error("indices have rank ", indices.getRank(), ", but input has rank ",
                         input.getRank());
    if (failed(infer.checkAxis(axis, input.getRank())))
      return failure();
    for (int64_t d = 0; d < input.getRank(); ++d)
      if (d != axis && indices.getDimSize(d) > input.getDimSize(d))
        return infer.error("dimension ", d, " of indices is ", indices.getDimSize(d),
                           ", expected at most that of input, ", input.getDimSize(d));
    return success();
  }

  /// The number of coordinates in an index tuple.
  FailureOr<int64_t> depth(const Inference &infer, int64_t batchDims) const {
    if (indices.getRank() < 1)
      return infer.error("indices have rank 0, expected at least 1");
    if (batchDims < 0 || batchDims >= indices.getRank() || batchDims > input.getRank())
      return infer.error("batch_dims is ", batchDims, ", expected a value from 0 to ",
                         std::min(indices.getRank() - 1, input.getRank()));
    for (int64_t d = 0; d < batchDims; ++d)
      if (indices.getDimSize(d) != input.getDimSize(d))
        return infer.error("batch dimension ", d, " of indices is ", indices.getDimSize(d),
                           ", but that of input is ", input.getDimSize(d));
    int64_t depth = indices.getShape().back();
    if (depth < 1 || depth > input.getRank() - batchDims)
      return infer.error("index tuples have ", depth, " coordinates, expected 1 to ",
                         input.getRank() - batchDims);
    return depth;
  }
};
} // namespace

LogicalResult GatherOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                         Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  Indexed op;
  int64_t axis = adaptor.getAxis();
  if (failed(op.read(infer, adaptor.getInput(), adaptor.getIndices())) ||
      failed(infer.checkAxis(axis, op.input.getRank())) || failed(op.checkNotEmpty(infer, axis)))
    return failure();
  SmallVector<int64_t> shape(op.input.getShape().take_front(axis));
  llvm::append_range(shape, op.indices.getShape());
  llvm::append_range(shape, op.input.getShape().drop_front(axis + 1));
  return infer.result(shape, op.input.getElementType(), types);
}

LogicalResult GatherElementsOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                                 Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  Indexed op;
  int64_t axis = adaptor.getAxis();
  if (failed(op.read(infer, adaptor.getInput(), adaptor.getIndices())) ||
      failed(op.checkElementwise(infer, axis)) || failed(op.checkNotEmpty(infer, axis)))
    return failure();
  return infer.result(op.indices.getShape(), op.input.getElementType(), types);
}

LogicalResult GatherNDOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                           Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  Indexed op;
  int64_t batchDims = adaptor.getBatchDims();
  if (failed(op.read(infer, adaptor.getInput(), adaptor.getIndices())))
    return failure();
  FailureOr<int64_t> depth = op.depth(infer, batchDims);
  if (failed(depth))
    return failure();
  for (int64_t d = 0; d < *depth; ++d)
    if (failed(op.checkNotEmpty(infer, batchDims + d)))
      return failure();
  SmallVector<int64_t> shape(op.indices.getShape().drop_back());
  llvm::append_range(shape, op.input.getShape().drop_front(batchDims + *depth));
  return infer.result(shape, op.input.getElementType(), types);
}

//===-- Scatter ----------------------------------------------------------------------------===//

LogicalResult ScatterElementsOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                                  Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  Indexed op;
  FailureOr<RankedTensorType> updates = infer.tensor(adaptor.getUpdates(), "updates");
  if (failed(updates) || failed(op.read(infer, adaptor.getInput(), adaptor.getIndices())) ||
      failed(infer.checkElements("input", op.input, "updates", *updates)) ||
      failed(op.checkElementwise(infer, adaptor.getAxis())))
    return failure();
  if (updates->getShape() != op.indices.getShape())
    return infer.error("updates have shape ", formatShape(updates->getShape()),
                       ", expected that of indices, ", formatShape(op.indices.getShape()));
  return infer.result(op.input.getShape(), op.input.getElementType(), types);
}

LogicalResult ScatterNDOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                            Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  Indexed op;
  FailureOr<RankedTensorType> updates = infer.tensor(adaptor.getUpdates(), "updates");
  if (failed(updates) || failed(op.read(infer, adaptor.getInput(), adaptor.getIndices())) ||
      failed(infer.checkElements("input", op.input, "updates", *updates)))
    return failure();
  FailureOr<int64_t> depth = op.depth(infer, 0);
  if (failed(depth))
    return failure();
  SmallVector<int64_t> expected(op.indices.getShape().drop_back());
  llvm::append_range(expected, op.input.getShape().drop_front(*depth));
  if (updates->getShape() != ArrayRef<int64_t>(expected))
    return infer.error("updates have shape ", formatShape(updates->getShape()), ", expected ",
                       formatShape(expected));
  return infer.result(op.input.getShape(), op.input.getElementType(), types);
}

} // namespace nnc::nn
