// Builders of products that have a file of their own.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_OPERATORS_PRODUCTS_H
#define NNC_LIB_IMPORT_ONNX_OPERATORS_PRODUCTS_H

#include "mlir/Support/LLVM.h"

namespace nnc::onnx {

class Node;

mlir::LogicalResult buildEinsum(Node &node);

} // namespace nnc::onnx

#endif
