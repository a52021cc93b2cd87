// Shape inference of elementwise operators, products and reductions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NNInference.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace nnc::nn {

using Types = SmallVectorImpl<Type>;

//===-- Elementwise ------------------------------------------------------------------------===//

/// Whether a scalar function answers a question, as `i1`.
static bool isPredicate(UnaryKind kind) {
  switch (kind) {
  case UnaryKind::logical_not:
  case UnaryKind::is_nan:
  case UnaryKind::is_inf:
  case UnaryKind::is_pos_inf:
  case UnaryKind::is_neg_inf:
    return true;
  default:
    return false;
  }
}

LogicalResult UnaryOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                        Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  FailureOr<RankedTensorType> input = infer.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  Type element =
      isPredicate(adaptor.getKind()) ? IntegerType::get(context, 1) : input->getElementType();
  return infer.result(input->getShape(), element, types);
}

/// The result has the type of the only (or first) operand.
template <typename Adaptor>
static LogicalResult inferSameAsInput(const Inference &infer, Adaptor adaptor, Types &types) {
  FailureOr<RankedTensorType> input = infer.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  return infer.result(input->getShape(), input->getElementType(), types);
}

LogicalResult ClampOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                        Types &types) {
  return inferSameAsInput(Inference(loc, getOperationName()), adaptor, types);
}

/// Broadcast of two operands of one element type; `element` overrides that of the result.
static LogicalResult inferPair(const Inference &infer, Value lhs, Value rhs, Type element,
                               Types &types) {
  FailureOr<RankedTensorType> a = infer.tensor(lhs, "lhs"), b = infer.tensor(rhs, "rhs");
  if (failed(a) || failed(b) || failed(infer.checkElements("lhs", *a, "rhs", *b)))
    return failure();
  FailureOr<SmallVector<int64_t>> shape = infer.broadcast(a->getShape(), b->getShape());
  if (failed(shape))
    return failure();
  return infer.result(*shape, element ? element : a->getElementType(), types);
}

LogicalResult BinaryOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                         Adaptor adaptor, Types &types) {
  return inferPair(Inference(loc, getOperationName()), adaptor.getLhs(), adaptor.getRhs(), Type(),
                   types);
}

LogicalResult CompareOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                          Adaptor adaptor, Types &types) {
  return inferPair(Inference(loc, getOperationName()), adaptor.getLhs(), adaptor.getRhs(),
                   IntegerType::get(context, 1), types);
}

LogicalResult SelectOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                         Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  FailureOr<RankedTensorType> condition = infer.tensor(adaptor.getCondition(), "condition"),
                              a = infer.tensor(adaptor.getOnTrue(), "on_true"),
                              b = infer.tensor(adaptor.getOnFalse(), "on_false");
  if (failed(condition) || failed(a) || failed(b) ||
      failed(infer.checkElements("on_true", *a, "on_false", *b)))
    return failure();
  FailureOr<SmallVector<int64_t>> values = infer.broadcast(a->getShape(), b->getShape());
  if (failed(values))
    return failure();
  FailureOr<SmallVector<int64_t>> shape = infer.broadcast(*values, condition->getShape());
  if (failed(shape))
    return failure();
  return infer.result(*shape, a->getElementType(), types);
}

//===-- Products ---------------------------------------------------------------------------===//

LogicalResult MatMulOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                         Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  FailureOr<RankedTensorType> a = infer.tensor(adaptor.getLhs(), "lhs"),
                              b = infer.tensor(adaptor.getRhs(), "rhs");
  if (failed(a) || failed(b) || failed(infer.checkFactors("lhs", *a, "rhs", *b)))
    return failure();
  if (a->getRank() < 2 || b->getRank() < 2)
    return infer.error("operands have ranks ", a->getRank(), " and ", b->getRank(),
                       ", expected at least 2");
  ArrayRef<int64_t> matrixA = a->getShape().take_back(2), matrixB = b->getShape().take_back(2);
  bool swapA = adaptor.getTransposeLhs(), swapB = adaptor.getTransposeRhs();
  if (matrixA[swapA ? 0 : 1] != matrixB[swapB ? 1 : 0])
    return infer.error("lhs has ", matrixA[swapA ? 0 : 1], " columns, but rhs has ",
                       matrixB[swapB ? 1 : 0], " rows");
  FailureOr<SmallVector<int64_t>> shape =
      infer.broadcast(a->getShape().drop_back(2), b->getShape().drop_back(2));
  if (failed(shape))
    return failure();
  shape->push_back(matrixA[swapA ? 1 : 0]);
  shape->push_back(matrixB[swapB ? 0 : 1]);
  return infer.result(*shape, sumType(a->getElementType()), types);
}

