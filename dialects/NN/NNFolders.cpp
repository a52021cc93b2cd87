// Folds that cost nothing: identities, and moves of constants that keep their bytes.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

#include <cmath>

using namespace mlir;

namespace nnc::nn {

/// A splat constant under another shape, or null. Types with a layout are left alone: constants
/// have none.
static Attribute reshapeSplat(Attribute value, Type type) {
  auto splat = dyn_cast_if_present<SplatElementsAttr>(value);
  auto result = cast<RankedTensorType>(type);
  if (!splat || result.getEncoding() || splat.getElementType() != result.getElementType())
    return nullptr;
  return DenseElementsAttr(splat).resizeSplat(result);
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

/// Functions that change nothing when applied to their own result.
static bool isIdempotent(UnaryKind kind) {
  return kind == UnaryKind::relu || kind == UnaryKind::abs || kind == UnaryKind::sign ||
         kind == UnaryKind::floor || kind == UnaryKind::ceil || kind == UnaryKind::round;
}

/// Functions that undo themselves.
static bool isInvolution(UnaryKind kind) {
  return kind == UnaryKind::neg || kind == UnaryKind::logical_not || kind == UnaryKind::bitwise_not;
}

/// −(−x) is x, |‖x‖| is |x|.
OpFoldResult UnaryOp::fold(FoldAdaptor) {
  auto inner = getInput().getDefiningOp<UnaryOp>();
  if (!inner || inner.getKind() != getKind())
    return nullptr;
  if (isIdempotent(getKind()) && inner.getType() == getType())
    return inner.getResult();
  if (isInvolution(getKind()) && inner.getInput().getType() == getType())
    return inner.getInput();
  return nullptr;
}

OpFoldResult ClampOp::fold(FoldAdaptor) {
  if (!getLow() && !getHigh() && getInput().getType() == getType())
    return getInput();
  return nullptr;
}

/// Whether all elements of a constant are this number; of zeros the sign counts.
static bool isSplatOf(Attribute value, double number) {
  auto splat = dyn_cast_if_present<SplatElementsAttr>(value);
  if (!splat || splat.getNumElements() == 0)
    return false;
  if (isa<FloatType>(splat.getElementType())) {
    double element = 0;
    auto converted = splat.getSplatValue<APFloat>();
    bool lost = false;
    converted.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &lost);
    element = converted.convertToDouble();
    return element == number && std::signbit(element) == std::signbit(number);
  }
  if (!splat.getElementType().isInteger() || splat.getElementType().isInteger(1))
    return false;
  return splat.getSplatValue<APInt>() == static_cast<uint64_t>(number);
}

/// Whether f(x, b) is x, bit for bit. x + 0.0 is not: it makes −0 to +0; x + −0.0 is.
static bool isNeutral(BinaryKind kind, Attribute b) {
  switch (kind) {
  case BinaryKind::add:
    return isSplatOf(b, -0.0);
  case BinaryKind::sub:
  case BinaryKind::bit_or:
  case BinaryKind::bit_xor:
  case BinaryKind::shift_left:
  case BinaryKind::shift_right:
    return isSplatOf(b, 0.0);
  case BinaryKind::mul:
  case BinaryKind::div:
    return isSplatOf(b, 1.0);
  default:
    return false;
  }
}

OpFoldResult BinaryOp::fold(FoldAdaptor adaptor) {
  if (getLhs().getType() == getType() && isNeutral(getKind(), adaptor.getRhs()))
    return getLhs();
  bool commutes = getKind() == BinaryKind::add || getKind() == BinaryKind::mul ||
                  getKind() == BinaryKind::bit_or || getKind() == BinaryKind::bit_xor;
  if (commutes && getRhs().getType() == getType() && isNeutral(getKind(), adaptor.getLhs()))
    return getRhs();
  return nullptr;
}

OpFoldResult CastOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? OpFoldResult(getInput()) : nullptr;
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  auto type = cast<RankedTensorType>(getType());
  if (type.getEncoding())
    return nullptr;
  if (auto dense = dyn_cast_if_present<DenseElementsAttr>(adaptor.getInput()))
    return dense.reshape(type);
  if (auto blob = dyn_cast_if_present<DenseResourceElementsAttr>(adaptor.getInput()))
    return DenseResourceElementsAttr::get(type, blob.getRawHandle());
  return nullptr;
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (llvm::equal(getPerm(), llvm::seq<int64_t>(0, getPerm().size())) &&
      getInput().getType() == getType())
    return getInput();
  return reshapeSplat(adaptor.getInput(), getType());
}

OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  return reshapeSplat(adaptor.getInput(), getType());
}

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  if (getInputs().size() == 1 && getInputs().front().getType() == getType())
    return getInputs().front();
  return nullptr;
}

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  bool whole = llvm::all_of(getStarts(), [](int64_t start) { return start == 0; }) &&
               llvm::all_of(getSteps(), [](int64_t step) { return step == 1; });
  if (whole && getInput().getType() == getType())
    return getInput();
  return reshapeSplat(adaptor.getInput(), getType());
}

OpFoldResult PadOp::fold(FoldAdaptor) {
  auto zero = [](int64_t amount) { return amount == 0; };
  if (llvm::all_of(getLow(), zero) && llvm::all_of(getHigh(), zero) &&
      getInput().getType() == getType())
    return getInput();
  return nullptr;
}

OpFoldResult GatherOp::fold(FoldAdaptor adaptor) {
  return reshapeSplat(adaptor.getInput(), getType());
}

} // namespace nnc::nn
