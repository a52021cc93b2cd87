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
};

/// The element type of a code, or null when the compiler has no such type yet.
mlir::Type elementTypeOf(int32_t code, mlir::MLIRContext *context);

/// The name of a code as users know it ("float16"), or "unknown element type 99".
std::string nameOfElementCode(int32_t code);

/// The code of a name in capitals ("FLOAT16"), as the first operator sets wrote it; 0 for none.
int32_t elementCodeFromName(llvm::StringRef name);

/// Whether the format defines the code at all.
bool isElementCode(int32_t code);

/// The name of an element type as ONNX users know it.
std::string nameOfElementType(mlir::Type type);

} // namespace nnc::onnx

#endif
