// The same elements under another shape or in another order of dimensions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

using namespace mlir;

namespace nnc::onnx {

/// 0 keeps the input's size (unless `zeroIsSize`), one -1 is what remains.
static LogicalResult reshapeTo(Node &node, Node::Shape target, bool zeroIsSize) {
  Value x = node.input(0);
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  int64_t inferred = -1;
  for (auto [d, size] : llvm::enumerate(target)) {
    if (size == 0 && !zeroIsSize) {
      if (d >= shape.size())
        return node.error() << "shape has 0 in dimension " << d << ", but the input has only "
                            << shape.size() << " dimensions";
      size = shape[d];
    } else if (size == -1) {
      if (inferred >= 0)
        return node.error() << "shape has -1 twice";
      inferred = static_cast<int64_t>(d);
    } else if (size < -1) {
      return node.error() << "shape has " << size << ", expected sizes, 0 or -1";
    }
  }
  int64_t total = *countElements(shape);
  if (inferred >= 0) {
    target[inferred] = 1;
    std::optional<int64_t> others = countElements(target);
    if (!others || *others == 0 || total % *others != 0)
      return node.error() << "shape leaves no size for -1: the input has " << total << " elements";
    target[inferred] = total / *others;
  }
  return node.finish(node.reshape(x, target));
}

static LogicalResult buildReshape(Node &node) {
  if (node.since() < 5) {
    node.ignore("consumed_inputs");
    return reshapeTo(node, node.integers("shape"), false);
  }
  bool zeroIsSize = node.since() >= 14 && node.flag("allowzero", false);
  Node::Shape target = node.constantIntegers(1, "the shape");
  return node.hasFailed() ? failure() : reshapeTo(node, target, zeroIsSize);
}

static LogicalResult buildFlatten(Node &node) {
  ArrayRef<int64_t> shape = Node::shapeOf(node.input(0));
  int64_t rank = static_cast<int64_t>(shape.size());
  int64_t axis = node.axis(node.integer("axis", 1), rank, /*inclusive=*/true);
  if (node.hasFailed())
    return failure();
  return node.finish(node.reshape(node.input(0), {*countElements(shape.take_front(axis)),
                                                  *countElements(shape.drop_front(axis))}));
}

/// Axes are an attribute before opset 13, an input since.
static Node::Shape statedAxes(Node &node) {
  if (node.since() < 13)
    return node.integers("axes");
  return node.hasInput(1) ? node.constantIntegers(1, "the list of axes") : Node::Shape();
}

static LogicalResult buildSqueeze(Node &node) {
  Value x = node.input(0);
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  Node::Shape axes = node.axes(statedAxes(node), Node::rankOf(x)), result;
  bool stated = node.hasInput(1) || node.hasAttribute("axes");
  for (auto [d, size] : llvm::enumerate(shape)) {
    bool named = llvm::is_contained(axes, static_cast<int64_t>(d));
    if (named && size != 1)
      return node.error() << "dimension " << d << " has size " << size
                          << ", only dimensions of size 1 can be squeezed";
    if (stated ? !named : size != 1)
      result.push_back(size);
  }
  return node.finish(node.reshape(x, result));
}

static LogicalResult buildUnsqueeze(Node &node) {
  Value x = node.input(0);
  Node::Shape stated = statedAxes(node);
  int64_t rank = Node::rankOf(x) + static_cast<int64_t>(stated.size());
  Node::Shape axes = node.axes(stated, rank), result;
  if (node.hasFailed())
    return failure();
  const int64_t *next = Node::shapeOf(x).begin();
  for (int64_t d = 0; d < rank; ++d)
    result.push_back(llvm::is_contained(axes, d) ? 1 : *next++);
  return node.finish(node.reshape(x, result));
}

static LogicalResult buildTranspose(Node &node) {
  Value x = node.input(0);
  Node::Shape perm = node.integers("perm");
  if (!node.hasAttribute("perm"))
    perm = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, Node::rankOf(x))));
  return node.finish(node.make<nn::TransposeOp>(x, perm));
}

/// Broadcasts both ways: where the stated shape has 1, the input's size stays.
static LogicalResult buildExpand(Node &node) {
  Value x = node.input(0);
  Node::Shape target = node.constantIntegers(1, "the shape");
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  if (target.size() < shape.size())
    target.insert(target.begin(), shape.size() - target.size(), 1);
  size_t shift = target.size() - shape.size();
  for (size_t d = 0; d < shape.size(); ++d)
    if (target[shift + d] == 1)
      target[shift + d] = shape[d];
  for (int64_t size : target)
    if (size < 0)
      return node.error() << "the shape has " << size << ", expected sizes from 0";
  return node.finish(node.broadcast(x, target));
}

