// Decoding of constant tensors.
//
// A tensor states its elements in one of three places: `raw_data` (little endian, dense), the
// repeated field of its type, or a file. All three end as a blob of dense little-endian
// elements, checked against the shape before anything is allocated.
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Tensor.h"

#include "dialects/NN/NN.h"
#include "lib/Import/ONNX/ElementTypes.h"
#include "lib/Reference/Tensor.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include <cstring>
#include <limits>

using namespace mlir;

static_assert(llvm::endianness::native == llvm::endianness::little,
              "tensor data are copied as they lie in the file");

namespace nnc::onnx {

/// More bytes than this stay in a resource blob instead of the context's unique storage.
static constexpr int64_t maxInlineBytes = 1024;

/// More elements than this are not read one by one.
static constexpr int64_t maxReadElements = 1 << 20;

std::optional<int64_t> countElements(ArrayRef<int64_t> shape) {
  // Leaves room for eight bytes per element in signed 64-bit arithmetic.
  constexpr int64_t limit = std::numeric_limits<int64_t>::max() / 16;
  int64_t count = 1;
  for (int64_t size : shape) {
    if (size < 0)
      return std::nullopt;
    if (size > 0 && count > limit / size)
      return std::nullopt;
    count *= size;
  }
  return count;
}

std::string describeShape(ArrayRef<int64_t> shape) {
  std::string text = "[";
  for (auto [i, size] : llvm::enumerate(shape))
    text += (i ? ", " : "") + std::to_string(size);
  return text + "]";
}

//===-- Bytes ------------------------------------------------------------------------------===//

/// Takes the bytes out of a message without a copy, unless they lie badly aligned.
static AsmResourceBlob takeBytes(std::unique_ptr<std::string> bytes, size_t alignment) {
  ArrayRef<char> data(bytes->data(), bytes->size());
  if (reinterpret_cast<uintptr_t>(data.data()) % alignment != 0)
    return HeapAsmResourceBlob::allocateAndCopyWithAlign(data, alignment);
  std::string *owned = bytes.release();
  return AsmResourceBlob(
      data, alignment, [owned](void *, size_t, size_t) { delete owned; },
      /*dataIsMutable=*/false);
}

/// Copies the values of a repeated field, narrowed to `To`. Returns false when one does not fit.
template <typename To, typename Field> static bool narrow(const Field &field, char *out) {
  for (auto [i, value] : llvm::enumerate(field)) {
    To element = static_cast<To>(value);
    if constexpr (!std::is_same_v<To, std::decay_t<decltype(value)>>)
      if (static_cast<std::decay_t<decltype(value)>>(element) != value)
        return false;
    std::memcpy(out + i * sizeof(To), &element, sizeof(To));
  }
  return true;
}

/// The bytes of `count` packed integers of `bits` bits.
static int64_t packedBytes(int64_t count, unsigned bits) {
  return static_cast<int64_t>(llvm::divideCeil(static_cast<uint64_t>(count), 8 / bits));
}

/// One integer in each byte, out of packed ones.
static AsmResourceBlob unpack(ArrayRef<char> packed, int64_t count, unsigned bits, bool isSigned) {
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(static_cast<size_t>(count), 1);
  MutableArrayRef<char> out = blob.getMutableData();
  unsigned together = 8 / bits, above = 8 - bits;
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    // To the top of the byte and back: the sign fills what is above.
    auto top = static_cast<uint8_t>(static_cast<uint8_t>(packed[i / together])
                                    << (above - bits * (i % together)));
    out[i] = static_cast<char>(isSigned ? static_cast<int8_t>(top) >> above : top >> above);
  }
  return blob;
}

namespace {
/// The repeated field that holds a type's elements.
struct TypedField {
  int count = 0;
  StringRef name;
  std::function<bool(char *)> copy; ///< writes the elements; false when one does not fit
};
} // namespace

static TypedField typedFieldOf(const TensorProto &t) {
  auto int32s = [&](auto zero) -> TypedField {
    return {t.int32_data_size(), "int32_data",
            [&t](char *out) { return narrow<decltype(zero)>(t.int32_data(), out); }};
  };
  switch (static_cast<ElementCode>(t.data_type())) {
  case ElementCode::Float:
    return {t.float_data_size(), "float_data",
            [&t](char *out) { return narrow<float>(t.float_data(), out); }};
  case ElementCode::Double:
    return {t.double_data_size(), "double_data",
            [&t](char *out) { return narrow<double>(t.double_data(), out); }};
  case ElementCode::Int64:
    return {t.int64_data_size(), "int64_data",
            [&t](char *out) { return narrow<int64_t>(t.int64_data(), out); }};
  case ElementCode::UInt64:
    return {t.uint64_data_size(), "uint64_data",
            [&t](char *out) { return narrow<uint64_t>(t.uint64_data(), out); }};
  case ElementCode::UInt32:
    return {t.uint64_data_size(), "uint64_data",
            [&t](char *out) { return narrow<uint32_t>(t.uint64_data(), out); }};
  case ElementCode::Int32:
    return int32s(int32_t{});
  case ElementCode::Int16:
    return int32s(int16_t{});
  case ElementCode::Int8:
    return int32s(int8_t{});
  case ElementCode::UInt16:
  case ElementCode::Float16:
  case ElementCode::BFloat16:
    return int32s(uint16_t{});
  case ElementCode::UInt8:
  case ElementCode::Bool:
  case ElementCode::UInt2:
  case ElementCode::Int2:
  case ElementCode::UInt4:
  case ElementCode::Int4:
    return int32s(uint8_t{}); // narrow ones packed, as in raw data
  default:
    return {};
  }
}

