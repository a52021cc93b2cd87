// The table of operators as documentation.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_OPERATORTABLE_H
#define NNC_LIB_IMPORT_ONNX_OPERATORTABLE_H

#include <string>

namespace nnc::onnx {

/// docs/operators.md: every operator with its versions, by theme.
std::string formatOperatorTable();

} // namespace nnc::onnx

#endif
