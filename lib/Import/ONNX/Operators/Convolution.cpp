// Convolution and its transpose.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Groups.h"
#include "lib/Import/ONNX/Operators/Products.h"
#include "lib/Import/ONNX/Operators/Window.h"

using namespace mlir;

namespace nnc::onnx {

/// Image and weights must have the same rank from 3 on; returns whether they do.
static bool checkRanks(Node &node, Value x, Value w) {
  int64_t image = Node::rankOf(x), weights = Node::rankOf(w);
  if (image >= 3 && image == weights)
    return true;
  node.error() << "input has " << image << " dimensions and the weights have " << weights
               << ", expected the same number, 3 or more";
  return false;
}

Value convolve(Node &node, Value x, Value w, Value bias) {
  if (node.hasFailed() || !checkRanks(node, x, w))
    return {};
  Window window = readWindow(node, Node::shapeOf(x).drop_front(2), Node::shapeOf(w).drop_front(2));
  int64_t group = node.integer("group", 1);
  return node.make<nn::ConvOp>(x, w, bias, window.strides, window.dilations, window.padsBegin,
                               window.padsEnd, static_cast<uint64_t>(group));
}

static LogicalResult buildConv(Node &node) {
  return node.finish(convolve(node, node.input(0), node.input(1), node.input(2)));
}

/// Chooses the padding that gives the stated output shape, or the input's size times the stride
/// for SAME. A larger output than the taps reach is padded at its end.
static void resolveTransposedPadding(Node &node, Window &window, ArrayRef<int64_t> input,
                                     Node::Shape &outputPadding) {
  Node::Shape output = node.integers("output_shape");
  bool same = StringRef(window.autoPad).starts_with("SAME");
  if (node.hasFailed() || (output.empty() && !same))
    return;
  if (output.size() > window.rank()) // some exporters state batch and channels too
    output.erase(output.begin(), output.end() - static_cast<ptrdiff_t>(window.rank()));
  if (!output.empty() && output.size() != window.rank()) {
    node.error() << "attribute 'output_shape' has " << output.size() << " entries, expected "
                 << window.rank();
    return;
  }
  for (size_t d = 0; d < window.rank(); ++d) {
    if (!output.empty() && (output[d] < 0 || output[d] > maxWindowSize)) {
      node.error() << "attribute 'output_shape' has the entry " << output[d]
                   << ", expected a number from 0 to " << maxWindowSize;
      return;
    }
    int64_t wanted = output.empty() ? input[d] * window.strides[d] : output[d];
    int64_t reached = (input[d] - 1) * window.strides[d] + window.extent(d) + outputPadding[d];
    if (reached < wanted)
      outputPadding[d] += wanted - reached;
    int64_t total = std::max<int64_t>(reached - wanted, 0);
    window.padsBegin[d] = window.autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
    window.padsEnd[d] = total - window.padsBegin[d];
  }
}

static LogicalResult buildConvTranspose(Node &node) {
  Value x = node.input(0), w = node.input(1);
  if (!checkRanks(node, x, w))
    return failure();
  ArrayRef<int64_t> image = Node::shapeOf(x).drop_front(2);
  Window window = readWindow(node, image, Node::shapeOf(w).drop_front(2), /*resolveSame=*/false);
  Node::Shape outputPadding = node.integers("output_padding");
  if (outputPadding.empty())
    outputPadding.assign(window.rank(), 0);
  if (outputPadding.size() != window.rank())
    return node.error() << "attribute 'output_padding' has " << outputPadding.size()
                        << " entries, expected " << window.rank();
  if (llvm::any_of(outputPadding, [](int64_t p) { return p < 0 || p > maxWindowSize; }))
    return node.error() << "attribute 'output_padding' has an impossible entry";
  if (llvm::any_of(image, [](int64_t size) { return size > maxWindowSize; }))
    return node.error() << "the image is too large";
  resolveTransposedPadding(node, window, image, outputPadding);
  int64_t group = node.integer("group", 1);
  return node.finish(node.make<nn::ConvTransposeOp>(
      x, w, node.input(2), window.strides, window.dilations, window.padsBegin, window.padsEnd,
      outputPadding, static_cast<uint64_t>(group)));
}

llvm::ArrayRef<OperatorRow> convolutionOperators() {
  static const OperatorRow rows[] = {
      {"Conv", {1, 11, 22}, 2, 3, buildConv},
      {"ConvTranspose", {1, 11, 22}, 2, 3, buildConvTranspose},
  };
  return rows;
}

} // namespace nnc::onnx
