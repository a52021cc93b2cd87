// A tensor on the host: element access, attributes, half-precision numbers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Reference/Tensor.h"

#include "dialects/NN/NN.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace mlir;

namespace nnc::reference {

std::optional<ElementType> elementTypeOf(Type type) {
  type = nn::storageType(type);
  if (type.isF16())
    return ElementType::F16;
  if (type.isBF16())
    return ElementType::BF16;
  if (type.isF32())
    return ElementType::F32;
  if (type.isF64())
    return ElementType::F64;
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer || integer.isSigned())
    return std::nullopt;
  switch (integer.getWidth()) {
  case 1:
    return integer.isSignless() ? std::optional(ElementType::Bool) : std::nullopt;
  case 8:
    return integer.isUnsigned() ? ElementType::U8 : ElementType::I8;
  case 16:
    return integer.isUnsigned() ? ElementType::U16 : ElementType::I16;
  case 32:
    return integer.isUnsigned() ? ElementType::U32 : ElementType::I32;
  case 64:
    return integer.isUnsigned() ? ElementType::U64 : ElementType::I64;
  default:
    return std::nullopt;
  }
}

Type toMLIR(ElementType type, MLIRContext *context) {
  switch (type) {
  case ElementType::F16:
    return Float16Type::get(context);
  case ElementType::BF16:
    return BFloat16Type::get(context);
  case ElementType::F32:
    return Float32Type::get(context);
  case ElementType::F64:
    return Float64Type::get(context);
  case ElementType::Bool:
    return IntegerType::get(context, 1);
  case ElementType::U8:
  case ElementType::U16:
  case ElementType::U32:
  case ElementType::U64:
    return IntegerType::get(context, factsOf(type).bytes * 8, IntegerType::Unsigned);
  default:
    return IntegerType::get(context, factsOf(type).bytes * 8);
  }
}

//===-- Half precision ---------------------------------------------------------------------===//

namespace {
/// Bits of a 16-bit float: sign, exponent, mantissa.
struct HalfFormat {
  int mantissa, exponent;
  int bias() const { return (1 << (exponent - 1)) - 1; }
};
} // namespace

static HalfFormat halfFormat(ElementType type) {
  return type == ElementType::F16 ? HalfFormat{10, 5} : HalfFormat{7, 8};
}

uint16_t encodeHalf(double value, ElementType type) {
  HalfFormat format = halfFormat(type);
  int sign = std::signbit(value) ? 0x8000 : 0, infinity = ((1 << format.exponent) - 1)
                                                          << format.mantissa;
  if (std::isnan(value))
    return static_cast<uint16_t>(sign | infinity | (1 << (format.mantissa - 1)));
  double magnitude = std::fabs(value);
  if (magnitude == 0)
    return static_cast<uint16_t>(sign);
  if (std::isinf(magnitude))
    return static_cast<uint16_t>(sign | infinity);
  // Scaled by the spacing of the format around the value, the default rounding is the wanted one.
  int exponent = std::max(std::ilogb(magnitude), 1 - format.bias());
  double steps = std::nearbyint(std::ldexp(magnitude, format.mantissa - exponent));
  // The implicit leading one carries into the exponent, also when rounding reaches the next power
  // of two.
  double bits = steps + std::ldexp(exponent + format.bias() - 1, format.mantissa);
  return static_cast<uint16_t>(sign | (bits >= infinity ? infinity : static_cast<int>(bits)));
}

double decodeHalf(uint16_t bits, ElementType type) {
  HalfFormat format = halfFormat(type);
  int fraction = bits & ((1 << format.mantissa) - 1);
  int exponent = (bits >> format.mantissa) & ((1 << format.exponent) - 1);
  double magnitude;
  if (exponent == (1 << format.exponent) - 1)
    magnitude = fraction ? std::numeric_limits<double>::quiet_NaN()
                         : std::numeric_limits<double>::infinity();
  else if (exponent == 0)
    magnitude = std::ldexp(fraction, 1 - format.bias() - format.mantissa);
  else
    magnitude =
        std::ldexp(fraction + (1 << format.mantissa), exponent - format.bias() - format.mantissa);
  return bits & 0x8000 ? -magnitude : magnitude;
}

