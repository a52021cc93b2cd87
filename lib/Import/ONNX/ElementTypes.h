// Element types of ONNX tensors: their codes, names, sizes and MLIR types.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_ELEMENTTYPES_H
#define NNC_LIB_IMPORT_ONNX_ELEMENTTYPES_H

#include "llvm/ADT/StringRef.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Types.h"

#include <string>

namespace nnc::onnx {

/// Codes of `TensorProto.data_type` that the importer speaks of by name.
enum class ElementCode : int32_t {
  Undefined = 0,
  Float = 1,
  UInt8 = 2,
  Int8 = 3,
  UInt16 = 4,
  Int16 = 5,
  Int32 = 6,
  Int64 = 7,
  String = 8,
  Bool = 9,
  Float16 = 10,
  Double = 11,
  UInt32 = 12,
  UInt64 = 13,
  Complex64 = 14,
  Complex128 = 15,
  BFloat16 = 16,
  UInt4 = 21,
  Int4 = 22,
  UInt2 = 25,
  Int2 = 26,
};

/// The element type of a code, or null when the compiler has no such type yet. Integers of 2 and 4
/// bits are those of 8 bits: one in a byte.
mlir::Type elementTypeOf(int32_t code, mlir::MLIRContext *context);

/// Bits of the integers of a code that has fewer than 8; 0 for all others. Files hold them packed,
/// the first in the low bits.
unsigned bitsOfNarrowCode(int32_t code);

/// The least and largest number of `bits` bits in an integer type; all of the type for 0.
std::pair<int64_t, int64_t> rangeOfBits(mlir::Type integer, unsigned bits);

/// The name of a code as users know it ("float16"), or "unknown element type 99".
std::string nameOfElementCode(int32_t code);

/// The code of a name in capitals ("FLOAT16"), as the first operator sets wrote it; 0 for none.
int32_t elementCodeFromName(llvm::StringRef name);

/// Whether the format defines the code at all.
bool isElementCode(int32_t code);

/// The name of an element type as ONNX users know it; `bits`: where fewer than the type's.
std::string nameOfElementType(mlir::Type type, unsigned bits = 0);

} // namespace nnc::onnx

#endif
