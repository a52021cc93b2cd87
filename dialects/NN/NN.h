// The nn dialect: what a network computes. See README.md for the op table.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_NN_H
#define NNC_DIALECTS_NN_NN_H

#include "dialects/NN/NNDialect.h.inc"
#include "dialects/NN/NNEnums.h.inc"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#define GET_ATTRDEF_CLASSES
#include "dialects/NN/NNAttrs.h.inc"

namespace nnc::nn {

/// Whether two lists of tensor types agree in shape and element type; layouts may differ.
bool equalIgnoringLayout(mlir::TypeRange a, mlir::TypeRange b);

/// Element strides of a tensor in memory: those of its layout, else contiguous row-major.
llvm::SmallVector<int64_t> stridesOf(mlir::RankedTensorType type);

/// Whether the elements lie contiguously in row-major order (dimensions of size 1 do not matter).
bool isRowMajor(mlir::RankedTensorType type);

/// How many elements the buffer of a value must hold: one more than the largest element offset.
int64_t bufferElements(mlir::RankedTensorType type);

/// Whether a tensor type is static and all address arithmetic on it stays far from overflow: fewer
/// than 2^56 bytes, counting dimensions of size 0 as 1.
bool hasSaneSize(mlir::Type type);

/// Whether an element type is a quantized one that the dialect knows.
bool isQuantized(mlir::Type element);

/// The integers that a quantized type is stored as, `i8` or `ui8`; other types are their own.
mlir::Type storageType(mlir::Type element);

/// Whether products of an element type are summed up in `i32`: integers of 8 or 16 bits.
bool isNarrowInteger(mlir::Type element);

/// The lowest and highest number of an integer type.
std::pair<int64_t, int64_t> integerRange(mlir::Type element);

/// Bytes of one element in memory; `i1` takes one byte.
int64_t elementBytes(mlir::Type element);

/// Bytes of all elements of a static type, one behind the other.
int64_t totalBytes(mlir::ShapedType type);

/// Gates of a kind of cell, and functions of one step.
int64_t gatesOf(CellKind kind);
int64_t functionsOf(CellKind kind);

} // namespace nnc::nn

#define GET_OP_CLASSES
#include "dialects/NN/NNOps.h.inc"

#endif
