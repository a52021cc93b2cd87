// In which types a model's inputs and results are passed. Internal to the group and to the driver.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_QUANTIZATION_INTERFACETYPES_H
#define NNC_PASSES_QUANTIZATION_INTERFACETYPES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc {

/// On an argument or result: the type of the elements that callers shall pass, `f32` or integers.
inline constexpr llvm::StringLiteral kInterfaceTypeAttr = "nn.io_type";

/// Whether an attribute asks for integers.
bool asksForIntegers(mlir::Attribute interfaceType);

/// Whether an argument or a returned value is of real numbers, or of integers that stand for some.
bool standsForNumbers(mlir::Value value);

} // namespace nnc

#endif
