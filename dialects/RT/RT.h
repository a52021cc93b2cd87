// The rt dialect: how a compiled model is called and where its values lie.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_RT_RT_H
#define NNC_DIALECTS_RT_RT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/RT/RTDialect.h.inc"
#define GET_OP_CLASSES
#include "dialects/RT/RTOps.h.inc"

namespace nnc::rt {

/// Attribute on the model's function.
inline constexpr llvm::StringLiteral kEntryAttr = "rt.entry";
/// Attribute on a layer function: the name of its ONNX node.
inline constexpr llvm::StringLiteral kLayerAttr = "rt.layer";

/// The buffer type that holds a tensor: one dimension, `nn::bufferElements` elements, `i1` as `i8`, signless integers.
mlir::MemRefType bufferTypeFor(mlir::RankedTensorType type);

} // namespace nnc::rt

#endif