/// How many elements all typed fields hold together; used to find data in a wrong field.
static int64_t countTypedElements(const TensorProto &t) {
  return int64_t{t.float_data_size()} + t.int32_data_size() + t.int64_data_size() +
         t.double_data_size() + t.uint64_data_size() + t.string_data_size();
}

/// The dense bytes of a tensor, exactly `bytes` of them.
static FailureOr<AsmResourceBlob> readBytes(TensorProto &tensor, int64_t count, int64_t width,
                                            ExternalFiles *files, Report report) {
  int64_t bytes = count * width, typed = countTypedElements(tensor);
  bool external = tensor.data_location() == 1;
  if (tensor.data_location() != 0 && !external)
    return report() << "has data location " << tensor.data_location() << ", expected 0 or 1";
  if (external + tensor.has_raw_data() + (typed > 0) > 1)
    return report() << "states its data in more than one place";
  if (external) {
    if (!files)
      return report() << "has external data, which are not allowed here";
    return files->read(tensor, static_cast<uint64_t>(bytes), report);
  }
  if (tensor.has_raw_data()) {
    if (static_cast<int64_t>(tensor.raw_data().size()) != bytes)
      return report() << "has " << uint64_t{tensor.raw_data().size()}
                      << " bytes of raw data, expected " << bytes;
    std::unique_ptr<std::string> data(tensor.release_raw_data());
    return takeBytes(std::move(data), static_cast<size_t>(width));
  }
  TypedField field = typedFieldOf(tensor);
  if (typed != field.count)
    return report() << "has data in another field than " << field.name;
  if (field.count != count)
    return report() << "has " << field.count << " elements in " << field.name << ", expected "
                    << count;
  AsmResourceBlob blob =
      HeapAsmResourceBlob::allocate(static_cast<size_t>(bytes), static_cast<size_t>(width));
  if (!field.copy(blob.getMutableData().data()))
    return report() << "has a value in " << field.name << " that does not fit its element type";
  return blob;
}

//===-- Attributes -------------------------------------------------------------------------===//

/// Whether all elements have the same bytes.
static bool isUniform(ArrayRef<char> data, size_t width) {
  return data.size() > width &&
         std::memcmp(data.data(), data.data() + width, data.size() - width) == 0;
}

ElementsAttr elementsFrom(RankedTensorType type, AsmResourceBlob blob, StringRef name) {
  ArrayRef<char> data = blob.getData();
  size_t width = static_cast<size_t>(nn::elementBytes(type.getElementType()));
  bool uniform = isUniform(data, width);
  if (type.getElementType().isInteger(1)) {
    // One byte each in files, packed in attributes.
    SmallVector<bool> bits(uniform ? 1 : data.size());
    for (auto [i, bit] : llvm::enumerate(bits))
      bit = data[i] != 0;
    return DenseElementsAttr::get(type, bits);
  }
  if (uniform)
    return DenseElementsAttr::getFromRawBuffer(type, data.take_front(width));
  if (static_cast<int64_t>(data.size()) <= maxInlineBytes)
    return DenseElementsAttr::getFromRawBuffer(type, data);
  return DenseResourceElementsAttr::get(type, name.empty() ? "constant" : name, std::move(blob));
}

FailureOr<ElementsAttr> decodeTensor(TensorProto &tensor, ExternalFiles *files,
                                     MLIRContext *context, Report report) {
  if (tensor.has_segment())
    return report() << "is split into segments, which no version of this compiler reads";
  if (!isElementCode(tensor.data_type()))
    return report() << "has element type " << tensor.data_type()
                    << ", which is not an ONNX element type";
  Type element = elementTypeOf(tensor.data_type(), context);
  if (!element)
    return report() << "has element type " << nameOfElementCode(tensor.data_type())
                    << ", which is not supported yet";
  SmallVector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  std::optional<int64_t> count = countElements(shape);
  if (!count)
    return report() << "has impossible shape " << describeShape(shape);
  unsigned narrow = bitsOfNarrowCode(tensor.data_type());
  FailureOr<AsmResourceBlob> blob =
      narrow ? readBytes(tensor, packedBytes(*count, narrow), 1, files, report)
             : readBytes(tensor, *count, nn::elementBytes(element), files, report);
  if (failed(blob))
    return failure();
  if (narrow)
    blob = unpack(blob->getData(), *count, narrow, !element.isUnsignedInteger());
  return elementsFrom(RankedTensorType::get(shape, element), std::move(*blob), tensor.name());
}

//===-- Reading back -----------------------------------------------------------------------===//

/// The elements of a constant of a kind of types, each read by `read`; nothing for other types,
/// long constants and blobs that are missing.
template <typename Kind, typename Element, typename Read>
static std::optional<SmallVector<Element>> readElements(ElementsAttr elements, Read read) {
  int64_t count = elements.getNumElements();
  if (!isa<Kind>(elements.getElementType()) || count > maxReadElements)
    return std::nullopt;
  std::optional<reference::Tensor> tensor = reference::Tensor::fromAttr(elements);
  if (!tensor)
    return std::nullopt;
  SmallVector<Element> result;
  for (int64_t i = 0; i < count; ++i)
    result.push_back(read(*tensor, i));
  return result;
}

std::optional<SmallVector<int64_t>> readIntegers(ElementsAttr elements) {
  return readElements<IntegerType, int64_t>(
      elements, [](const reference::Tensor &tensor, int64_t i) { return tensor.integer(i); });
}

std::optional<SmallVector<double>> readFloats(ElementsAttr elements) {
  return readElements<FloatType, double>(
      elements, [](const reference::Tensor &tensor, int64_t i) { return tensor.real(i); });
}

} // namespace nnc::onnx
