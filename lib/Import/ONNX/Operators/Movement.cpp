// Parts of tensors: joined, split, cut, padded.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

using namespace mlir;

namespace nnc::onnx {

static LogicalResult buildConcat(Node &node) {
  Value first = node.input(0);
  int64_t axis = node.since() < 4 ? node.integer("axis", 1) : node.requiredInteger("axis");
  SmallVector<Value> inputs;
  for (unsigned i = 0; i < node.numInputs(); ++i) {
    if (!node.hasInput(i))
      return node.error() << "input " << i << " is missing";
    inputs.push_back(node.input(i));
  }
  axis = node.axis(axis, Node::rankOf(first));
  return node.finish(node.make<nn::ConcatOp>(ValueRange(inputs), axis));
}

//===-- Split ------------------------------------------------------------------------------===//

/// Sizes of the parts: stated, or equal with the last one smaller.
static Node::Shape splitSizes(Node &node, int64_t size) {
  Node::Shape sizes;
  if (node.since() >= 13) {
    if (node.hasInput(1))
      sizes = node.constantIntegers(1, "the list of sizes");
  } else {
    if (node.since() < 2 && node.hasInput(1))
      sizes = node.constantIntegers(1, "the list of sizes");
    else
      sizes = node.integers("split");
  }
  int64_t parts = node.numOutputs();
  if (node.since() >= 18 && node.hasAttribute("num_outputs")) {
    int64_t stated = node.integer("num_outputs", 1);
    if (!node.hasFailed() && stated != parts)
      node.error() << "attribute 'num_outputs' is " << stated << ", but the node has " << parts
                   << " outputs";
  }
  if (!sizes.empty() || node.hasFailed())
    return sizes;
  if (node.since() < 18 && size % parts != 0)
    node.error() << "dimension of " << size << " does not split into " << parts << " equal parts";
  int64_t part = (size + parts - 1) / parts;
  for (int64_t i = 0, left = size; i < parts; ++i, left -= sizes.back())
    sizes.push_back(std::min(part, left));
  return sizes;
}

static LogicalResult buildSplit(Node &node) {
  Value x = node.input(0);
  int64_t axis = node.axis(node.integer("axis", 0), Node::rankOf(x));
  if (node.hasFailed() || Node::rankOf(x) == 0)
    return node.hasFailed() ? failure() : LogicalResult(node.error() << "input is a scalar");
  Node::Shape shape(Node::shapeOf(x)), starts(shape.size(), 0), steps(shape.size(), 1);
  Node::Shape sizes = splitSizes(node, shape[axis]);
  if (node.hasFailed())
    return failure();
  if (sizes.size() != node.numOutputs())
    return node.error() << "there are " << sizes.size() << " sizes for " << node.numOutputs()
                        << " outputs";
  int64_t left = shape[axis];
  for (int64_t size : sizes) {
    if (size < 0 || size > left)
      return node.error() << "the sizes do not add up to the dimension of "
                          << Node::shapeOf(x)[axis];
    left -= size;
  }
  if (left != 0)
    return node.error() << "the sizes do not add up to the dimension of " << Node::shapeOf(x)[axis];
  SmallVector<Value> parts;
  for (int64_t size : sizes) {
    shape[axis] = size;
    auto type = RankedTensorType::get(shape, Node::elementOf(x));
    parts.push_back(node.makeTyped<nn::SliceOp>(type, x, starts, steps));
    starts[axis] += size;
  }
  return node.finish(parts);
}

//===-- Slice ------------------------------------------------------------------------------===//

/// One dimension of a slice, from bounds that may lie outside: first element and count.
static std::pair<int64_t, int64_t> clampRange(int64_t start, int64_t end, int64_t step,
                                              int64_t size) {
  auto wrap = [&](int64_t i) { return i < 0 ? std::max(i, -size - 1) + size : std::min(i, size); };
  start = wrap(start), end = wrap(end);
  if (step > 0) {
    start = std::max<int64_t>(start, 0);
    return {start, end > start ? (end - start - 1) / step + 1 : 0};
  }
  start = std::min(start, size - 1);
  // A step beyond the size takes at most one element; this keeps the negation defined.
  int64_t stride = step < -size ? size + 1 : -step;
  return {start, start > end ? (start - end - 1) / stride + 1 : 0};
}

namespace {
/// The bounds of a slice, with as many elements in each list.
struct SliceBounds {
  Node::Shape starts, ends, axes, steps;
};
} // namespace

/// Attributes before opset 10, inputs since; axes and steps have defaults.
static SliceBounds readBounds(Node &node) {
  SliceBounds b;
  if (node.since() < 10) {
    b = {node.integers("starts"), node.integers("ends"), node.integers("axes"), {}};
  } else {
    b.starts = node.constantIntegers(1, "the starts");
    b.ends = node.constantIntegers(2, "the ends");
    if (node.hasInput(3))
      b.axes = node.constantIntegers(3, "the list of axes");
    if (node.hasInput(4))
      b.steps = node.constantIntegers(4, "the steps");
  }
  if (b.axes.empty())
    b.axes = llvm::to_vector(llvm::seq<int64_t>(0, static_cast<int64_t>(b.starts.size())));
  if (b.steps.empty())
    b.steps.assign(b.starts.size(), 1);
  size_t count = b.starts.size();
  if (!node.hasFailed() &&
      (b.ends.size() != count || b.axes.size() != count || b.steps.size() != count))
    node.error() << "starts, ends, axes and steps have " << count << ", " << b.ends.size() << ", "
                 << b.axes.size() << " and " << b.steps.size()
                 << " elements, expected as many of each";
  return b;
}

static LogicalResult buildSlice(Node &node) {
  Value x = node.input(0);
  SliceBounds bounds = readBounds(node);
  if (node.hasFailed())
    return failure();
  Node::Shape shape(Node::shapeOf(x)), firsts(shape.size(), 0), strides(shape.size(), 1);
  for (auto [start, end, stated, step] :
       llvm::zip_equal(bounds.starts, bounds.ends, bounds.axes, bounds.steps)) {
    int64_t d = node.axis(stated, Node::rankOf(x));
    if (node.hasFailed())
      return failure();
    if (step == 0)
      return node.error() << "the step of dimension " << d << " is 0";
    std::tie(firsts[d], shape[d]) = clampRange(start, end, step, Node::shapeOf(x)[d]);
    strides[d] = shape[d] <= 1 ? 1 : step; // it may be enormous where it does not matter
    if (shape[d] == 0)
      firsts[d] = 0;
  }
  auto type = RankedTensorType::get(shape, Node::elementOf(x));
  if (type == Node::typeOf(x) && llvm::all_of(strides, [](int64_t s) { return s == 1; }))
    return node.finish(x);
  return node.finish(node.makeTyped<nn::SliceOp>(type, x, firsts, strides));
}

//===-- Pad --------------------------------------------------------------------------------===//

static LogicalResult buildPad(Node &node) {
  Value x = node.input(0), value;
  size_t rank = static_cast<size_t>(Node::rankOf(x));
  std::string modeName = node.text("mode", "constant");
  std::optional<nn::PadMode> mode = nn::symbolizePadMode(modeName);
  if (!mode || (mode == nn::PadMode::wrap && node.since() < 19))
    return node.error() << "attribute 'mode' is '" << modeName
                        << "', expected constant, reflect, edge"
                        << (node.since() < 19 ? "" : " or wrap");
  Node::Shape pads, axes;
  if (node.since() < 11) {
    pads = node.integers(node.since() < 2 ? "paddings" : "pads");
    double number = node.real("value", 0);
    if (number != 0 && mode == nn::PadMode::constant)
      value = node.scalar(number, Node::elementOf(x));
  } else {
    pads = node.constantIntegers(1, "the padding");
    value = mode == nn::PadMode::constant ? node.input(2) : Value();
    if (node.hasInput(3))
      axes = node.constantIntegers(3, "the list of axes");
  }
  if (!node.hasInput(3))
    axes = llvm::to_vector(llvm::seq<int64_t>(0, static_cast<int64_t>(rank)));
  if (node.hasFailed())
    return failure();
  if (pads.size() != 2 * axes.size())
    return node.error() << "the padding has " << pads.size() << " elements, expected "
                        << 2 * axes.size();
  Node::Shape low(rank, 0), high(rank, 0);
  for (auto [i, stated] : llvm::enumerate(axes)) {
    int64_t d = node.axis(stated, static_cast<int64_t>(rank));
    if (node.hasFailed())
      return failure();
    low[d] = pads[i];
    high[d] = pads[axes.size() + i];
  }
  return node.finish(node.make<nn::PadOp>(*mode, x, value, low, high));
}

/// Per dimension, cuts or pads with zeros around the centre.
static LogicalResult buildCenterCropPad(Node &node) {
  Value x = node.input(0);
  Node::Shape axes = node.integers("axes"), sizes = node.constantIntegers(1, "the shape");
  int64_t rank = Node::rankOf(x);
  if (axes.empty())
    axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (node.hasFailed())
    return failure();
  if (sizes.size() != axes.size())
    return node.error() << "the shape has " << sizes.size() << " elements, expected "
                        << axes.size();
  Node::Shape low(static_cast<size_t>(rank), 0), high = low;
  for (auto [stated, target] : llvm::zip_equal(axes, sizes)) {
    int64_t d = node.axis(stated, rank);
    if (node.hasFailed())
      return failure();
    if (target < 0 || target > (int64_t{1} << 40))
      return node.error() << "the shape has " << target << ", which is impossible";
    int64_t size = Node::shapeOf(x)[d], change = target - size;
    // Rounded down for both: the odd element is added after, or cut after.
    low[d] = change >= 0 ? change / 2 : -(-change / 2);
    high[d] = change - low[d];
  }
  return node.finish(node.make<nn::PadOp>(nn::PadMode::constant, x, Value(), low, high));
}

llvm::ArrayRef<OperatorRow> movementOperators() {
  static const OperatorRow rows[] = {
      {"CenterCropPad", {18}, 2, 2, buildCenterCropPad},
      {"Concat", {1, 4, 11, 13}, 1, unlimited, buildConcat},
      {"Pad", {1, 2}, 1, 1, buildPad},
      {"Pad", {11, 13}, 2, 3, buildPad},
      {"Pad", {18, 19, 21, 23, 24, 25}, 2, 4, buildPad},
      {"Slice", {1}, 1, 1, buildSlice},
      {"Slice", {10, 11, 13}, 3, 5, buildSlice},
      {"Split", {1}, 1, 2, buildSplit, unlimited},
      {"Split", {2, 11}, 1, 1, buildSplit, unlimited},
      {"Split", {13, 18}, 1, 2, buildSplit, unlimited},
  };
  return rows;
}

} // namespace nnc::onnx
