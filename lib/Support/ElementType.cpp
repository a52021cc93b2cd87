// The table of element types.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Support/ElementType.h"

#include <algorithm>
#include <iterator>

namespace nnc {

// In the order of the enumeration.
static constexpr ElementTypeFacts kTable[] = {
    {ElementType::F16, "f16", "uint16_t", "<f2", 2, 10},
    {ElementType::BF16, "bf16", "uint16_t", "", 2, 16},
    {ElementType::F32, "f32", "float", "<f4", 4, 1},
    {ElementType::F64, "f64", "double", "<f8", 8, 11},
    {ElementType::I8, "i8", "int8_t", "|i1", 1, 3},
    {ElementType::I16, "i16", "int16_t", "<i2", 2, 5},
    {ElementType::I32, "i32", "int32_t", "<i4", 4, 6},
    {ElementType::I64, "i64", "int64_t", "<i8", 8, 7},
    {ElementType::U8, "ui8", "uint8_t", "|u1", 1, 2},
    {ElementType::U16, "ui16", "uint16_t", "<u2", 2, 4},
    {ElementType::U32, "ui32", "uint32_t", "<u4", 4, 12},
    {ElementType::U64, "ui64", "uint64_t", "<u8", 8, 13},
    {ElementType::Bool, "i1", "uint8_t", "|b1", 1, 9},
};

const ElementTypeFacts &factsOf(ElementType type) { return kTable[static_cast<size_t>(type)]; }

template <typename Predicate> static std::optional<ElementType> find(Predicate predicate) {
  const auto *entry = std::find_if(std::begin(kTable), std::end(kTable), predicate);
  if (entry == std::end(kTable))
    return std::nullopt;
  return entry->type;
}

std::optional<ElementType> elementTypeFromName(std::string_view name) {
  return find([&](const ElementTypeFacts &facts) { return facts.name == name; });
}

std::optional<ElementType> elementTypeFromNumpy(std::string_view descriptor) {
  return find([&](const ElementTypeFacts &facts) {
    return !facts.numpy.empty() && facts.numpy == descriptor;
  });
}

std::optional<ElementType> elementTypeFromOnnx(int number) {
  return find([&](const ElementTypeFacts &facts) { return facts.onnx == number; });
}

} // namespace nnc
