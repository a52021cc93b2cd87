// What recurrent nodes say about their cell.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_OPERATORS_RECURRENTCELL_H
#define NNC_LIB_IMPORT_ONNX_OPERATORS_RECURRENTCELL_H

#include "lib/Import/ONNX/Node.h"

#include <optional>

namespace nnc::onnx {

/// The functions of one direction, each with its parameters.
struct CellFunctions {
  llvm::SmallVector<nn::CellFunction, 3> functions;
  llvm::SmallVector<double, 3> alpha, beta;
};

struct CellOptions {
  std::optional<double> clip;
  bool resetAfter = false, inputForget = false;
};

/// Reads the attributes that say what a step computes, functions for each direction.
mlir::LogicalResult readCell(Node &node, nn::CellKind kind, int64_t directions,
                             llvm::SmallVectorImpl<CellFunctions> &functions, CellOptions &options);

} // namespace nnc::onnx

#endif
