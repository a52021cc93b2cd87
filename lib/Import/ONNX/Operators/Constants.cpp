// Operators whose result follows from attributes and shapes, and those that do nothing at
// inference.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

#include <cmath>

using namespace mlir;

namespace nnc::onnx {

static LogicalResult buildIdentity(Node &node) { return node.finish(node.input(0)); }

/// At inference the values pass and the mask, if asked for, keeps everything.
static LogicalResult buildDropout(Node &node) {
  for (StringRef name : {"ratio", "is_test", "consumed_inputs", "seed"})
    node.ignore(name);
  if (node.hasInput(2)) {
    Node::Shape training = node.constantIntegers(2, "training_mode");
    if (!node.hasFailed() && llvm::any_of(training, [](int64_t t) { return t != 0; }))
      return node.error() << "training_mode is true; export the model for inference";
  }
  Value x = node.input(0), mask;
  if (node.hasOutput(1)) {
    bool boolean = node.since() >= 10;
    Type element = boolean ? Type(node.builder().getI1Type()) : Node::elementOf(x);
    mask = node.broadcast(node.scalar(1, element), Node::shapeOf(x));
  }
  return node.finish({x, mask});
}

//===-- Stated values ----------------------------------------------------------------------===//

static Value floats(Node &node, ArrayRef<double> values, ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, node.builder().getF32Type());
  SmallVector<float> narrow(values.begin(), values.end());
  return node.constant(cast<ElementsAttr>(DenseElementsAttr::get(type, ArrayRef<float>(narrow))));
}

