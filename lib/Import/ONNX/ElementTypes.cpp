// The table of element types.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/ElementTypes.h"

#include "dialects/NN/NN.h"

#include "llvm/Support/MathExtras.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace nnc::onnx {

// In the order of the codes.
static constexpr llvm::StringLiteral names[] = {
    "undefined",      "float32",  "uint8",        "int8",           "uint16",
    "int16",          "int32",    "int64",        "string",         "bool",
    "float16",        "float64",  "uint32",       "uint64",         "complex64",
    "complex128",     "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2",
    "float8e5m2fnuz", "uint4",    "int4",         "float4e2m1",     "float8e8m0",
    "uint2",          "int2"};

Type elementTypeOf(int32_t code, MLIRContext *context) {
  Builder b(context);
  switch (static_cast<ElementCode>(code)) {
  case ElementCode::Float:
    return b.getF32Type();
  case ElementCode::Double:
    return b.getF64Type();
  case ElementCode::Float16:
    return b.getF16Type();
  case ElementCode::BFloat16:
    return b.getBF16Type();
  case ElementCode::Bool:
    return b.getI1Type();
  case ElementCode::Int2:
  case ElementCode::Int4:
  case ElementCode::Int8:
    return b.getIntegerType(8);
  case ElementCode::Int16:
    return b.getIntegerType(16);
  case ElementCode::Int32:
    return b.getIntegerType(32);
  case ElementCode::Int64:
    return b.getIntegerType(64);
  case ElementCode::UInt2:
  case ElementCode::UInt4:
  case ElementCode::UInt8:
    return b.getIntegerType(8, false);
  case ElementCode::UInt16:
    return b.getIntegerType(16, false);
  case ElementCode::UInt32:
    return b.getIntegerType(32, false);
  case ElementCode::UInt64:
    return b.getIntegerType(64, false);
  default:
    return {};
  }
}

unsigned bitsOfNarrowCode(int32_t code) {
  switch (static_cast<ElementCode>(code)) {
  case ElementCode::Int2:
  case ElementCode::UInt2:
    return 2;
  case ElementCode::Int4:
  case ElementCode::UInt4:
    return 4;
  default:
    return 0;
  }
}

std::pair<int64_t, int64_t> rangeOfBits(Type integer, unsigned bits) {
  if (bits == 0)
    return nn::integerRange(integer);
  if (integer.isUnsignedInteger())
    return {0, static_cast<int64_t>(llvm::maxUIntN(bits))};
  return {llvm::minIntN(bits), llvm::maxIntN(bits)};
}

bool isElementCode(int32_t code) {
  return code > 0 && code < static_cast<int32_t>(std::size(names));
}

int32_t elementCodeFromName(llvm::StringRef name) {
  if (name == "FLOAT")
    return static_cast<int32_t>(ElementCode::Float);
  if (name == "DOUBLE")
    return static_cast<int32_t>(ElementCode::Double);
  for (int32_t code = 1; code < static_cast<int32_t>(std::size(names)); ++code)
    if (name == llvm::StringRef(names[code]).upper())
      return code;
  return 0;
}

std::string nameOfElementCode(int32_t code) {
  if (code == 0 || isElementCode(code))
    return names[code].str();
  return "unknown element type " + std::to_string(code);
}

std::string nameOfElementType(Type type, unsigned bits) {
  if (auto integer = dyn_cast<IntegerType>(type)) {
    if (integer.getWidth() == 1)
      return "bool";
    return (integer.isUnsigned() ? "uint" : "int") +
           std::to_string(bits ? bits : integer.getWidth());
  }
  if (type.isBF16())
    return "bfloat16";
  if (isa<FloatType>(type))
    return "float" + std::to_string(type.getIntOrFloatBitWidth());
  return "another type";
}

} // namespace nnc::onnx
