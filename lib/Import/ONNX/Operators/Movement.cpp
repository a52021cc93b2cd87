// Operators that give the same elements another shape or order.
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

static LogicalResult buildTranspose(Node &node) {
  Value x = node.input(0);
  Node::Shape perm = node.integers("perm");
  if (!node.hasAttribute("perm"))
    perm = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, Node::rankOf(x))));
  return node.finish(node.make<nn::TransposeOp>(x, perm));
}

llvm::ArrayRef<OperatorRow> movementOperators() {
  static const OperatorRow rows[] = {
      {"Flatten", {1, 9, 11, 13, 21, 23, 24, 25}, 1, 1, buildFlatten},
      {"Reshape", {1}, 1, 1, buildReshape},
      {"Reshape", {5, 13, 14, 19, 21, 23, 24, 25}, 2, 2, buildReshape},
      {"Transpose", {1, 13, 21, 23, 24, 25}, 1, 1, buildTranspose},
  };
  return rows;
}

} // namespace nnc::onnx
