// The fastconv dialect: convolutions in a transform domain. See README.md.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_FASTCONV_FASTCONV_H
#define NNC_DIALECTS_FASTCONV_FASTCONV_H

#include "dialects/FastConv/FastConvDialect.h.inc"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#define GET_OP_CLASSES
#include "dialects/FastConv/FastConvOps.h.inc"

#endif
