// The table of operators: which builder imports which version of which operator.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_OPERATORS_H
#define NNC_LIB_IMPORT_ONNX_OPERATORS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "mlir/Support/LLVM.h"

#include <initializer_list>

namespace nnc::onnx {

class Node;

/// The newest operator set of the default domain whose meaning is known, and the newest that
/// is accepted (operators that did not change since mean what they meant).
constexpr int64_t newestKnownOpset = 27, newestAcceptedOpset = 28;

/// Inputs or outputs without an upper limit.
constexpr int unlimited = 1 << 30;

/// One row: versions of an operator that one builder imports.
struct OperatorRow {
  llvm::StringLiteral name;
  std::initializer_list<int> versions; ///< operator sets in which these forms appeared
  int minInputs, maxInputs;
  mlir::LogicalResult (*build)(Node &);
  int maxOutputs = 1;
  llvm::StringLiteral domain = "";
};

/// A row and the version of the operator that an operator set selects; `row` is null when that
/// version is not supported.
struct OperatorChoice {
  const OperatorRow *row = nullptr;
  int since = 0;
};

/// The form of an operator in an operator set.
OperatorChoice chooseOperator(llvm::StringRef domain, llvm::StringRef name, int64_t opset);

/// All rows, by theme; for documentation and tests.
struct OperatorGroup {
  llvm::StringLiteral theme;
  llvm::ArrayRef<OperatorRow> rows;
};
llvm::ArrayRef<OperatorGroup> operatorGroups();

} // namespace nnc::onnx

#endif
