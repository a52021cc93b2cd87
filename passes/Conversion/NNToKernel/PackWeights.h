// Weights in the order in which a kernel reads them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOKERNEL_PACKWEIGHTS_H
#define NNC_PASSES_CONVERSION_NNTOKERNEL_PACKWEIGHTS_H

#include "dialects/Kernel/Panels.h"
#include "dialects/Kernel/TapGroups.h"

#include "llvm/ADT/StringRef.h"
#include "mlir/IR/BuiltinAttributes.h"

#include <map>
#include <vector>

namespace nnc {

/// A weight seen as `groups` matrices [K][N]. Element (k, n) of group g lies at g·N·columnStride +
/// (firstColumn + n)·columnStride + offset of k in the source; k = tap·channels + channel has the
/// offset tap·tapStride + channel·channelStride.
struct WeightMatrix {
  int64_t groups;
  int64_t taps, channels; ///< K = taps · channels
  int64_t tapStride, channelStride, columnStride;
  kernel::Panels panels;   ///< of one group's N columns
  int64_t firstColumn = 0; ///< of the source, where it has others in front
  int64_t interleave = 1;  ///< channels that lie side by side for each column
  int64_t elements() const {
    return groups *
           panels.elements(taps * static_cast<int64_t>(llvm::alignTo(channels, interleave)));
  }
};

/// Packs constants into blobs of one dimension, each form of a constant once. Splats stay splats.
class WeightPacker {
public:
  /// Whether the values are there and have type f32.
  static bool canRead(mlir::ElementsAttr source);
  /// Whether a readable constant has neither infinities nor NaNs.
  static bool isFinite(mlir::ElementsAttr source);
  /// The packed constant; `source` must be readable and have the matrix' elements.
  mlir::ElementsAttr pack(mlir::ElementsAttr source, const WeightMatrix &matrix);
  /// The same for integers: `values` are the source's elements less a zero point.
  mlir::ElementsAttr packIntegers(mlir::ElementsAttr source, int64_t zeroPoint,
                                  llvm::ArrayRef<int8_t> values, const WeightMatrix &matrix);
  /// The filters of a depthwise convolution, C×1×…, in groups of taps.
  mlir::ElementsAttr packTapGroups(mlir::ElementsAttr source, int64_t zeroPoint,
                                   llvm::ArrayRef<int8_t> values, const kernel::TapGroups &groups);
  /// As `pack`, with the filters of each phase, a list of taps, behind those of the phases before.
  /// Groups lie channels·channelStride apart in the source, as those of transposed filters do.
  mlir::ElementsAttr packPhases(mlir::ElementsAttr source, const WeightMatrix &matrix,
                                llvm::ArrayRef<llvm::SmallVector<int64_t>> phases);
  /// M×C×r×r filters in Winograd's transform domain for tiles of `tile` results: α² matrices [C][M]
  /// in panels. `source` must be readable.
  mlir::ElementsAttr packWinograd(mlir::ElementsAttr source, int64_t tile, kernel::Panels panels);
  /// M×C×r₁×r₂ filters in the frequency domain for tiles of `size` × `size` elements: a matrix
  /// [C][M] in panels for each of `numerics::FftPlaces`. `source` must be readable.
  mlir::ElementsAttr packFft(mlir::ElementsAttr source, int64_t size, kernel::Panels panels);
  /// Resource blobs that were packed.
  llvm::ArrayRef<mlir::DenseResourceElementsAttr> sources() const { return packedBlobs; }

private:
  /// The packed form of a constant that `form` describes: known already, or written by `write` from
  /// the source's values.
  mlir::ElementsAttr packOnce(mlir::ElementsAttr source, int64_t elements,
                              llvm::ArrayRef<int64_t> form, mlir::Type element,
                              llvm::function_ref<void(const char *, char *)> write);

  /// `places` matrices [C][M] in panels from M×C×… filters; `transform` gives one filter's elements
  /// of all places. `form` tells the transform from others.
  mlir::ElementsAttr packPlaces(mlir::ElementsAttr source, int64_t places, kernel::Panels panels,
                                int64_t form,
                                llvm::function_ref<void(const float *, float *)> transform);

  std::map<std::pair<const void *, std::vector<int64_t>>, mlir::ElementsAttr> done;
  llvm::SmallVector<mlir::DenseResourceElementsAttr> packedBlobs;
};

} // namespace nnc

#endif
