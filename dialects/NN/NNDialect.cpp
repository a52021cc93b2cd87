// Registration of the nn dialect and the meaning of its layouts.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;

#include "dialects/NN/NNDialect.cpp.inc"
#include "dialects/NN/NNEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/NN/NNAttrs.cpp.inc"

namespace nnc::nn {

/// Sizes from here on are refused, so that sums and products of sizes and strides cannot overflow.
static constexpr int64_t kMaxBytes = int64_t(1) << 56;

void NNDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/NN/NNAttrs.cpp.inc"
      >();
}

Operation *NNDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                          Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, type, elements);
}

LogicalResult LayoutAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                                         function_ref<InFlightDiagnostic()> emitError) const {
  if (getStrides().size() != shape.size())
    return emitError() << "layout has " << getStrides().size() << " strides, but the tensor has "
                       << shape.size() << " dimensions";
  // Offsets must stay addressable: the largest one is Σ (size − 1)·stride.
  __int128 last = 0;
  for (auto [size, stride] : llvm::zip_equal(shape, getStrides())) {
    if (stride < 0)
      return emitError() << "layout has stride " << stride << ", expected none below 0";
    if (size > 0)
      last += static_cast<__int128>(size - 1) * stride;
    if (last >= kMaxBytes)
      return emitError() << "layout spans more than 2^56 elements";
  }
  return success();
}

bool hasSaneSize(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() || !storageType(tensor.getElementType()).isIntOrFloat())
    return false;
  __int128 bytes = elementBytes(tensor.getElementType());
  for (int64_t size : tensor.getShape()) {
    bytes *= std::max<int64_t>(size, 1);
    if (bytes >= kMaxBytes)
      return false;
  }
  return true;
}

bool equalIgnoringLayout(TypeRange a, TypeRange b) {
  return llvm::equal(a, b, [](Type x, Type y) {
    auto tx = dyn_cast<RankedTensorType>(x), ty = dyn_cast<RankedTensorType>(y);
    return tx && ty && tx.getShape() == ty.getShape() && tx.getElementType() == ty.getElementType();
  });
}

static SmallVector<int64_t> rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t d = static_cast<int64_t>(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * std::max<int64_t>(shape[d + 1], 1);
  return strides;
}

SmallVector<int64_t> stridesOf(RankedTensorType type) {
  if (auto layout = dyn_cast_or_null<LayoutAttr>(type.getEncoding()))
    return llvm::to_vector(layout.getStrides());
  return rowMajorStrides(type.getShape());
}

bool isRowMajor(RankedTensorType type) {
  SmallVector<int64_t> actual = stridesOf(type), expected = rowMajorStrides(type.getShape());
  for (auto [size, a, e] : llvm::zip_equal(type.getShape(), actual, expected))
    if (size > 1 && a != e)
      return false;
  return true;
}

int64_t bufferElements(RankedTensorType type) {
  int64_t last = 0;
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), stridesOf(type))) {
    if (size == 0)
      return 0;
    last += (size - 1) * stride;
  }
  return last + 1;
}

bool isQuantized(Type element) {
  auto quantized = dyn_cast<quant::QuantizedType>(element);
  if (!isa_and_present<quant::UniformQuantizedType, quant::UniformQuantizedPerAxisType>(quantized))
    return false;
  unsigned width = quantized.getStorageTypeIntegralWidth();
  return quantized.getExpressedType().isF32() && (width == 8 || width == 16 || width == 32);
}

Type storageType(Type element) {
  auto quantized = dyn_cast<quant::QuantizedType>(element);
  if (!quantized)
    return element;
  return IntegerType::get(element.getContext(), quantized.getStorageTypeIntegralWidth(),
                          quantized.isSigned() ? IntegerType::Signless : IntegerType::Unsigned);
}

bool isNarrowInteger(Type element) {
  return isa<IntegerType>(element) &&
         (element.getIntOrFloatBitWidth() == 8 || element.getIntOrFloatBitWidth() == 16);
}

std::pair<int64_t, int64_t> integerRange(Type element) {
  unsigned width = element.getIntOrFloatBitWidth();
  if (element.isUnsignedInteger())
    return {0, static_cast<int64_t>(llvm::maxUIntN(width))};
  return {llvm::minIntN(width), llvm::maxIntN(width)};
}

int64_t elementBytes(Type element) {
  return static_cast<int64_t>(storageType(element).getIntOrFloatBitWidth() + 7) / 8;
}

int64_t totalBytes(ShapedType type) {
  return type.getNumElements() * elementBytes(type.getElementType());
}

} // namespace nnc::nn
