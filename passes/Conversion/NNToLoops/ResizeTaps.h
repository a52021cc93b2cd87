// Where the elements of a resized dimension come from: for each result coordinate, input places and
// weights. Follows the definition of ONNX's Resize; all arithmetic is in double at compile time.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_RESIZETAPS_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_RESIZETAPS_H

#include "dialects/NN/NN.h"

#include <optional>

namespace nnc {

/// The taps of one dimension: `count` for each result coordinate, those of coordinate i from
/// i·count on.
struct ResizeTaps {
  int64_t count = 1;
  llvm::SmallVector<int32_t> places; ///< within the input
  llvm::SmallVector<double> weights; ///< sum 1 for each coordinate
  llvm::SmallVector<bool>
      outside; ///< per coordinate: gives the extrapolation value; empty if none does
  size_t coordinates() const { return places.size() / static_cast<size_t>(count); }
};

/// The taps of dimension `axis`.
ResizeTaps resizeTaps(nn::ResizeOp op, int64_t axis);

/// places[i] = ⌊i·factor / divisor⌋ + start.
struct RegularPlaces {
  int64_t factor, divisor, start;
};

/// The formula behind places of single taps, if it is so simple.
std::optional<RegularPlaces> regularPlaces(const ResizeTaps &taps);

} // namespace nnc

#endif
