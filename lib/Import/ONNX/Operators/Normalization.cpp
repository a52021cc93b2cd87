// Normalisation over channels, layers and positions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

using namespace mlir;

namespace nnc::onnx {

/// Before opset 13 the dimensions from `axis` on were one flat dimension; since then only
/// `axis` itself is normalised.
template <bool log> static LogicalResult buildSoftmax(Node &node) {
  Value x = node.input(0);
  bool flat = node.since() < 13;
  int64_t rank = Node::rankOf(x);
  if (rank == 0)
    return node.error() << "input is a scalar, expected at least one dimension";
  int64_t axis = node.axis(node.integer("axis", flat ? 1 : -1), rank, /*inclusive=*/flat);
  if (!flat || axis == rank - 1)
    return node.finish(node.make<nn::SoftmaxOp>(x, static_cast<uint64_t>(axis), log));
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  int64_t outer = *countElements(shape.take_front(axis));
  int64_t inner = *countElements(shape.drop_front(axis));
  Value y = node.make<nn::SoftmaxOp>(node.reshape(x, {outer, inner}), uint64_t{1}, log);
  return node.finish(node.reshape(y, shape));
}

static LogicalResult buildBatchNormalization(Node &node) {
  Value x = node.input(0);
  double epsilon = node.real("epsilon", 1e-5);
  node.ignore("momentum"); // only matters for training
  if (node.since() >= 14 && node.flag("training_mode", false))
    return node.error() << "training_mode is 1; export the model for inference";
  if (node.since() < 7 && !node.flag("is_test", false))
    return node.error() << "is_test is 0; export the model for inference";
  if (node.since() < 9 && !node.flag("spatial", true))
    return node.error() << "spatial is 0, which is not supported";
  return node.finish(node.make<nn::BatchNormOp>(x, node.input(1), node.input(2), node.input(3),
                                                node.input(4), APFloat(epsilon)));
}

llvm::ArrayRef<OperatorRow> normalizationOperators() {
  static const OperatorRow rows[] = {
      {"BatchNormalization", {1, 6, 7, 9, 14, 15}, 5, 5, buildBatchNormalization},
      {"LogSoftmax", {1, 11, 13}, 1, 1, buildSoftmax<true>},
      {"Softmax", {1, 11, 13}, 1, 1, buildSoftmax<false>},
  };
  return rows;
}

} // namespace nnc::onnx
