// What one step of a recurrent layer computes, on scalars and on vectors alike.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_SCALAR_RECURRENT_H
#define NNC_PASSES_CONVERSION_SCALAR_RECURRENT_H

#include "dialects/NN/NN.h"

#include "mlir/IR/Builders.h"

namespace nnc::scalar {

/// What the states of one unit after a step depend on, all of one type.
struct CellValues {
  llvm::SmallVector<mlir::Value, 4> input, product; ///< of each gate
  llvm::SmallVector<mlir::Value, 2> states;         ///< h; h and c of an LSTM
  mlir::Value bias;                                 ///< null: none
  llvm::SmallVector<mlir::Value, 3> peepholes;      ///< empty: none
};

/// r ⊙ h of a GRU, from the gates in front of the last one.
mlir::Value buildReset(mlir::OpBuilder &builder, mlir::Location loc, nn::RecurrentOp op,
                       const CellValues &values);

/// The states after the step.
llvm::SmallVector<mlir::Value, 2> buildStep(mlir::OpBuilder &builder, mlir::Location loc,
                                            nn::RecurrentOp op, const CellValues &values);

} // namespace nnc::scalar

#endif
