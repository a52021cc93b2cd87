// Tensors that state only their non-zero elements.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "lib/Import/ONNX/Tensor.h"

#include <cstring>

using namespace mlir;

namespace nnc::onnx {

/// The dense form is not backed by bytes of the file, so a small file could ask for any size.
static constexpr int64_t maxDenseElements = int64_t{1} << 26;

/// Positions of the non-zero elements in row-major order: stated as such, or as coordinates.
static FailureOr<SmallVector<int64_t>> readPositions(ElementsAttr indices, ArrayRef<int64_t> shape,
                                                     int64_t values, int64_t total, Report report) {
  std::optional<SmallVector<int64_t>> stated = readIntegers(indices);
  ArrayRef<int64_t> form = indices.getShapedType().getShape();
  int64_t rank = static_cast<int64_t>(shape.size());
  bool linear = form.size() == 1 && form[0] == values;
  bool rows = form.size() == 2 && form[0] == values && form[1] == rank;
  if (!stated || (!linear && !rows))
    return report() << "has indices of shape " << describeShape(form) << ", expected [" << values
                    << "] or [" << values << ", " << rank << "]";
  SmallVector<int64_t> positions;
  for (int64_t i = 0; i < values; ++i) {
    int64_t position = linear ? (*stated)[i] : 0;
    for (int64_t d = 0; rows && d < rank; ++d) {
      int64_t index = (*stated)[i * rank + d];
      if (index < 0 || index >= shape[d])
        return report() << "has index " << index << " in a dimension of " << shape[d];
      position = position * shape[d] + index;
    }
    if (position < 0 || position >= total)
      return report() << "has position " << position << " among " << total << " elements";
    positions.push_back(position);
  }
  return positions;
}

FailureOr<ElementsAttr> decodeSparseTensor(SparseTensorProto &tensor, ExternalFiles *files,
                                           MLIRContext *context, Report report) {
  SmallVector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  std::optional<int64_t> total = countElements(shape);
  if (!total || *total > maxDenseElements)
    return report() << "has impossible shape " << describeShape(shape) << " for a sparse tensor";
  FailureOr<ElementsAttr> values = decodeTensor(*tensor.mutable_values(), files, context, report);
  FailureOr<ElementsAttr> indices =
      succeeded(values) ? decodeTensor(*tensor.mutable_indices(), files, context, report)
                        : FailureOr<ElementsAttr>();
  if (failed(indices))
    return failure();
  Type element = values->getElementType();
  auto reals = readFloats(*values);
  auto integers = readIntegers(*values);
  int64_t stated = values->getNumElements();
  if (!reals && !integers)
    return report() << "has values that are not supported in a sparse tensor";
  auto positions = readPositions(*indices, shape, stated, *total, report);
  if (failed(positions))
    return failure();

  RankedTensorType type = RankedTensorType::get(shape, element);
  size_t width = static_cast<size_t>(nn::elementBytes(element));
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(static_cast<size_t>(*total) * width, 64);
  char *data = blob.getMutableData().data();
  std::memset(data, 0, static_cast<size_t>(*total) * width);
  for (auto [i, position] : llvm::enumerate(*positions)) {
    APInt bits = integers ? APInt(64, static_cast<uint64_t>((*integers)[i])) : [&, i = i] {
      APFloat value((*reals)[i]);
      bool inexact;
      value.convert(cast<FloatType>(element).getFloatSemantics(), APFloat::rmNearestTiesToEven,
                    &inexact);
      return value.bitcastToAPInt();
    }();
    std::memcpy(data + static_cast<size_t>(position) * width, bits.getRawData(), width);
  }
  return elementsFrom(type, std::move(blob), tensor.values().name());
}

} // namespace nnc::onnx
