// Checks and arithmetic shared by the shape inference of the nn operators.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NNInference.h"

#include "llvm/ADT/StringExtras.h"

#include <limits>

using namespace mlir;

namespace nnc::nn {

std::string formatShape(ArrayRef<int64_t> shape) {
  return shape.empty()
             ? "scalar"
             : llvm::join(llvm::map_range(shape, [](int64_t d) { return std::to_string(d); }), "x");
}

FailureOr<RankedTensorType> Inference::tensor(Value value, StringRef name) const {
  Type type = value ? value.getType() : Type();
  if (!type || !hasSaneSize(type))
    return error(name, " must be a static tensor of a sane size, found ", type);
  return cast<RankedTensorType>(type);
}

LogicalResult Inference::checkAxis(int64_t axis, int64_t rank) const {
  if (rank == 0)
    return error("axis is ", axis, ", but the input is a scalar");
  if (axis < 0 || axis >= rank)
    return error("axis is ", axis, ", expected a value from 0 to ", rank - 1);
  return success();
}

LogicalResult Inference::checkAxes(ArrayRef<int64_t> axes, int64_t rank) const {
  int64_t previous = -1;
  for (int64_t axis : axes) {
    if (failed(checkAxis(axis, rank)))
      return failure();
    if (axis <= previous)
      return error("axes must ascend, found ", axis, " after ", previous);
    previous = axis;
  }
  return success();
}

LogicalResult Inference::checkList(StringRef name, ArrayRef<int64_t> values, int64_t count,
                                   int64_t least) const {
  if (static_cast<int64_t>(values.size()) != count)
    return error(name, " has ", values.size(), " entries, expected ", count);
  for (int64_t value : values)
    if (value < least)
      return error(name, " has the entry ", value, ", expected at least ", least);
  return success();
}

LogicalResult Inference::checkElements(StringRef nameA, RankedTensorType a, StringRef nameB,
                                       RankedTensorType b) const {
  if (a.getElementType() != b.getElementType())
    return error(nameB, " has element type ", b.getElementType(), ", but ", nameA, " has ",
                 a.getElementType());
  return success();
}

LogicalResult Inference::checkFactors(StringRef nameA, RankedTensorType a, StringRef nameB,
                                      RankedTensorType b) const {
  if (isNarrowInteger(a.getElementType()) && isNarrowInteger(b.getElementType()))
    return success();
  return checkElements(nameA, a, nameB, b);
}

Type sumType(Type factor) {
  return isNarrowInteger(factor) ? IntegerType::get(factor.getContext(), 32) : factor;
}

FailureOr<SmallVector<int64_t>> Inference::broadcast(ArrayRef<int64_t> a,
                                                     ArrayRef<int64_t> b) const {
  if (a.size() < b.size())
    std::swap(a, b);
  SmallVector<int64_t> shape(a);
  size_t shift = a.size() - b.size();
  for (auto [i, size] : llvm::enumerate(b)) {
    int64_t &out = shape[shift + i];
    if (out == 1)
      out = size;
    else if (size != 1 && size != out)
      return error("shapes ", formatShape(a), " and ", formatShape(b), " do not broadcast");
  }
  return shape;
}

LogicalResult Inference::result(ArrayRef<int64_t> shape, Type element,
                                SmallVectorImpl<Type> &types) const {
  auto type = RankedTensorType::get(shape, element);
  if (!hasSaneSize(type))
    return error("result would be ", type, ", which is too large");
  types.push_back(type);
  return success();
}

FailureOr<int64_t> Inference::dimension(Wide size, int64_t index) const {
  if (size < 0)
    return error("dimension ", index, " of the result would be negative");
  if (size > std::numeric_limits<int64_t>::max())
    return error("dimension ", index, " of the result would be too large");
  return static_cast<int64_t>(size);
}

} // namespace nnc::nn
