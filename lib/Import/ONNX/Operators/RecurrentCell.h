// One step of a recurrent layer, in operators of nn.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_OPERATORS_RECURRENTCELL_H
#define NNC_LIB_IMPORT_ONNX_OPERATORS_RECURRENTCELL_H

#include "lib/Import/ONNX/Node.h"

#include <optional>

namespace nnc::onnx {

enum class CellKind { RNN, GRU, LSTM };

/// Gates of a kind: one; update, reset, hidden; input, output, forget, cell.
inline int64_t gatesOf(CellKind kind) {
  return kind == CellKind::LSTM ? 4 : kind == CellKind::GRU ? 3 : 1;
}

/// A function of a gate with its parameters.
struct CellFunction {
  std::string name; ///< in lower case
  double alpha, beta;
};
/// f; f, g; f, g, h.
using CellFunctions = llvm::SmallVector<CellFunction, 3>;

struct CellOptions {
  std::optional<double> clip;
  bool linearBeforeReset = false, inputForget = false;
};

/// Reads the attributes that say what a step computes, functions for each direction.
mlir::LogicalResult readCell(Node &node, CellKind kind, int64_t directions,
                             llvm::SmallVectorImpl<CellFunctions> &functions, CellOptions &options);

/// `count` elements from `start` on along a dimension, which vanishes with `drop`.
mlir::Value sliceAlong(Node &node, mlir::Value x, int64_t axis, int64_t start, int64_t count,
                       bool drop = false);

/// batch × hidden each; `cell` of an LSTM only.
struct State {
  mlir::Value hidden, cell;
};

/// Weights of one direction: rows × inputs, rows × hidden; bias and peepholes may be null.
struct CellWeights {
  mlir::Value input, recurrent, bias, peepholes;
};

class Cell {
public:
  Cell(Node &node, CellKind kind, const CellFunctions &functions, const CellOptions &options,
       const CellWeights &weights);

  /// What the inputs of all steps add to the gates, with the biases: steps × batch × rows.
  mlir::Value inputProducts(mlir::Value x);
  /// The state after a step whose inputs add `input`.
  State step(mlir::Value input, const State &before);

private:
  State stepGRU(mlir::Value input, const State &before);
  State stepLSTM(mlir::Value input, const State &before);
  mlir::Value product(mlir::Value x, mlir::Value weights) {
    return node.make<nn::MatMulOp>(x, weights, false, true);
  }
  /// The function of this number on a clipped sum.
  mlir::Value activate(size_t function, mlir::Value sum, bool clipped = true);
  /// A gate's part of sums whose last dimension they are.
  mlir::Value gate(mlir::Value sums, int64_t number, int64_t count = 1);
  mlir::Value addPeephole(mlir::Value sum, int64_t number, mlir::Value cell);

  Node &node;
  CellKind kind;
  const CellFunctions &functions;
  const CellOptions &options;
  CellWeights weights;
  int64_t hidden;
  mlir::Value resetBias; ///< of a GRU's hidden gate, where it is added before the reset
};

} // namespace nnc::onnx

#endif
