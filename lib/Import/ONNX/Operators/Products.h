// Builders that have a file of their own, and operators that several files build.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_OPERATORS_PRODUCTS_H
#define NNC_LIB_IMPORT_ONNX_OPERATORS_PRODUCTS_H

#include "lib/Import/ONNX/Node.h"

namespace nnc::onnx {

mlir::LogicalResult buildEinsum(Node &node);

/// The convolution that the node's attributes describe; `bias` may be null.
mlir::Value convolve(Node &node, mlir::Value x, mlir::Value w, mlir::Value bias);

/// The product of vectors, matrices or batches of them, as in numpy.
mlir::Value multiplyMatrices(Node &node, mlir::Value a, mlir::Value b);

/// A pool of the node's window.
mlir::Value poolWindows(Node &node, mlir::Value x, nn::PoolKind kind);

/// Softmax along one axis, or, with `flat`, over all dimensions from the axis on.
mlir::Value softmax(Node &node, mlir::Value x, int64_t axis, bool flat, bool log);

} // namespace nnc::onnx

#endif
