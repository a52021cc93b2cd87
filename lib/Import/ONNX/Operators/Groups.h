// The rows of the operator table, one function for each theme.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_OPERATORS_GROUPS_H
#define NNC_LIB_IMPORT_ONNX_OPERATORS_GROUPS_H

#include "lib/Import/ONNX/Operators.h"

namespace nnc::onnx {

llvm::ArrayRef<OperatorRow> attentionOperators();
llvm::ArrayRef<OperatorRow> binaryOperators();
llvm::ArrayRef<OperatorRow> constantOperators();
llvm::ArrayRef<OperatorRow> controlFlowOperators();
llvm::ArrayRef<OperatorRow> convolutionOperators();
llvm::ArrayRef<OperatorRow> gatheringOperators();
llvm::ArrayRef<OperatorRow> movementOperators();
llvm::ArrayRef<OperatorRow> normalizationOperators();
llvm::ArrayRef<OperatorRow> packedWeightOperators();
llvm::ArrayRef<OperatorRow> poolingOperators();
llvm::ArrayRef<OperatorRow> productOperators();
llvm::ArrayRef<OperatorRow> quantizationOperators();
llvm::ArrayRef<OperatorRow> quantizedOperators();
llvm::ArrayRef<OperatorRow> quantizedProductOperators();
llvm::ArrayRef<OperatorRow> recurrentOperators();
llvm::ArrayRef<OperatorRow> reductionOperators();
llvm::ArrayRef<OperatorRow> resizeOperators();
llvm::ArrayRef<OperatorRow> shapeOperators();
llvm::ArrayRef<OperatorRow> unaryOperators();

} // namespace nnc::onnx

#endif
