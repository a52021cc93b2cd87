// Folds that cost nothing: identities, and moves of constants that keep their bytes.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

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

OpFoldResult UnaryOp::fold(FoldAdaptor) { return nullptr; }

OpFoldResult ClampOp::fold(FoldAdaptor) {
  if (!getLow() && !getHigh() && getInput().getType() == getType())
    return getInput();
  return nullptr;
}

OpFoldResult BinaryOp::fold(FoldAdaptor) { return nullptr; }

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
