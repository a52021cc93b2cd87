// Reductions, running sums, and the elements with the largest values.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

using namespace mlir;

namespace nnc::onnx {

/// The axes to reduce: an attribute, or since `inputSince` an input. None means all, or with
/// noop_with_empty_axes really none: then only the functions around the reduction remain.
static Node::Shape reducedAxes(Node &node, int inputSince) {
  int64_t rank = Node::rankOf(node.input(0));
  Node::Shape stated;
  bool noneIsNone = false;
  if (node.since() >= inputSince) {
    noneIsNone = node.flag("noop_with_empty_axes", false);
    if (node.hasInput(1))
      stated = node.constantIntegers(1, "the list of axes");
  } else {
    stated = node.integers("axes");
  }
  if (!stated.empty() || noneIsNone)
    return node.axes(stated, rank);
  return llvm::to_vector(llvm::seq<int64_t>(0, rank));
}

template <nn::ReduceKind kind, int inputSince> static LogicalResult buildReduce(Node &node) {
  Value x = node.input(0);
  Type element = Node::elementOf(x);
  bool keepDims = node.flag("keepdims", true);
  Node::Shape axes = reducedAxes(node, inputSince);
  if (node.hasFailed())
    return failure();
  // The order of booleans is that of the numbers 0 and 1.
  bool boolean = element.isInteger(1);
  if (boolean && kind != nn::ReduceKind::max && kind != nn::ReduceKind::min)
    return node.error() << "input has element type bool, expected numbers";
  if (boolean)
    x = node.cast(x, node.builder().getIntegerType(8));
  // Functions that leave the integers are computed in the wider real type.
  bool real = kind == nn::ReduceKind::l2 || kind == nn::ReduceKind::log_sum ||
              kind == nn::ReduceKind::log_sum_exp;
  if (real && isa<IntegerType>(element))
    x = node.cast(x, node.builder().getF64Type());
  return node.finish(node.cast(node.reduce(kind, x, axes, keepDims), element));
}

template <nn::ArgKind kind> static LogicalResult buildArg(Node &node) {
  Value x = node.input(0);
  int64_t axis = node.axis(node.integer("axis", 0), Node::rankOf(x));
  bool keepDims = node.flag("keepdims", true);
  bool last = node.since() >= 12 && node.flag("select_last_index", false);
  return node.finish(node.make<nn::ArgReduceOp>(kind, x, axis, keepDims, last));
}

template <nn::CumulateKind kind> static LogicalResult buildCumulate(Node &node) {
  Value x = node.input(0);
  int64_t axis = node.axis(node.constantInteger(1, "the axis"), Node::rankOf(x));
  bool exclusive = node.flag("exclusive", false), reverse = node.flag("reverse", false);
  return node.finish(node.make<nn::CumulateOp>(kind, x, axis, exclusive, reverse));
}

/// k is an attribute before opset 10. The order is always by value, which `sorted` = 0 allows.
static LogicalResult buildTopK(Node &node) {
  Value x = node.input(0);
  int64_t axis = node.axis(node.integer("axis", -1), Node::rankOf(x));
  int64_t k = node.since() < 10 ? node.requiredInteger("k") : node.constantInteger(1, "k");
  bool largest = node.since() < 11 || node.flag("largest", true);
  if (node.since() >= 11)
    node.ignore("sorted");
  auto [values, indices] = node.makePair<nn::TopKOp>(x, k, axis, largest);
  return node.finish({values, indices});
}

/// 1 at the first largest element along the axis, else 0. Before opset 13 the dimensions from
/// `axis` on were one flat dimension.
static LogicalResult buildHardmax(Node &node) {
  Value x = node.input(0);
  bool flat = node.since() < 13;
  int64_t rank = Node::rankOf(x);
  int64_t axis = node.axis(node.integer("axis", flat ? 1 : -1), rank, /*inclusive=*/flat);
  if (node.hasFailed())
    return failure();
  Node::Shape shape(Node::shapeOf(x));
  if (flat) {
    x = node.reshape(x, {*countElements(ArrayRef<int64_t>(shape).take_front(axis)),
                         *countElements(ArrayRef<int64_t>(shape).drop_front(axis))});
    axis = 1;
  }
  if (node.hasFailed())
    return failure();
  Value best = node.make<nn::ArgReduceOp>(nn::ArgKind::max, x, axis, true, false);
  Node::Shape line(static_cast<size_t>(Node::rankOf(x)), 1);
  line[axis] = Node::shapeOf(x)[axis];
  Value position = node.makeTyped<nn::IotaOp>(
      RankedTensorType::get(line, node.builder().getI64Type()), axis, APFloat(0.0), APFloat(1.0));
  Value hit = node.compare(nn::ComparePredicate::equal, position, best);
  if (node.hasFailed())
    return failure();
  return node.finish(node.reshape(node.cast(hit, Node::elementOf(x)), shape));
}

llvm::ArrayRef<OperatorRow> reductionOperators() {
  using enum nn::ReduceKind;
  static const OperatorRow rows[] = {
      {"ArgMax", {1, 11, 12, 13}, 1, 1, buildArg<nn::ArgKind::max>},
      {"ArgMin", {1, 11, 12, 13}, 1, 1, buildArg<nn::ArgKind::min>},
      {"CumProd", {26}, 2, 2, buildCumulate<nn::CumulateKind::prod>},
      {"CumSum", {11, 14}, 2, 2, buildCumulate<nn::CumulateKind::sum>},
      {"Hardmax", {1, 11, 13}, 1, 1, buildHardmax},
      {"ReduceL1", {1, 11, 13}, 1, 1, buildReduce<l1, 18>},
      {"ReduceL1", {18}, 1, 2, buildReduce<l1, 18>},
      {"ReduceL2", {1, 11, 13}, 1, 1, buildReduce<l2, 18>},
      {"ReduceL2", {18}, 1, 2, buildReduce<l2, 18>},
      {"ReduceLogSum", {1, 11, 13}, 1, 1, buildReduce<log_sum, 18>},
      {"ReduceLogSum", {18}, 1, 2, buildReduce<log_sum, 18>},
      {"ReduceLogSumExp", {1, 11, 13}, 1, 1, buildReduce<log_sum_exp, 18>},
      {"ReduceLogSumExp", {18}, 1, 2, buildReduce<log_sum_exp, 18>},
      {"ReduceMax", {1, 11, 12, 13}, 1, 1, buildReduce<max, 18>},
      {"ReduceMax", {18, 20}, 1, 2, buildReduce<max, 18>},
      {"ReduceMean", {1, 11, 13}, 1, 1, buildReduce<mean, 18>},
      {"ReduceMean", {18}, 1, 2, buildReduce<mean, 18>},
      {"ReduceMin", {1, 11, 12, 13}, 1, 1, buildReduce<min, 18>},
      {"ReduceMin", {18, 20}, 1, 2, buildReduce<min, 18>},
      {"ReduceProd", {1, 11, 13}, 1, 1, buildReduce<prod, 18>},
      {"ReduceProd", {18}, 1, 2, buildReduce<prod, 18>},
      {"ReduceSum", {1, 11}, 1, 1, buildReduce<sum, 13>},
      {"ReduceSum", {13}, 1, 2, buildReduce<sum, 13>},
      {"ReduceSumSquare", {1, 11, 13}, 1, 1, buildReduce<sum_square, 18>},
      {"ReduceSumSquare", {18}, 1, 2, buildReduce<sum_square, 18>},
      {"TopK", {1}, 1, 1, buildTopK, 2},
      {"TopK", {10, 11, 24}, 2, 2, buildTopK, 2},
  };
  return rows;
}

} // namespace nnc::onnx
