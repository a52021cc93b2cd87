// The kernel dialect: how a hot operator is computed on a machine. See README.md.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_KERNEL_KERNEL_H
#define NNC_DIALECTS_KERNEL_KERNEL_H

#include "dialects/Kernel/KernelDialect.h.inc"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <optional>
#define GET_ATTRDEF_CLASSES
#include "dialects/Kernel/KernelAttrs.h.inc"
#include "dialects/Kernel/KernelInterfaces.h.inc"
#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.h.inc"

namespace nnc::kernel {

/// The type in which products of an element type are summed up: f32, or i32 for integers.
mlir::Type sumTypeOf(mlir::Type factor);

} // namespace nnc::kernel

#endif