//===-- Reductions -------------------------------------------------------------------------===//

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                         Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  FailureOr<RankedTensorType> input = infer.tensor(adaptor.getInput(), "input");
  if (failed(input) || failed(infer.checkAxes(adaptor.getAxes(), input->getRank())))
    return failure();
  SmallVector<int64_t> shape;
  for (auto [d, size] : llvm::enumerate(input->getShape()))
    if (!llvm::is_contained(adaptor.getAxes(), static_cast<int64_t>(d)))
      shape.push_back(size);
    else if (adaptor.getKeepDims())
      shape.push_back(1);
  return infer.result(shape, input->getElementType(), types);
}

LogicalResult ArgReduceOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                            Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  FailureOr<RankedTensorType> input = infer.tensor(adaptor.getInput(), "input");
  int64_t axis = adaptor.getAxis();
  if (failed(input) || failed(infer.checkAxis(axis, input->getRank())))
    return failure();
  if (input->getDimSize(axis) == 0)
    return infer.error("dimension ", axis, " of the input is empty, expected at least one element");
  SmallVector<int64_t> shape(input->getShape());
  if (adaptor.getKeepDims())
    shape[axis] = 1;
  else
    shape.erase(shape.begin() + axis);
  return infer.result(shape, IntegerType::get(context, 64), types);
}

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                          Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  if (failed(inferSameAsInput(infer, adaptor, types)))
    return failure();
  return infer.checkAxis(adaptor.getAxis(), cast<RankedTensorType>(types.back()).getRank());
}

LogicalResult NormalizeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                            Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  if (failed(inferSameAsInput(infer, adaptor, types)))
    return failure();
  return infer.checkAxes(adaptor.getAxes(), cast<RankedTensorType>(types.back()).getRank());
}

/// Rank 2 or more: dimension 1 holds the channels.
static FailureOr<int64_t> channels(const Inference &infer, RankedTensorType type) {
  if (type.getRank() < 2)
    return infer.error("input has rank ", type.getRank(), ", expected at least 2");
  return type.getDimSize(1);
}

LogicalResult BatchNormOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                            Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  if (failed(inferSameAsInput(infer, adaptor, types)))
    return failure();
  auto input = cast<RankedTensorType>(types.back());
  FailureOr<int64_t> count = channels(infer, input);
  if (failed(count))
    return failure();
  std::pair<StringRef, Value> parameters[] = {{"scale", adaptor.getScale()},
                                              {"bias", adaptor.getBias()},
                                              {"mean", adaptor.getMean()},
                                              {"variance", adaptor.getVariance()}};
  for (auto [name, value] : parameters) {
    FailureOr<RankedTensorType> type = infer.tensor(value, name);
    if (failed(type) || failed(infer.checkElements("input", input, name, *type)))
      return failure();
    if (type->getShape() != ArrayRef<int64_t>(*count))
      return infer.error(name, " has shape ", formatShape(type->getShape()),
                         ", expected one element for each of ", *count, " channels");
  }
  return success();
}

LogicalResult LRNOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                      Types &types) {
  Inference infer(loc, getOperationName());
  if (failed(inferSameAsInput(infer, adaptor, types)))
    return failure();
  if (static_cast<int64_t>(adaptor.getSize()) < 1)
    return infer.error("size is ", static_cast<int64_t>(adaptor.getSize()),
                       ", expected at least 1");
  return success(succeeded(channels(infer, cast<RankedTensorType>(types.back()))));
}

LogicalResult CumulateOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                           Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  if (failed(inferSameAsInput(infer, adaptor, types)))
    return failure();
  return infer.checkAxis(adaptor.getAxis(), cast<RankedTensorType>(types.back()).getRank());
}

LogicalResult TopKOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                       Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  FailureOr<RankedTensorType> input = infer.tensor(adaptor.getInput(), "input");
  int64_t axis = adaptor.getAxis(), k = adaptor.getK();
  if (failed(input) || failed(infer.checkAxis(axis, input->getRank())))
    return failure();
  SmallVector<int64_t> shape(input->getShape());
  if (k < 0 || k > shape[axis])
    return infer.error("k is ", k, ", expected a value from 0 to ", shape[axis]);
  shape[axis] = k;
  if (failed(infer.result(shape, input->getElementType(), types)))
    return failure();
  return infer.result(shape, IntegerType::get(context, 64), types);
}

} // namespace nnc::nn
