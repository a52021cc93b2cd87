// Result types and constraints of recurrent layers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NNInference.h"

using namespace mlir;

namespace nnc::nn {

using Types = SmallVectorImpl<Type>;
using Shape = ArrayRef<int64_t>;

int64_t gatesOf(CellKind kind) {
  return kind == CellKind::lstm ? 4 : kind == CellKind::gru ? 3 : 1;
}

int64_t functionsOf(CellKind kind) {
  return kind == CellKind::lstm ? 3 : kind == CellKind::gru ? 2 : 1;
}

/// (C1) and the shape of an operand, where it is there.
static LogicalResult checkOptional(const Inference &infer, Value value, StringRef name,
                                   RankedTensorType like, Shape expected) {
  if (!value)
    return success();
  FailureOr<RankedTensorType> type = infer.tensor(value, name);
  if (failed(type) || (like && failed(infer.checkElements("input", like, name, *type))))
    return failure();
  if (type->getShape() == expected)
    return success();
  return infer.error(name, " has shape ", formatShape(type->getShape()), ", expected ",
                     formatShape(expected));
}

/// (C2)
static LogicalResult checkProducts(const Inference &infer, RankedTensorType input,
                                   RankedTensorType weights, int64_t gates) {
  if (input.getRank() != 3 || weights.getRank() != 2)
    return infer.error("input has rank ", input.getRank(), " and weights rank ", weights.getRank(),
                       ", expected 3 and 2");
  int64_t rows = weights.getDimSize(0), units = weights.getDimSize(1);
  if (units < 1 || rows != gates * units || input.getDimSize(2) != rows)
    return infer.error("input has ", input.getDimSize(2), " elements in each step and weights are ",
                       formatShape(weights.getShape()), ", expected ", gates,
                       " rows of weights for each column and as many elements");
  if (input.getDimSize(0) < 1)
    return infer.error("input has no steps, expected at least one");
  return infer.checkElements("input", input, "weights", weights);
}

/// (C3) and (C6)
static LogicalResult checkAttributes(const Inference &infer, RecurrentOp::Adaptor op) {
  auto count = static_cast<size_t>(functionsOf(op.getKind()));
  if (op.getFunctions().size() != count || op.getAlpha().size() != count ||
      op.getBeta().size() != count)
    return infer.error("functions, alpha and beta have ", op.getFunctions().size(), ", ",
                       op.getAlpha().size(), " and ", op.getBeta().size(), " elements, expected ",
                       count);
  if (op.getResetAfter() && op.getKind() != CellKind::gru)
    return infer.error("reset_after is an attribute of kind gru");
  if (op.getInputForget() && op.getKind() != CellKind::lstm)
    return infer.error("input_forget is an attribute of kind lstm");
  if (op.getBias() && !op.getResetAfter())
    return infer.error("bias needs the attribute reset_after");
  if ((op.getCell() || op.getPeepholes()) && op.getKind() != CellKind::lstm)
    return infer.error("cell and peepholes are operands of kind lstm");
  return success();
}

LogicalResult RecurrentOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                            Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  FailureOr<RankedTensorType> input = infer.tensor(adaptor.getInput(), "input"),
                              weights = infer.tensor(adaptor.getWeights(), "weights");
  if (failed(input) || failed(weights) || failed(checkAttributes(infer, adaptor)) ||
      failed(checkProducts(infer, *input, *weights, gatesOf(adaptor.getKind()))))
    return failure();
  int64_t steps = input->getDimSize(0), batch = input->getDimSize(1),
          units = weights->getDimSize(1);
  if (failed(checkOptional(infer, adaptor.getBias(), "bias", *input, {units})) ||
      failed(checkOptional(infer, adaptor.getLengths(), "lengths", nullptr, {batch})) ||
      failed(checkOptional(infer, adaptor.getHidden(), "hidden", *input, {batch, units})) ||
      failed(checkOptional(infer, adaptor.getCell(), "cell", *input, {batch, units})) ||
      failed(checkOptional(infer, adaptor.getPeepholes(), "peepholes", *input, {3 * units})))
    return failure();
  Type element = input->getElementType();
  if (failed(infer.result({steps, batch, units}, element, types)) ||
      failed(infer.result({batch, units}, element, types)))
    return failure();
  return adaptor.getKind() == CellKind::lstm ? infer.result({batch, units}, element, types)
                                             : success();
}

} // namespace nnc::nn
