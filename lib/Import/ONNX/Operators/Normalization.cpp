// Normalisation over channels, layers and positions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"
#include "lib/Import/ONNX/Operators/Products.h"

using namespace mlir;

namespace nnc::onnx {

/// Before opset 13 the dimensions from `axis` on were one flat dimension; since then only
/// `axis` itself is normalised.
Value softmax(Node &node, Value x, int64_t axis, bool flat, bool log) {
  if (node.hasFailed())
    return {};
  int64_t rank = Node::rankOf(x);
  if (rank == 0) {
    node.error() << "input is a scalar, expected at least one dimension";
    return {};
  }
  axis = node.axis(axis, rank, /*inclusive=*/flat);
  if (!flat || axis == rank - 1)
    return node.make<nn::SoftmaxOp>(x, axis, log);
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  int64_t outer = *countElements(shape.take_front(axis));
  int64_t inner = *countElements(shape.drop_front(axis));
  Value y = node.make<nn::SoftmaxOp>(node.reshape(x, {outer, inner}), int64_t{1}, log);
  return node.reshape(y, shape);
}

template <bool log> static LogicalResult buildSoftmax(Node &node) {
  bool flat = node.since() < 13;
  int64_t axis = node.integer("axis", flat ? 1 : -1);
  return node.finish(softmax(node, node.input(0), axis, flat, log));
}

//===-- Channels ---------------------------------------------------------------------------===//

/// A vector with one element per channel, aligned with dimension 1 of `rank` dimensions.
static Value perChannel(Node &node, Value vector, int64_t rank) {
  if (node.hasFailed() || Node::rankOf(vector) != 1 || rank < 2)
    return vector;
  Node::Shape shape(static_cast<size_t>(rank - 1), 1);
  shape[0] = Node::shapeOf(vector)[0];
  return node.reshape(vector, shape);
}

/// scale · x + bias
static Value scaleAndShift(Node &node, Value x, Value scale, Value bias) {
  Value y = node.mul(x, scale);
  return bias ? node.add(y, bias) : y;
}

/// Before opset 9, `spatial` = 0 gave each position its own statistics. The statistics are
/// outputs in training only, and training is not supported.
static LogicalResult buildBatchNormalization(Node &node) {
  Value x = node.input(0), scale = node.input(1), bias = node.input(2), mean = node.input(3),
        variance = node.input(4);
  double epsilon = node.real("epsilon", 1e-5);
  node.ignore("momentum"); // only matters for training
  if (node.since() < 6)
    node.ignore("consumed_inputs");
  if (node.since() >= 14 && node.flag("training_mode", false))
    return node.error() << "training_mode is 1; export the model for inference";
  if (node.since() < 7)
    node.ignore("is_test"); // exporters leave it out; further outputs would mean training
  if (node.since() >= 9 || node.flag("spatial", true)) {
    // The parameters may have another type than the input since opset 14.
    Type element = Node::elementOf(x);
    for (Value *parameter : {&scale, &bias, &mean, &variance})
      *parameter = node.cast(*parameter, element);
    if (Node::rankOf(x) == 1) { // one channel for each element of the only dimension
      Value image = node.reshape(x, {Node::shapeOf(x)[0], 1});
      Value y = node.make<nn::BatchNormOp>(image, scale, bias, mean, variance, APFloat(epsilon));
      return node.finish(node.reshape(y, Node::shapeOf(x)));
    }
    return node.finish(
        node.make<nn::BatchNormOp>(x, scale, bias, mean, variance, APFloat(epsilon)));
  }
  Value deviation =
      node.unary(nn::UnaryKind::sqrt, node.add(variance, node.scalar(epsilon, Node::elementOf(x))));
  return node.finish(scaleAndShift(node, node.div(node.sub(x, mean), deviation), scale, bias));
}

static LogicalResult buildInstanceNormalization(Node &node) {
  Value x = node.input(0);
  double epsilon = node.real("epsilon", 1e-5);
  if (node.since() < 6)
    node.ignore("consumed_inputs");
  int64_t rank = Node::rankOf(x);
  if (rank < 3)
    return node.error() << "input has " << rank << " dimensions, expected 3 or more";
  Node::Shape axes = llvm::to_vector(llvm::seq<int64_t>(2, rank));
  Value y = node.make<nn::NormalizeOp>(x, axes, APFloat(epsilon), false);
  return node.finish(scaleAndShift(node, y, perChannel(node, node.input(1), rank),
                                   perChannel(node, node.input(2), rank)));
}

/// Scale and bias are per group in opset 18, per channel since 21.
static LogicalResult buildGroupNormalization(Node &node) {
  Value x = node.input(0), scale = node.input(1), bias = node.input(2);
  double epsilon = node.real("epsilon", 1e-5);
  int64_t groups = node.requiredInteger("num_groups"), rank = Node::rankOf(x);
  bool single = node.since() >= 21 && node.integer("stash_type", 1) == 1;
  if (rank < 2 || groups < 1 || Node::shapeOf(x)[1] % groups != 0)
    return node.error() << "num_groups is " << groups
                        << ", which does not divide the channels of the input";
  Node::Shape shape(Node::shapeOf(x)), grouped = {shape[0], groups, shape[1] / groups};
  grouped.append(shape.begin() + 2, shape.end());
  Type element = Node::elementOf(x);
  Value y = node.reshape(x, grouped);
  if (single)
    y = node.cast(y, node.builder().getF32Type());
  Node::Shape axes = llvm::to_vector(llvm::seq<int64_t>(2, rank + 1));
  y = node.make<nn::NormalizeOp>(y, axes, APFloat(epsilon), false);
  if (node.hasFailed())
    return failure();
  y = node.cast(y, element);
  if (node.since() < 21)
    return node.finish(node.reshape(
        scaleAndShift(node, y, perChannel(node, scale, rank + 1), perChannel(node, bias, rank + 1)),
        shape));
  return node.finish(scaleAndShift(node, node.reshape(y, shape), perChannel(node, scale, rank),
                                   perChannel(node, bias, rank)));
}

//===-- Layers -----------------------------------------------------------------------------===//

/// The axes from `axis` on.
static Node::Shape trailingAxes(Node &node, int64_t rank) {
  int64_t axis = node.axis(node.integer("axis", -1), rank);
  return llvm::to_vector(llvm::seq<int64_t>(axis, rank));
}

/// The first stage is computed in the type of `stash_type`, f32 or that of the input.
static Value stash(Node &node, Value x) {
  int64_t type = node.integer("stash_type", 1);
  if (type != 1 && type != 11 && type != 10 && type != 16 && !node.hasFailed())
    node.error() << "attribute 'stash_type' is " << type << ", expected 1";
  if (node.hasFailed() || type != 1)
    return x;
  return node.cast(x, node.builder().getF32Type());
}

static LogicalResult buildLayerNormalization(Node &node) {
  Value x = node.input(0), scale = node.input(1), bias = node.input(2);
  double epsilon = node.real("epsilon", 1e-5);
  Node::Shape axes = trailingAxes(node, Node::rankOf(x));
  Value wide = stash(node, x);
  Value y = node.make<nn::NormalizeOp>(wide, axes, APFloat(epsilon), false);
  if (node.hasFailed())
    return failure();
  y = scaleAndShift(node, node.cast(y, Node::elementOf(x)), scale, bias);
  Value mean, inverse;
  if (node.hasOutput(1) || node.hasOutput(2)) {
    mean = node.reduce(nn::ReduceKind::mean, wide, axes);
    Value difference = node.sub(wide, mean);
    Value variance = node.reduce(nn::ReduceKind::mean, node.mul(difference, difference), axes);
    if (!node.hasFailed())
      inverse = node.unary(nn::UnaryKind::rsqrt,
                           node.add(variance, node.scalar(epsilon, Node::elementOf(variance))));
  }
  return node.finish({y, mean, inverse});
}

static LogicalResult buildRMSNormalization(Node &node) {
  Value x = node.input(0);
  double epsilon = node.real("epsilon", 1e-5);
  Node::Shape axes = trailingAxes(node, Node::rankOf(x));
  Value y = node.make<nn::NormalizeOp>(stash(node, x), axes, APFloat(epsilon), true);
  if (node.hasFailed())
    return failure();
  return node.finish(node.mul(node.cast(y, Node::elementOf(x)), node.input(1)));
}

//===-- Others -----------------------------------------------------------------------------===//

/// (x − mean) / (deviation + 1e-9)
static LogicalResult buildMeanVarianceNormalization(Node &node) {
  Value x = node.input(0);
  Node::Shape stated = node.integers("axes");
  if (!node.hasAttribute("axes"))
    stated = {0, 2, 3};
  Node::Shape axes = node.axes(stated, Node::rankOf(x));
  Value difference = node.sub(x, node.reduce(nn::ReduceKind::mean, x, axes));
  Value deviation =
      node.unary(nn::UnaryKind::sqrt,
                 node.reduce(nn::ReduceKind::mean, node.mul(difference, difference), axes));
  return node.finish(
      node.div(difference, node.add(deviation, node.scalar(1e-9, Node::elementOf(x)))));
}

/// x / ‖x‖ₚ along an axis; 0 where the norm is 0.
static LogicalResult buildLpNormalization(Node &node) {
  Value x = node.input(0);
  int64_t p = node.integer("p", 2);
  if (p != 1 && p != 2)
    return node.error() << "attribute 'p' is " << p << ", expected 1 or 2";
  int64_t axis = node.axis(node.integer("axis", -1), Node::rankOf(x));
  Value norm = node.reduce(p == 1 ? nn::ReduceKind::l1 : nn::ReduceKind::l2, x, axis);
  Value zero = node.scalar(0, Node::elementOf(x)), one = node.scalar(1, Node::elementOf(x));
  Value isZero = node.compare(nn::ComparePredicate::equal, norm, zero);
  return node.finish(node.div(x, node.make<nn::SelectOp>(isZero, one, norm)));
}

static LogicalResult buildLRN(Node &node) {
  int64_t size = node.requiredInteger("size");
  double alpha = node.real("alpha", 1e-4), beta = node.real("beta", 0.75),
         bias = node.real("bias", 1);
  return node.finish(
      node.make<nn::LRNOp>(node.input(0), size, APFloat(alpha), APFloat(beta), APFloat(bias)));
}

llvm::ArrayRef<OperatorRow> normalizationOperators() {
  static const OperatorRow rows[] = {
      {"BatchNormalization", {1, 6, 7, 9, 14, 15}, 5, 5, buildBatchNormalization},
      {"GroupNormalization", {18, 21}, 3, 3, buildGroupNormalization},
      {"InstanceNormalization", {1, 6, 22}, 3, 3, buildInstanceNormalization},
      {"LRN", {1, 13}, 1, 1, buildLRN},
      {"LayerNormalization", {17}, 2, 3, buildLayerNormalization, 3},
      {"LogSoftmax", {1, 11, 13}, 1, 1, buildSoftmax<true>},
      {"LpNormalization", {1, 22}, 1, 1, buildLpNormalization},
      {"MeanVarianceNormalization", {9, 13}, 1, 1, buildMeanVarianceNormalization},
      {"RMSNormalization", {23}, 2, 2, buildRMSNormalization},
      {"Softmax", {1, 11, 13}, 1, 1, buildSoftmax<false>},
  };
  return rows;
}

} // namespace nnc::onnx
