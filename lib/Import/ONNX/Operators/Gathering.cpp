// Elements picked and placed by index.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

using namespace mlir;

namespace nnc::onnx {

static LogicalResult buildGather(Node &node) {
  Value x = node.input(0);
  int64_t axis = node.axis(node.integer("axis", 0), Node::rankOf(x));
  return node.finish(node.make<nn::GatherOp>(x, node.input(1), axis));
}

static LogicalResult buildGatherElements(Node &node) {
  Value x = node.input(0);
  int64_t axis = node.axis(node.integer("axis", 0), Node::rankOf(x));
  return node.finish(node.make<nn::GatherElementsOp>(x, node.input(1), axis));
}

static LogicalResult buildGatherND(Node &node) {
  int64_t batchDims = node.since() >= 12 ? node.integer("batch_dims", 0) : 0;
  return node.finish(node.make<nn::GatherNDOp>(node.input(0), node.input(1), batchDims));
}

/// How updates combine with present elements; part of the operators since opset 16.
static nn::ScatterReduction reduction(Node &node) {
  std::string name = node.since() >= 16 ? node.text("reduction", "none") : "none";
  if (auto kind = nn::symbolizeScatterReduction(name))
    return *kind;
  node.error() << "attribute 'reduction' is '" << name << "', expected none, add, mul, min or max";
  return nn::ScatterReduction::none;
}

static LogicalResult buildScatterElements(Node &node) {
  Value x = node.input(0);
  int64_t axis = node.axis(node.integer("axis", 0), Node::rankOf(x));
  nn::ScatterReduction kind = reduction(node);
  return node.finish(node.make<nn::ScatterElementsOp>(kind, x, node.input(1), node.input(2), axis));
}

static LogicalResult buildScatterND(Node &node) {
  nn::ScatterReduction kind = reduction(node);
  return node.finish(node.make<nn::ScatterNDOp>(kind, node.input(0), node.input(1), node.input(2)));
}

/// The value "on" where the position along a new axis equals the index, else "off". Indices
/// outside of ±depth give "off" everywhere.
static LogicalResult buildOneHot(Node &node) {
  Type i64 = node.builder().getI64Type();
  Value values = node.input(2);
  int64_t depth = 0;
  if (isa<FloatType>(Node::elementOf(node.input(1)))) {
    auto real = node.constantFloats(1, "the depth");
    depth = real.size() == 1 && real[0] >= 0 && real[0] < 1e9 ? static_cast<int64_t>(real[0]) : -1;
  } else {
    depth = node.constantInteger(1, "the depth");
  }
  if (!node.hasFailed() && (depth < 1 || depth > (int64_t{1} << 40)))
    return node.error() << "the depth is " << depth << ", expected at least 1";
  if (Node::shapeOf(values) != ArrayRef<int64_t>{2})
    return node.error() << "input 'values' does not have two elements";
  Value indices = node.cast(node.input(0), i64);
  int64_t rank = Node::rankOf(node.input(0));
  int64_t axis = node.axis(node.integer("axis", -1), rank + 1);
  if (node.hasFailed())
    return failure();
  Value negative = node.compare(nn::ComparePredicate::less, indices, node.scalar(0, i64));
  indices = node.make<nn::SelectOp>(
      negative, node.add(indices, node.scalar(static_cast<double>(depth), i64)), indices);
  Node::Shape shape(Node::shapeOf(node.input(0))), line(static_cast<size_t>(rank - axis + 1), 1);
  shape.insert(shape.begin() + axis, 1);
  line[0] = depth;
  Value position = node.makeTyped<nn::IotaOp>(RankedTensorType::get(line, i64), int64_t{0},
                                              APFloat(0.0), APFloat(1.0));
  Value hit = node.compare(nn::ComparePredicate::equal, node.reshape(indices, shape), position);
  auto pick = [&](int64_t i) {
    auto type = RankedTensorType::get({1}, Node::elementOf(values));
    return node.reshape(
        node.makeTyped<nn::SliceOp>(type, values, ArrayRef<int64_t>{i}, ArrayRef<int64_t>{1}), {});
  };
  Value off = pick(0), on = pick(1);
  return node.finish(node.make<nn::SelectOp>(hit, on, off));
}

/// Slices where the condition holds; the condition must be known, so the result has a size.
static LogicalResult buildCompress(Node &node) {
  Value x = node.input(0);
  Node::Shape condition = node.constantIntegers(1, "the condition"), picked;
  int64_t axis = 0;
  if (node.hasAttribute("axis"))
    axis = node.axis(node.integer("axis", 0), Node::rankOf(x));
  else
    x = node.reshape(x, {*countElements(Node::shapeOf(x))});
  if (node.hasFailed())
    return failure();
  for (auto [i, holds] : llvm::enumerate(condition))
    if (holds && static_cast<int64_t>(i) < Node::shapeOf(x)[axis])
      picked.push_back(static_cast<int64_t>(i));
  Value indices = node.constant(picked, {static_cast<int64_t>(picked.size())});
  return node.finish(node.make<nn::GatherOp>(x, indices, axis));
}

/// Reverses the beginning of each sequence of a batch; the lengths must be known.
static LogicalResult buildReverseSequence(Node &node) {
  Value x = node.input(0);
  int64_t timeAxis = node.integer("time_axis", 0), batchAxis = node.integer("batch_axis", 1);
  Node::Shape lengths = node.constantIntegers(1, "the list of lengths");
  if (node.hasFailed())
    return failure();
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  if (timeAxis + batchAxis != 1 || timeAxis * batchAxis != 0 || shape.size() < 2)
    return node.error() << "time_axis and batch_axis are " << timeAxis << " and " << batchAxis
                        << ", expected 0 and 1 of an input with two dimensions or more";
  int64_t steps = shape[timeAxis], batch = shape[batchAxis];
  if (static_cast<int64_t>(lengths.size()) != batch || steps * batch > (1 << 24))
    return node.error() << "there are " << lengths.size() << " lengths, expected " << batch;
  // Coordinates (time, batch) of every result, in the order of the input's dimensions.
  Node::Shape coordinates;
  for (int64_t i = 0; i < shape[0]; ++i)
    for (int64_t j = 0; j < shape[1]; ++j) {
      int64_t t = timeAxis == 0 ? i : j, b = timeAxis == 0 ? j : i;
      if (lengths[b] < 0 || lengths[b] > steps)
        return node.error() << "length " << lengths[b] << " is not from 0 to " << steps;
      int64_t source = t < lengths[b] ? lengths[b] - 1 - t : t;
      coordinates.append({timeAxis == 0 ? source : b, timeAxis == 0 ? b : source});
    }
  Value indices = node.constant(coordinates, {shape[0], shape[1], 2});
  return node.finish(node.make<nn::GatherNDOp>(x, indices, int64_t{0}));
}

llvm::ArrayRef<OperatorRow> gatheringOperators() {
  static const OperatorRow rows[] = {
      {"Compress", {9, 11}, 2, 2, buildCompress},
      {"Gather", {1, 11, 13}, 2, 2, buildGather},
      {"GatherElements", {11, 13}, 2, 2, buildGatherElements},
      {"GatherND", {11, 12, 13}, 2, 2, buildGatherND},
      {"OneHot", {9, 11}, 3, 3, buildOneHot},
      {"ReverseSequence", {10}, 2, 2, buildReverseSequence},
      {"Scatter", {9, 11}, 3, 3, buildScatterElements},
      {"ScatterElements", {11, 13, 16, 18}, 3, 3, buildScatterElements},
      {"ScatterND", {11, 13, 16, 18}, 3, 3, buildScatterND},
  };
  return rows;
}

} // namespace nnc::onnx
