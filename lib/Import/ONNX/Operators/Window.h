// The geometry attributes that convolutions and pooling share.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_OPERATORS_WINDOW_H
#define NNC_LIB_IMPORT_ONNX_OPERATORS_WINDOW_H

#include "lib/Import/ONNX/Node.h"

namespace nnc::onnx {

/// Larger sizes, strides and pads than this are damage, and would overflow the arithmetic.
constexpr int64_t maxWindowSize = int64_t{1} << 24;

/// A window over the spatial dimensions, with every default filled in.
struct Window {
  Node::Shape kernel, strides, dilations, padsBegin, padsEnd;
  std::string autoPad;

  size_t rank() const { return kernel.size(); }
  /// How many positions the dilated kernel spans in dimension `d`.
  int64_t extent(size_t d) const { return (kernel[d] - 1) * dilations[d] + 1; }
};

/// Reads kernel_shape, strides, dilations, pads and auto_pad for `spatial` dimensions. The
/// kernel's shape is `kernel` when that is not empty (weights know it), else it is required.
/// Padding to the same size is resolved for an input of shape `input` (spatial dimensions);
/// SAME_* for transposed convolutions is left to the caller.
Window readWindow(Node &node, llvm::ArrayRef<int64_t> input, llvm::ArrayRef<int64_t> kernel,
                  bool resolveSame = true);

} // namespace nnc::onnx

#endif
