// Operators that only state values.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

using namespace mlir;

namespace nnc::onnx {

static LogicalResult buildIdentity(Node &node) { return node.finish(node.input(0)); }

static Value floats(Node &node, ArrayRef<double> values, ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, node.builder().getF32Type());
  SmallVector<float> narrow(values.begin(), values.end());
  return node.constant(cast<ElementsAttr>(DenseElementsAttr::get(type, ArrayRef<float>(narrow))));
}

/// Exactly one attribute states the value.
static LogicalResult buildConstant(Node &node) {
  if (node.hasAttribute("value")) {
    ElementsAttr value = node.tensor("value");
    return node.hasFailed() ? failure() : node.finish(node.constant(value));
  }
  if (node.hasAttribute("value_int"))
    return node.finish(node.constant(node.integer("value_int", 0), {}));
  if (node.hasAttribute("value_ints")) {
    Node::Shape values = node.integers("value_ints");
    return node.finish(node.constant(values, {static_cast<int64_t>(values.size())}));
  }
  if (node.hasAttribute("value_float"))
    return node.finish(floats(node, node.real("value_float", 0), {}));
  if (node.hasAttribute("value_floats")) {
    SmallVector<double> values = node.reals("value_floats");
    return node.finish(floats(node, values, {static_cast<int64_t>(values.size())}));
  }
  for (StringRef text : {"value_string", "value_strings"})
    if (node.hasAttribute(text))
      return node.error() << "states strings, which are not supported";
  return node.error() << "states no value";
}

llvm::ArrayRef<OperatorRow> constantOperators() {
  static const OperatorRow rows[] = {
      {"Constant", {1, 9, 11, 12, 13, 19, 21, 23, 24, 25}, 0, 0, buildConstant},
      {"Identity", {1, 13, 14, 16, 19, 21, 23, 24, 25}, 1, 1, buildIdentity},
  };
  return rows;
}

} // namespace nnc::onnx