/// Each dimension becomes (repeats, size), and the two are one again after a broadcast.
static LogicalResult buildTile(Node &node) {
  Value x = node.input(0);
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  Node::Shape repeats = node.constantIntegers(1, "the list of repeats");
  if (node.since() < 6) { // one axis, its repeats in input 1
    Node::Shape axis = node.constantIntegers(2, "the axis");
    if (node.hasFailed() || axis.size() != 1 || repeats.size() != 1)
      return node.hasFailed() ? failure() : LogicalResult(node.error() << "expects one axis");
    int64_t d = node.axis(axis[0], Node::rankOf(x)), count = repeats[0];
    repeats.assign(shape.size(), 1);
    if (!node.hasFailed())
      repeats[d] = count;
  }
  if (node.hasFailed())
    return failure();
  if (repeats.size() != shape.size())
    return node.error() << "there are " << repeats.size() << " repeats, expected " << shape.size();
  Node::Shape split, repeated, result;
  for (auto [size, count] : llvm::zip_equal(shape, repeats)) {
    if (count < 0 || !countElements({count, size}))
      return node.error() << "repeats " << count << " times, which is impossible";
    split.append({1, size});
    repeated.append({count, size});
    result.push_back(count * size);
  }
  return node.finish(node.reshape(node.broadcast(node.reshape(x, split), repeated), result));
}

/// Blocks of `blocksize`² channels become blocks of pixels.
static LogicalResult buildDepthToSpace(Node &node) {
  Value x = node.input(0);
  int64_t block = node.requiredInteger("blocksize");
  std::string mode = node.since() >= 11 ? node.text("mode", "DCR") : "DCR";
  if (node.hasFailed())
    return failure();
  if (mode != "DCR" && mode != "CRD")
    return node.error() << "attribute 'mode' is '" << mode << "', expected DCR or CRD";
  ArrayRef<int64_t> s = Node::shapeOf(x);
  if (s.size() != 4)
    return node.error() << "input has " << s.size() << " dimensions, expected 4";
  if (block < 1 || block > (1 << 15) || s[1] % (block * block) != 0)
    return node.error() << "input has " << s[1]
                        << " channels, expected a multiple of the square of "
                        << "blocksize " << block;
  int64_t depth = s[1] / (block * block);
  Node::Shape result = {s[0], depth, s[2] * block, s[3] * block};
  Value y = mode == "DCR" ? node.transpose(node.reshape(x, {s[0], block, block, depth, s[2], s[3]}),
                                           {0, 3, 4, 1, 5, 2})
                          : node.transpose(node.reshape(x, {s[0], depth, block, block, s[2], s[3]}),
                                           {0, 1, 4, 2, 5, 3});
  return node.finish(node.reshape(y, result));
}

static LogicalResult buildSpaceToDepth(Node &node) {
  Value x = node.input(0);
  int64_t block = node.requiredInteger("blocksize");
  if (node.hasFailed())
    return failure();
  ArrayRef<int64_t> s = Node::shapeOf(x);
  if (s.size() != 4)
    return node.error() << "input has " << s.size() << " dimensions, expected 4";
  if (block < 1 || block > (1 << 15) || s[2] % block != 0 || s[3] % block != 0)
    return node.error() << "image is " << s[2] << "x" << s[3]
                        << ", expected multiples of blocksize " << block;
  Node::Shape result = {s[0], s[1] * block * block, s[2] / block, s[3] / block};
  Value blocks = node.reshape(x, {s[0], s[1], s[2] / block, block, s[3] / block, block});
  return node.finish(node.reshape(node.transpose(blocks, {0, 3, 5, 1, 2, 4}), result));
}

llvm::ArrayRef<OperatorRow> shapeOperators() {
  static const OperatorRow rows[] = {
      {"DepthToSpace", {1, 11, 13}, 1, 1, buildDepthToSpace},
      {"Expand", {8, 13}, 2, 2, buildExpand},
      {"Flatten", {1, 9, 11, 13, 21, 23, 24, 25}, 1, 1, buildFlatten},
      {"Reshape", {1}, 1, 1, buildReshape},
      {"Reshape", {5, 13, 14, 19, 21, 23, 24, 25}, 2, 2, buildReshape},
      {"SpaceToDepth", {1, 13}, 1, 1, buildSpaceToDepth},
      {"Squeeze", {1, 11}, 1, 1, buildSqueeze},
      {"Squeeze", {13, 21, 23, 24, 25}, 1, 2, buildSqueeze},
      {"Tile", {1}, 3, 3, buildTile},
      {"Tile", {6, 13}, 2, 2, buildTile},
      {"Transpose", {1, 13, 21, 23, 24, 25}, 1, 1, buildTranspose},
      {"Unsqueeze", {1, 11}, 1, 1, buildUnsqueeze},
      {"Unsqueeze", {13, 21, 23, 24, 25}, 2, 2, buildUnsqueeze},
  };
  return rows;
}

} // namespace nnc::onnx
