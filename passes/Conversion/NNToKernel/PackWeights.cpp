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
template <typename T>
static T *packGroup(const T *source, const WeightMatrix &matrix, ArrayRef<int64_t> taps, T *out) {
  const kernel::Panels &panels = matrix.panels;
  for (int64_t first = 0; first < panels.columns; first += panels.width) {
    int64_t count = std::min(panels.width, panels.columns - first);
    int64_t width = count == panels.width ? count : panels.restWidth();
    const T *panel = source + first * matrix.columnStride;
    int64_t group = matrix.interleave;
    for (int64_t tap : taps)
      for (int64_t channel = 0; channel < matrix.channels; channel += group, out += width * group) {
        const T *row = panel + tap * matrix.tapStride + channel * matrix.channelStride;
        std::fill(out, out + width * group, T(0));
        for (int64_t column = 0; column < count; ++column)
          for (int64_t i = 0; i < std::min(group, matrix.channels - channel); ++i)
            out[column * group + i] = row[column * matrix.columnStride + i * matrix.channelStride];
      }
  }
  return out;
}

/// Writes all taps of all groups.
template <typename T> static void packGroups(const T *source, const WeightMatrix &matrix, T *out) {
  SmallVector<int64_t> taps = llvm::to_vector(llvm::seq(matrix.taps));
  for (int64_t group = 0; group < matrix.groups; ++group)
    out =
        packGroup(source + group * matrix.panels.columns * matrix.columnStride, matrix, taps, out);
}

ElementsAttr WeightPacker::packOnce(ElementsAttr source, int64_t elements, ArrayRef<int64_t> form,
                                    Type element, function_ref<void(const char *, char *)> write) {
  ElementsAttr &packed = done[{source.getAsOpaquePointer(), {form.begin(), form.end()}}];
  if (packed)
    return packed;
  auto type = RankedTensorType::get({elements}, element);
  if (elements == 1 && element.isF32()) { // a splat, as others of one value
    float value = 0;
    write(bytesOf(source).data(), reinterpret_cast<char *>(&value));
    return packed = DenseElementsAttr::get(type, value);
  }
  AsmResourceBlob blob =
      HeapAsmResourceBlob::allocate(elements * (element.getIntOrFloatBitWidth() / 8), kAlignment);
  write(bytesOf(source).data(), blob.getMutableData().data());
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
                  source.getElementType(), [&](const char *values, char *out) {
                    packGroups(reinterpret_cast<const float *>(values) +
                                   matrix.firstColumn * matrix.columnStride,
                               matrix, reinterpret_cast<float *>(out));
                  });
}

ElementsAttr WeightPacker::packIntegers(ElementsAttr source, int64_t zeroPoint,
                                        ArrayRef<int8_t> values, const WeightMatrix &matrix) {
  Type element = IntegerType::get(source.getContext(), 8);
  if (llvm::all_equal(values))
    return DenseElementsAttr::get(RankedTensorType::get({matrix.elements()}, element),
                                  IntegerAttr::get(element, values.front()));
  return packOnce(source, matrix.elements(),
                  {matrix.groups, matrix.taps, matrix.tapStride, matrix.columnStride,
                   matrix.panels.width, matrix.panels.vector, matrix.interleave, zeroPoint},
                  element, [&](const char *, char *out) {
                    packGroups(values.data(), matrix, reinterpret_cast<int8_t *>(out));
                  });
}

/// Writes a block of channels, from `first` on, of `width`.
static int8_t *packBlock(ArrayRef<int8_t> values, const kernel::TapGroups &groups, int64_t first,
                         int64_t width, int8_t *out) {
  for (int64_t line = 0; line < groups.lines; ++line)
    for (int64_t variant = 0; variant < groups.variants(); ++variant)
      for (int64_t group = 0; group < groups.groups(); ++group)
        for (int64_t i = 0; i < width * groups.kTaps; ++i, ++out) {
          int64_t lane = i / groups.kTaps % (width / groups.kParts), part = i / width;
          int64_t channel = first + groups.channelOf(part, lane);
          int64_t tap = group * groups.kTaps + i % groups.kTaps - variant;
          *out = tap < 0 || tap >= groups.taps
                     ? int8_t(0)
                     : values[(channel * groups.lines + line) * groups.taps + tap];
        }
  return out;
}

ElementsAttr WeightPacker::packTapGroups(ElementsAttr source, int64_t zeroPoint,
                                         ArrayRef<int8_t> values, const kernel::TapGroups &groups) {
  constexpr int64_t kForm = -4; // no matrix has so many groups
  return packOnce(source, groups.elements(),
                  {kForm, groups.channels, groups.lines, groups.taps, groups.vector, zeroPoint},
                  IntegerType::get(source.getContext(), 8), [&](const char *, char *packed) {
                    auto *out = reinterpret_cast<int8_t *>(packed);
                    for (int64_t c = 0; c < groups.inBlocks(); c += groups.blockAt(c))
                      out = packBlock(values, groups, c, groups.blockAt(c), out);
                    int64_t taps = groups.lines * groups.taps;
                    for (int64_t tap = 0; tap < taps; ++tap)
                      for (int64_t c = groups.inBlocks(); c < groups.channels; ++c)
                        *out++ = values[c * taps + tap];
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
  auto write = [&](const char *values, char *packed) {
    auto *out = reinterpret_cast<float *>(packed);
    for (ArrayRef<int64_t> taps : phases)
      for (int64_t group = 0; group < matrix.groups; ++group)
        out = packGroup(reinterpret_cast<const float *>(values) +
                            group * matrix.channels * matrix.channelStride,
                        matrix, taps, out);
  };
  return packOnce(source, matrix.elements(), form, source.getElementType(), write);
}

ElementsAttr WeightPacker::packPlaces(ElementsAttr source, int64_t places, kernel::Panels panels,
                                      int64_t form,
                                      function_ref<void(const float *, float *)> transform) {
  ArrayRef<int64_t> shape = source.getShapedType().getShape();
  int64_t maps = shape[0], channels = shape[1], taps = source.getNumElements() / maps / channels;
  int64_t perPlace = panels.elements(channels);
  auto write = [&](const char *values, char *packed) {
    const auto *filter = reinterpret_cast<const float *>(values);
    auto *out = reinterpret_cast<float *>(packed);
    std::fill(out, out + places * perPlace, 0.0f);
    std::vector<float> u(places);
    for (int64_t o = 0; o < maps; ++o) {
      int64_t column = o % panels.width, first = o - column;
      int64_t width = maps - first < panels.width ? panels.restWidth() : panels.width;
      float *at = out + first * channels + column;
      for (int64_t c = 0; c < channels; ++c, filter += taps, at += width) {
        transform(filter, u.data());
        for (int64_t p = 0; p < places; ++p)
          at[p * perPlace] = u[p];
      }
    }
  };
  return packOnce(source, places * perPlace, {form, places, panels.width, panels.vector},
                  source.getElementType(), write);
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
