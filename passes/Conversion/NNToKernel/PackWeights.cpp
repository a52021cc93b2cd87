// Packing of weights: one pass over the source, one write of the result.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToKernel/PackWeights.h"

#include "lib/Numerics/Fft.h"
#include "lib/Numerics/Winograd.h"

#include "llvm/ADT/Sequence.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace nnc {

/// Machine vectors are loaded from packed weights.
static constexpr size_t kAlignment = 64;

/// The values of a constant that is no splat; empty if they are not there.
static ArrayRef<char> bytesOf(ElementsAttr source) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(source)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob ? blob->getData() : ArrayRef<char>();
  }
  if (auto dense = dyn_cast<DenseElementsAttr>(source))
    return dense.getRawData();
  return {};
}

bool WeightPacker::canRead(ElementsAttr source) {
  if (!source.getElementType().isF32())
    return false;
  if (isa<SplatElementsAttr>(source))
    return true;
  return bytesOf(source).size() == static_cast<size_t>(source.getNumElements()) * sizeof(float);
}

bool WeightPacker::isFinite(ElementsAttr source) {
  if (auto splat = dyn_cast<SplatElementsAttr>(source))
    return splat.getSplatValue<APFloat>().isFinite();
  ArrayRef<char> bytes = bytesOf(source);
  ArrayRef<float> values(reinterpret_cast<const float *>(bytes.data()),
                         bytes.size() / sizeof(float));
  return llvm::all_of(values, [](float value) { return std::isfinite(value); });
}

/// Writes some taps of one group's panels behind each other; returns the end.
static float *packGroup(const float *source, const WeightMatrix &matrix, ArrayRef<int64_t> taps,
                        float *out) {
  const kernel::Panels &panels = matrix.panels;
  for (int64_t first = 0; first < panels.columns; first += panels.width) {
    int64_t count = std::min(panels.width, panels.columns - first);
    int64_t width = count == panels.width ? count : panels.restWidth();
    const float *panel = source + first * matrix.columnStride;
    for (int64_t tap : taps)
      for (int64_t channel = 0; channel < matrix.channels; ++channel) {
        const float *row = panel + tap * matrix.tapStride + channel * matrix.channelStride;
        for (int64_t column = 0; column < count; ++column)
          out[column] = row[column * matrix.columnStride];
        std::fill(out + count, out + width, 0.0f);
        out += width;
      }
  }
  return out;
}

ElementsAttr WeightPacker::packOnce(ElementsAttr source, int64_t elements, ArrayRef<int64_t> form,
                                    function_ref<void(const float *, float *)> write) {
  ElementsAttr &packed = done[{source.getAsOpaquePointer(), {form.begin(), form.end()}}];
  if (packed)
    return packed;
  auto type = RankedTensorType::get({elements}, source.getElementType());
  if (elements == 1) { // a splat, as others of one value
    float value = 0;
    write(reinterpret_cast<const float *>(bytesOf(source).data()), &value);
    return packed = DenseElementsAttr::get(type, value);
  }
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(elements * sizeof(float), kAlignment);
  write(reinterpret_cast<const float *>(bytesOf(source).data()),
        reinterpret_cast<float *>(blob.getMutableData().data()));
  std::string name = "packed";
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(source)) {
    name = (resource.getRawHandle().getKey() + ".packed").str();
    packedBlobs.push_back(resource);
  }
  packed = DenseResourceElementsAttr::get(type, name, std::move(blob));
  return packed;
}

ElementsAttr WeightPacker::pack(ElementsAttr source, const WeightMatrix &matrix) {
  if (auto splat = dyn_cast<SplatElementsAttr>(source))
    return DenseElementsAttr::get(
        RankedTensorType::get({matrix.elements()}, source.getElementType()),
        splat.getSplatValue<Attribute>());
  return packOnce(source, matrix.elements(),
                  {matrix.groups, matrix.taps, matrix.tapStride, matrix.columnStride,
                   matrix.panels.width, matrix.panels.vector, matrix.panels.columns,
                   matrix.firstColumn},
                  [&](const float *values, float *out) {
                    values += matrix.firstColumn * matrix.columnStride;
                    SmallVector<int64_t> taps = llvm::to_vector(llvm::seq(matrix.taps));
                    for (int64_t group = 0; group < matrix.groups; ++group)
                      out = packGroup(values + group * matrix.panels.columns * matrix.columnStride,
                                      matrix, taps, out);
                  });
}

ElementsAttr WeightPacker::packPhases(ElementsAttr source, const WeightMatrix &matrix,
                                      ArrayRef<SmallVector<int64_t>> phases) {
  if (isa<SplatElementsAttr>(source))
    return pack(source, matrix);
  SmallVector<int64_t> form{matrix.groups, matrix.channelStride, matrix.columnStride,
                            matrix.panels.width, matrix.panels.vector};
  for (ArrayRef<int64_t> taps : phases) {
    form.push_back(static_cast<int64_t>(taps.size()));
    llvm::append_range(form, taps);
  }
  return packOnce(source, matrix.elements(), form, [&](const float *values, float *out) {
    for (ArrayRef<int64_t> taps : phases)
      for (int64_t group = 0; group < matrix.groups; ++group)
        out = packGroup(values + group * matrix.channels * matrix.channelStride, matrix, taps, out);
  });
}

ElementsAttr WeightPacker::packPlaces(ElementsAttr source, int64_t places, kernel::Panels panels,
                                      int64_t form,
                                      function_ref<void(const float *, float *)> transform) {
  ArrayRef<int64_t> shape = source.getShapedType().getShape();
  int64_t maps = shape[0], channels = shape[1], taps = source.getNumElements() / maps / channels;
  int64_t perPlace = panels.elements(channels);
  return packOnce(source, places * perPlace, {form, places, panels.width, panels.vector},
                  [&](const float *filter, float *out) {
                    std::fill(out, out + places * perPlace, 0.0f);
                    std::vector<float> u(places);
                    for (int64_t o = 0; o < maps; ++o) {
                      int64_t column = o % panels.width, first = o - column;
                      int64_t width =
                          maps - first < panels.width ? panels.restWidth() : panels.width;
                      float *at = out + first * channels + column;
                      for (int64_t c = 0; c < channels; ++c, filter += taps, at += width) {
                        transform(filter, u.data());
                        for (int64_t p = 0; p < places; ++p)
                          at[p * perPlace] = u[p];
                      }
                    }
                  });
}

ElementsAttr WeightPacker::packWinograd(ElementsAttr source, int64_t tile, kernel::Panels panels) {
  numerics::WinogradTransforms transforms =
      numerics::bestTransforms(tile, source.getShapedType().getDimSize(2));
  return packPlaces(
      source, transforms.alpha() * transforms.alpha(), panels, /*form=*/tile,
      [&](const float *filter, float *u) { numerics::transformFilter(transforms, filter, u); });
}

ElementsAttr WeightPacker::packFft(ElementsAttr source, int64_t size, kernel::Panels panels) {
  ArrayRef<int64_t> shape = source.getShapedType().getShape();
  numerics::FftFilter transform(size, shape[2], shape[3]);
  return packPlaces(source, numerics::FftPlaces{size}.count(), panels, /*form=*/-size,
                    [&](const float *filter, float *u) { transform.transform(filter, u); });
}

} // namespace nnc
