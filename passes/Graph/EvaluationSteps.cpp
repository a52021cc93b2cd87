// How long the evaluation of an operator takes.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Graph/EvaluationSteps.h"

#include "dialects/NN/NN.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nnc {

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static uint64_t product(ArrayRef<int64_t> sizes) {
  uint64_t result = 1;
  for (int64_t size : sizes)
    result = llvm::SaturatingMultiply<uint64_t>(result, static_cast<uint64_t>(size));
  return result;
}

static uint64_t elements(Value value) { return product(shapeOf(value)); }

/// Elements of the largest operand or result.
static uint64_t largest(Operation *op) {
  uint64_t most = 1;
  for (Value value : op->getOperands())
    most = std::max(most, elements(value));
  for (Value value : op->getResults())
    most = std::max(most, elements(value));
  return most;
}

/// So many elements, each so often.
struct Times {
  uint64_t first, second;
};

static Times factors(Operation *op) {
  return llvm::TypeSwitch<Operation *, Times>(op)
      .Case([](nn::ConvOp conv) {
        return Times{elements(conv.getResult()), product(shapeOf(conv.getFilter()).drop_front(1))};
      })
      .Case([](nn::ConvTransposeOp conv) {
        return Times{elements(conv.getInput()), product(shapeOf(conv.getFilter()).drop_front(1))};
      })
      .Case([](nn::MatMulOp matmul) {
        ArrayRef<int64_t> lhs = shapeOf(matmul.getLhs());
        int64_t depth = lhs[lhs.size() - (matmul.getTransposeLhs() ? 2 : 1)];
        return Times{elements(matmul.getResult()), static_cast<uint64_t>(depth)};
      })
      .Case([](nn::RecurrentOp recurrent) {
        return Times{elements(recurrent.getInput()), static_cast<uint64_t>(recurrent.getUnits())};
      })
      .Case([](nn::PoolOp pool) {
        return Times{elements(pool.getResult()), product(pool.getKernel())};
      })
      .Case([&](nn::LRNOp lrn) { return Times{largest(op), static_cast<uint64_t>(lrn.getSize())}; })
      // The taps of an antialiased filter grow with the factor; the input's size bounds them.
      .Case([](nn::ResizeOp resize) {
        return Times{elements(resize.getResult()),
                     resize.getAntialias() ? elements(resize.getInput()) : 64};
      })
      .Case<nn::UnaryOp, nn::SoftmaxOp, nn::TopKOp>(
          [&](Operation *) { return Times{largest(op), 8}; })
      .Default([&](Operation *) { return Times{largest(op), 1}; });
}

int64_t evaluationSteps(Operation *op) {
  Times times = factors(op);
  // Reading the operands takes time even where the result is small.
  uint64_t steps = std::max(llvm::SaturatingMultiply(times.first, times.second), largest(op));
  return static_cast<int64_t>(std::min<uint64_t>(steps, std::numeric_limits<int64_t>::max()));
}

} // namespace nnc
