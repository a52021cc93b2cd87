// The fastconv dialect: convolutions in a transform domain. See README.md.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_FASTCONV_FASTCONV_H
#define NNC_DIALECTS_FASTCONV_FASTCONV_H

#include "dialects/FastConv/FastConvDialect.h.inc"
#include "dialects/FastConv/FastConvEnums.h.inc"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#define GET_ATTRDEF_CLASSES
#include "dialects/FastConv/FastConvAttrs.h.inc"

namespace nnc::fastconv {

/// Name of the attribute on a convolution that says how it is computed: a `ChoiceAttr`.
inline constexpr llvm::StringLiteral kChoiceAttr = "fastconv.choice";

/// The decision about an operation; null where none was made.
ChoiceAttr choiceOf(mlir::Operation *op);

} // namespace nnc::fastconv

#define GET_OP_CLASSES
#include "dialects/FastConv/FastConvOps.h.inc"

#endif
