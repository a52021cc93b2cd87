// Element types of tensors as users see them: names, sizes, C types, numpy codes, ONNX numbers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_SUPPORT_ELEMENTTYPE_H
#define NNC_LIB_SUPPORT_ELEMENTTYPE_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace nnc {

enum class ElementType : uint8_t {
  F16,
  BF16,
  F32,
  F64,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  Bool
};

/// Facts of one element type.
struct ElementTypeFacts {
  ElementType type;
  std::string_view name;  ///< as in reports and IR: "f32", "ui8", "i1"
  std::string_view cType; ///< as in headers; f16 and bf16 are bit patterns
  std::string_view numpy; ///< descriptor of a little-endian .npy file; empty where numpy has none
  unsigned bytes;
  int onnx; ///< number in ONNX's TensorProto.DataType
};

/// The facts of a type.
const ElementTypeFacts &factsOf(ElementType type);

/// The type of a name, numpy descriptor or ONNX number; nothing where there is none.
std::optional<ElementType> elementTypeFromName(std::string_view name);
std::optional<ElementType> elementTypeFromNumpy(std::string_view descriptor);
std::optional<ElementType> elementTypeFromOnnx(int number);

} // namespace nnc

#endif