/// Exactly one attribute states the value.
static LogicalResult buildConstant(Node &node) {
  if (node.hasAttribute("value")) {
    ElementsAttr value = node.tensor("value");
    if (node.hasFailed())
      return failure();
    return node.finish(node.withBits(node.constant(value), node.narrowBitsOfTensor("value")));
  }
  if (node.hasAttribute("sparse_value")) {
    ElementsAttr value = node.sparseTensor("sparse_value");
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

static LogicalResult buildConstantOfShape(Node &node) {
  Node::Shape shape = node.constantIntegers(0, "the shape");
  ElementsAttr value = node.tensor("value");
  if (node.hasFailed())
    return failure();
  if (!countElements(shape))
    return node.error() << "the shape is impossible";
  if (value && value.getNumElements() != 1)
    return node.error() << "attribute 'value' has " << value.getNumElements()
                        << " elements, expected 1";
  Type element = value ? value.getElementType() : Type(node.builder().getF32Type());
  auto type = RankedTensorType::get(shape, element);
  if (!nn::hasSaneSize(type))
    return node.error() << "result would be too large";
  DenseElementsAttr splat =
      value ? cast<DenseElementsAttr>(value).reshape(RankedTensorType::get({}, element))
            : DenseElementsAttr::get(RankedTensorType::get({}, element), 0.0f);
  return node.finish(node.constant(cast<ElementsAttr>(splat.resizeSplat(type))));
}

//===-- Shapes and positions ---------------------------------------------------------------===//

/// Since opset 15 only a range of the dimensions.
static LogicalResult buildShape(Node &node) {
  ArrayRef<int64_t> shape = Node::shapeOf(node.input(0));
  int64_t rank = static_cast<int64_t>(shape.size());
  auto bound = [&](StringRef name, int64_t fallback) {
    int64_t value = node.since() >= 15 ? node.integer(name, fallback) : fallback;
    return std::clamp<int64_t>(value < 0 ? value + rank : value, 0, rank);
  };
  int64_t start = bound("start", 0), end = std::max(start, bound("end", rank));
  ArrayRef<int64_t> part =
      shape.slice(static_cast<size_t>(start), static_cast<size_t>(end - start));
  return node.finish(node.constant(part, {end - start}));
}

static LogicalResult buildSize(Node &node) {
  return node.finish(node.constant(*countElements(Node::shapeOf(node.input(0))), {}));
}

static Value iota(Node &node, ArrayRef<int64_t> shape, int64_t axis, Type element, double start = 0,
                  double step = 1) {
  return node.makeTyped<nn::IotaOp>(RankedTensorType::get(shape, element), axis, APFloat(start),
                                    APFloat(step));
}

static LogicalResult buildRange(Node &node) {
  if (node.since() >= 27)
    node.ignore("stash_type"); // positions are computed exactly and rounded once
  Type element = Node::elementOf(node.input(0));
  double bounds[3] = {0, 0, 1};
  static constexpr StringRef names[] = {"the start", "the limit", "the step"};
  for (unsigned i = 0; i < 3; ++i) {
    if (isa<FloatType>(element)) {
      auto values = node.constantFloats(i, names[i]);
      bounds[i] = values.size() == 1 ? values[0] : 0;
    } else {
      bounds[i] = static_cast<double>(node.constantInteger(i, names[i]));
    }
  }
  auto [start, limit, step] = bounds;
  double count = std::max(0.0, std::ceil((limit - start) / step));
  if (!node.hasFailed() && (step == 0 || !(count < 1e9)))
    return node.error() << "the range from " << start << " to " << limit << " with step " << step
                        << " has no usable length";
  if (node.hasFailed())
    return failure();
  return node.finish(iota(node, static_cast<int64_t>(count), 0, element, start, step));
}

/// Column − row of each element of the last two dimensions, compared with an offset.
static Value diagonalMask(Node &node, ArrayRef<int64_t> shape, nn::ComparePredicate predicate,
                          int64_t offset) {
  Type i64 = node.builder().getI64Type();
  int64_t rows = shape[shape.size() - 2], columns = shape.back();
  Value row = iota(node, {rows, 1}, 0, i64), column = iota(node, {1, columns}, 1, i64);
  return node.compare(predicate, node.sub(column, row), node.constant(offset, ArrayRef<int64_t>()));
}

static LogicalResult buildEyeLike(Node &node) {
  Value x = node.input(0);
  Type element = Node::elementOf(x);
  if (node.hasAttribute("dtype")) {
    int64_t code = node.integer("dtype", 0);
    element = code > 0 && code < 1000 ? elementTypeOf(static_cast<int32_t>(code), node.context())
                                      : Type();
    if (!element)
      return node.error() << "element type " << code << " of attribute 'dtype' is not supported";
  }
  if (Node::rankOf(x) != 2)
    return node.error() << "input has " << Node::rankOf(x) << " dimensions, expected 2";
  Value hit =
      diagonalMask(node, Node::shapeOf(x), nn::ComparePredicate::equal, node.integer("k", 0));
  return node.finish(node.hasFailed() ? Value() : node.cast(hit, element));
}

/// Keeps the elements on and above (`upper`) or below the k-th diagonal.
static LogicalResult buildTrilu(Node &node) {
  Value x = node.input(0);
  bool upper = node.flag("upper", true);
  int64_t k = node.hasInput(1) ? node.constantInteger(1, "the diagonal") : 0;
  if (Node::rankOf(x) < 2)
    return node.error() << "input has " << Node::rankOf(x) << " dimensions, expected 2 or more";
  Value keep = diagonalMask(
      node, Node::shapeOf(x),
      upper ? nn::ComparePredicate::greater_equal : nn::ComparePredicate::less_equal, k);
  return node.finish(node.make<nn::SelectOp>(keep, x, node.scalar(0, Node::elementOf(x))));
}

llvm::ArrayRef<OperatorRow> constantOperators() {
  static const OperatorRow rows[] = {
      {"Constant", {1, 9, 11, 12, 13, 19, 21, 23, 24, 25}, 0, 0, buildConstant},
      {"ConstantOfShape", {9, 20, 21, 23, 24, 25}, 1, 1, buildConstantOfShape},
      {"Dropout", {1, 6, 7, 10}, 1, 1, buildDropout, 2},
      {"Dropout", {12, 13, 22}, 1, 3, buildDropout, 2},
      {"EyeLike", {9, 22}, 1, 1, buildEyeLike},
      {"Identity", {1, 13, 14, 16, 19, 21, 23, 24, 25}, 1, 1, buildIdentity},
      {"Range", {11, 27}, 3, 3, buildRange},
      {"Shape", {1, 13, 15, 19, 21, 23, 24, 25}, 1, 1, buildShape},
      {"Size", {1, 13, 19, 21, 23, 24, 25}, 1, 1, buildSize},
      {"Trilu", {14}, 1, 2, buildTrilu},
  };
  return rows;
}

} // namespace nnc::onnx