//===-- Making -----------------------------------------------------------------------------===//

Tensor::Tensor(ArrayRef<int64_t> shape, ElementType type) : dims(shape), element(type) {
  count = 1;
  for (int64_t size : shape)
    count *= size;
}

Tensor Tensor::zeros(ArrayRef<int64_t> shape, ElementType type) {
  Tensor tensor(shape, type);
  tensor.owner = std::make_shared<std::vector<char>>(static_cast<size_t>(tensor.count) *
                                                     tensor.elementBytes());
  tensor.view = *tensor.owner;
  return tensor;
}

Tensor Tensor::splat(ArrayRef<int64_t> shape, ElementType type) {
  Tensor tensor(shape, type);
  tensor.one = true;
  tensor.owner = std::make_shared<std::vector<char>>(tensor.elementBytes());
  tensor.view = *tensor.owner;
  return tensor;
}

Tensor Tensor::borrow(ArrayRef<int64_t> shape, ElementType type, ArrayRef<char> bytes) {
  Tensor tensor(shape, type);
  tensor.view = bytes;
  return tensor;
}

Tensor Tensor::of(ArrayRef<int64_t> shape, ElementType type, ArrayRef<double> values) {
  Tensor tensor = zeros(shape, type);
  for (int64_t i = 0; i < tensor.size(); ++i)
    tensor.isFloat() ? tensor.setReal(i, values[i])
                     : tensor.setInteger(i, static_cast<int64_t>(values[i]));
  return tensor;
}

Tensor Tensor::reshaped(ArrayRef<int64_t> shape) const {
  Tensor result = *this;
  result.dims.assign(shape.begin(), shape.end());
  if (one)
    result.count = llvm::product_of(shape);
  return result;
}

Tensor Tensor::dense() const {
  if (!one)
    return *this;
  Tensor result = zeros(dims, element);
  for (int64_t i = 0; i < count; ++i)
    result.setBytes(i, at(i));
  return result;
}

//===-- Elements ---------------------------------------------------------------------------===//

bool Tensor::isFloat() const {
  return element == ElementType::F16 || element == ElementType::BF16 ||
         element == ElementType::F32 || element == ElementType::F64;
}

bool Tensor::isUnsigned() const {
  return element == ElementType::U8 || element == ElementType::U16 || element == ElementType::U32 ||
         element == ElementType::U64 || element == ElementType::Bool;
}

template <typename T> static T loadAs(const char *from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}
template <typename T> static void storeAs(char *to, T value) { std::memcpy(to, &value, sizeof(T)); }

double Tensor::real(int64_t i) const {
  const char *from = at(i).data();
  switch (element) {
  case ElementType::F16:
  case ElementType::BF16:
    return decodeHalf(loadAs<uint16_t>(from), element);
  case ElementType::F32:
    return loadAs<float>(from);
  case ElementType::F64:
    return loadAs<double>(from);
  case ElementType::U64:
    return static_cast<double>(loadAs<uint64_t>(from));
  default:
    return static_cast<double>(integer(i));
  }
}

int64_t Tensor::integer(int64_t i) const {
  const char *from = at(i).data();
  switch (element) {
  case ElementType::Bool:
    return loadAs<uint8_t>(from) != 0;
  case ElementType::I8:
    return loadAs<int8_t>(from);
  case ElementType::I16:
    return loadAs<int16_t>(from);
  case ElementType::I32:
    return loadAs<int32_t>(from);
  case ElementType::U8:
    return loadAs<uint8_t>(from);
  case ElementType::U16:
    return loadAs<uint16_t>(from);
  case ElementType::U32:
    return loadAs<uint32_t>(from);
  case ElementType::I64:
  case ElementType::U64:
    return loadAs<int64_t>(from);
  default:
    return static_cast<int64_t>(real(i));
  }
}

void Tensor::setReal(int64_t i, double value) {
  switch (element) {
  case ElementType::F16:
  case ElementType::BF16:
    return storeAs(slot(i), encodeHalf(value, element));
  case ElementType::F32:
    return storeAs(slot(i), static_cast<float>(value));
  case ElementType::F64:
    return storeAs(slot(i), value);
  default:
    return setInteger(i, static_cast<int64_t>(value));
  }
}

