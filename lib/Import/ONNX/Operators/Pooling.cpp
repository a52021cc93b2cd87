// Pooling with windows and over whole images.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Groups.h"
#include "lib/Import/ONNX/Operators/Products.h"
#include "lib/Import/ONNX/Operators/Window.h"

using namespace mlir;

namespace nnc::onnx {

/// Rounding the number of windows up lets the last one reach beyond the padded image, by this
/// much. A window that would begin in the padding at the end does not count.
static int64_t ceilExtra(const Window &window, size_t d, int64_t input) {
  int64_t stride = window.strides[d];
  int64_t space = input + window.padsBegin[d] + window.padsEnd[d] - window.extent(d);
  if (space < 0 || space % stride == 0)
    return 0;
  int64_t lastStart = (space / stride + 1) * stride;
  return lastStart < input + window.padsBegin[d] ? stride - space % stride : 0;
}

/// A window that lies in the padding altogether has no value.
static LogicalResult checkPads(Node &node, const Window &window) {
  for (size_t d = 0; d < window.rank(); ++d)
    if (int64_t pad = std::max(window.padsBegin[d], window.padsEnd[d]); pad >= window.extent(d))
      return node.error() << "attribute 'pads' has the entry " << pad << ", but the kernel spans "
                          << window.extent(d) << " in this dimension, expected at most "
                          << window.extent(d) - 1;
  return success();
}

Value poolWindows(Node &node, Value x, nn::PoolKind kind) {
  if (node.hasFailed())
    return {};
  if (Node::rankOf(x) < 3) {
    node.error() << "input has " << Node::rankOf(x) << " dimensions, expected 3 or more";
    return {};
  }
  ArrayRef<int64_t> image = Node::shapeOf(x).drop_front(2);
  Window window = readWindow(node, image, {});
  if (node.hasFailed() || failed(checkPads(node, window)))
    return {};
  bool roundUp = node.flag("ceil_mode", false);
  bool includePad = kind == nn::PoolKind::average && node.flag("count_include_pad", false);
  int64_t p = kind == nn::PoolKind::lp ? node.integer("p", 2) : 2;
  if (kind == nn::PoolKind::max)
    node.ignore("storage_order"); // only says how to number the second output's elements
  Node::Shape extra(window.rank(), 0);
  for (size_t d = 0; roundUp && d < window.rank(); ++d)
    extra[d] = ceilExtra(window, d, image[d]);
  return node.make<nn::PoolOp>(kind, x, window.kernel, window.strides, window.dilations,
                               window.padsBegin, window.padsEnd, extra, includePad,
                               static_cast<uint64_t>(p));
}

template <nn::PoolKind kind> static LogicalResult buildPool(Node &node) {
  return node.finish(poolWindows(node, node.input(0), kind));
}

/// All spatial dimensions.
static Node::Shape spatialAxes(Value x) {
  return llvm::to_vector(
      llvm::seq<int64_t>(std::min<int64_t>(2, Node::rankOf(x)), Node::rankOf(x)));
}

template <nn::ReduceKind kind> static LogicalResult buildGlobalPool(Node &node) {
  return node.finish(node.reduce(kind, node.input(0), spatialAxes(node.input(0))));
}

/// (Σ |x|^p)^(1/p)
static LogicalResult buildGlobalLpPool(Node &node) {
  Value x = node.input(0);
  int64_t p = node.integer("p", 2);
  if (p == 1 || p == 2)
    return node.finish(
        node.reduce(p == 1 ? nn::ReduceKind::l1 : nn::ReduceKind::l2, x, spatialAxes(x)));
  if (p < 1)
    return node.error() << "attribute 'p' is " << p << ", expected at least 1";
  Type element = Node::elementOf(x);
  Value power = node.binary(nn::BinaryKind::pow, node.unary(nn::UnaryKind::abs, x),
                            node.scalar(static_cast<double>(p), element));
  Value sum = node.reduce(nn::ReduceKind::sum, power, spatialAxes(x));
  return node.finish(
      node.binary(nn::BinaryKind::pow, sum, node.scalar(1.0 / static_cast<double>(p), element)));
}

llvm::ArrayRef<OperatorRow> poolingOperators() {
  using enum nn::PoolKind;
  static const OperatorRow rows[] = {
      {"AveragePool", {1, 7, 10, 11, 19, 22}, 1, 1, buildPool<average>},
      {"GlobalAveragePool", {1, 22}, 1, 1, buildGlobalPool<nn::ReduceKind::mean>},
      {"GlobalLpPool", {2, 22}, 1, 1, buildGlobalLpPool},
      {"GlobalMaxPool", {1, 22}, 1, 1, buildGlobalPool<nn::ReduceKind::max>},
      {"LpPool", {2, 11, 18, 22}, 1, 1, buildPool<lp>},
      {"MaxPool", {1, 8, 10, 11, 12, 22}, 1, 1, buildPool<max>},
  };
  return rows;
}

} // namespace nnc::onnx
