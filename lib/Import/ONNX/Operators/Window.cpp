// Reading the geometry of windows.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Window.h"

using namespace mlir;

namespace nnc::onnx {

/// A list attribute of `count` numbers from `least`, or `fallback` repeated.
static Node::Shape readList(Node &node, StringRef name, size_t count, int64_t least,
                            int64_t fallback) {
  Node::Shape values = node.integers(name);
  if (values.empty())
    values.assign(count, fallback);
  if (node.hasFailed())
    return Node::Shape(count, fallback);
  if (values.size() != count)
    node.error() << "attribute '" << name << "' has " << values.size() << " entries, expected "
                 << count;
  for (int64_t value : values)
    if (!node.hasFailed() && (value < least || value > maxWindowSize))
      node.error() << "attribute '" << name << "' has the entry " << value
                   << ", expected a number from " << least << " to " << maxWindowSize;
  return node.hasFailed() ? Node::Shape(count, fallback) : values;
}

/// SAME: ⌈I / stride⌉ results; an odd element of padding goes to the end or to the beginning.
static void resolveSamePadding(Window &window, ArrayRef<int64_t> input) {
  bool atEnd = window.autoPad == "SAME_UPPER";
  for (size_t d = 0; d < window.rank(); ++d) {
    int64_t stride = window.strides[d], outputs = (input[d] + stride - 1) / stride;
    int64_t total = std::max<int64_t>(0, (outputs - 1) * stride + window.extent(d) - input[d]);
    int64_t half = total / 2;
    window.padsBegin[d] = atEnd ? half : total - half;
    window.padsEnd[d] = total - window.padsBegin[d];
  }
}

Window readWindow(Node &node, ArrayRef<int64_t> input, ArrayRef<int64_t> kernel, bool resolveSame) {
  Window window;
  size_t rank = input.size();
  window.kernel = Node::Shape(kernel);
  if (kernel.empty() && !node.hasAttribute("kernel_shape"))
    node.error() << "attribute 'kernel_shape' is missing, expected " << rank << " sizes";
  Node::Shape stated = readList(node, "kernel_shape", rank, 1, 1);
  if (kernel.empty())
    window.kernel = stated;
  else if (node.hasAttribute("kernel_shape") && !node.hasFailed() &&
           ArrayRef<int64_t>(stated) != kernel)
    node.error() << "attribute 'kernel_shape' differs from the spatial shape of the weights";
  if (llvm::any_of(kernel, [](int64_t size) { return size < 1 || size > maxWindowSize; }))
    node.error() << "the spatial shape of the weights is impossible";
  window.strides = readList(node, "strides", rank, 1, 1);
  window.dilations = readList(node, "dilations", rank, 1, 1);
  Node::Shape pads = readList(node, "pads", 2 * rank, 0, 0);
  window.padsBegin.assign(pads.begin(), pads.begin() + static_cast<ptrdiff_t>(rank));
  window.padsEnd.assign(pads.begin() + static_cast<ptrdiff_t>(rank), pads.end());

  window.autoPad = node.text("auto_pad", "NOTSET");
  bool same = window.autoPad == "SAME_UPPER" || window.autoPad == "SAME_LOWER";
  if (!same && window.autoPad != "VALID" && window.autoPad != "NOTSET" && !node.hasFailed())
    node.error() << "attribute 'auto_pad' is '" << window.autoPad
                 << "', expected NOTSET, SAME_UPPER, SAME_LOWER or VALID";
  if (window.autoPad != "NOTSET") {
    window.padsBegin.assign(rank, 0);
    window.padsEnd.assign(rank, 0);
  }
  bool sane = llvm::all_of(input, [](int64_t size) { return size <= maxWindowSize; });
  if (same && resolveSame && sane && !node.hasFailed())
    resolveSamePadding(window, input);
  return window;
}

} // namespace nnc::onnx