void Tensor::setInteger(int64_t i, int64_t value) {
  switch (element) {
  case ElementType::Bool:
    return storeAs<uint8_t>(slot(i), value & 1);
  case ElementType::I8:
  case ElementType::U8:
    return storeAs(slot(i), static_cast<uint8_t>(value));
  case ElementType::I16:
  case ElementType::U16:
    return storeAs(slot(i), static_cast<uint16_t>(value));
  case ElementType::I32:
  case ElementType::U32:
    return storeAs(slot(i), static_cast<uint32_t>(value));
  case ElementType::I64:
  case ElementType::U64:
    return storeAs(slot(i), value);
  case ElementType::F32: // directly: a detour by double would round twice
    return storeAs(slot(i), static_cast<float>(value));
  default:
    return setReal(i, static_cast<double>(value));
  }
}

void Tensor::setBytes(int64_t i, ArrayRef<char> value) {
  std::memcpy(slot(i), value.data(), value.size());
}

std::vector<double> Tensor::reals() const {
  std::vector<double> values(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i)
    values[static_cast<size_t>(i)] = real(i);
  return values;
}

//===-- Attributes -------------------------------------------------------------------------===//

/// Booleans are packed into bits in dense attributes.
static Tensor unpackBooleans(DenseElementsAttr dense, Tensor tensor) {
  int64_t i = 0;
  for (bool value : dense.getValues<bool>())
    tensor.setInteger(i++, value);
  return tensor;
}

std::optional<Tensor> Tensor::fromAttr(ElementsAttr attr) {
  auto type = dyn_cast<RankedTensorType>(attr.getType());
  std::optional<ElementType> element = type ? elementTypeOf(type.getElementType()) : std::nullopt;
  if (!element)
    return std::nullopt;
  Tensor tensor(type.getShape(), *element);
  if (auto dense = dyn_cast<DenseElementsAttr>(attr)) {
    if (dense.isSplat() && *element == ElementType::Bool) {
      Tensor result = splat(type.getShape(), *element);
      result.setInteger(0, dense.getSplatValue<bool>());
      return result;
    }
    if (*element == ElementType::Bool)
      return unpackBooleans(dense, zeros(type.getShape(), *element));
    tensor.one = dense.isSplat();
    tensor.view = dense.getRawData();
    return tensor;
  }
  auto resource = dyn_cast<DenseResourceElementsAttr>(attr);
  AsmResourceBlob *blob = resource ? resource.getRawHandle().getBlob() : nullptr;
  if (!blob || static_cast<int64_t>(blob->getData().size()) != tensor.count * tensor.elementBytes())
    return std::nullopt;
  tensor.view = blob->getData();
  return tensor;
}

/// Whether all elements have the same bits.
static bool isUniform(const Tensor &tensor) {
  if (tensor.isSplat() || tensor.size() == 0)
    return tensor.isSplat();
  ArrayRef<char> bytes = tensor.bytes();
  // Each byte equals that one element earlier.
  return std::memcmp(bytes.data(), bytes.data() + tensor.elementBytes(),
                     bytes.size() - tensor.elementBytes()) == 0;
}

ElementsAttr Tensor::toAttr(MLIRContext *context, int64_t resourceBytes) const {
  auto type = RankedTensorType::get(dims, toMLIR(element, context));
  bool uniform = isUniform(*this);
  if (element == ElementType::Bool) {
    SmallVector<bool> values;
    for (int64_t i = 0; i < (uniform ? 1 : count); ++i)
      values.push_back(integer(i) != 0);
    return DenseElementsAttr::get(type, values);
  }
  if (uniform)
    return DenseElementsAttr::getFromRawBuffer(type, at(0));
  if (static_cast<int64_t>(view.size()) < resourceBytes || !owner)
    return DenseElementsAttr::getFromRawBuffer(type, view);
  // The blob keeps the bytes alive; it is never written.
  std::shared_ptr<std::vector<char>> keep = owner;
  AsmResourceBlob blob(
      view, alignof(std::max_align_t), [keep](void *, size_t, size_t) {}, /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, "folded", std::move(blob));
}

} // namespace nnc::reference
