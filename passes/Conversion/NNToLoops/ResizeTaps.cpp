// Where the elements of a resized dimension come from.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/ResizeTaps.h"

#include <cmath>
#include <numeric>

using namespace mlir;

namespace nnc {

namespace {

/// One dimension of a resize.
struct Axis {
  nn::ResizeOp op;
  int64_t inputSize, resultSize;
  double scale, roiStart = 0, roiEnd = 1;

  double coordinate(int64_t i);
  SmallVector<double> weights(double ratio, int64_t &first);
};

/// The input coordinate of result coordinate i.
double Axis::coordinate(int64_t i) {
  double x = static_cast<double>(i), input = static_cast<double>(inputSize);
  double exactSize = scale * input; // may be no integer
  switch (op.getCoordinates()) {
  case nn::Coordinates::align_corners:
    return exactSize == 1 ? 0 : x * (input - 1) / (exactSize - 1);
  case nn::Coordinates::asymmetric:
    return x / scale;
  case nn::Coordinates::tf_crop_and_resize: {
    double extent = (roiEnd - roiStart) * (input - 1);
    return roiStart * (input - 1) + (exactSize == 1 ? extent / 2 : x * extent / (exactSize - 1));
  }
  case nn::Coordinates::pytorch_half_pixel:
    return exactSize == 1 ? -0.5 : (x + 0.5) / scale - 0.5;
  case nn::Coordinates::half_pixel:
    return (x + 0.5) / scale - 0.5;
  case nn::Coordinates::half_pixel_symmetric: {
    // The centres of both grids agree even where the result's size was rounded.
    double adjustment = static_cast<double>(resultSize) / exactSize;
    return input / 2 * (1 - adjustment) + (x + 0.5) / scale - 0.5;
  }
  }
  return x;
}

/// Weights of the two neighbours, of which one is 1.
SmallVector<double> nearestWeights(nn::NearestMode mode, double ratio) {
  if (ratio == 1)
    return {0, 1};
  bool left = false;
  switch (mode) {
  case nn::NearestMode::round_prefer_floor:
    left = ratio <= 0.5;
    break;
  case nn::NearestMode::round_prefer_ceil:
    left = ratio < 0.5;
    break;
  case nn::NearestMode::floor:
    left = true;
    break;
  case nn::NearestMode::ceil:
    left = false;
    break;
  }
  return {left ? 1.0 : 0.0, left ? 0.0 : 1.0};
}

double linearKernel(double x) { return std::max(0.0, 1 - std::abs(x)); }

/// Cubic convolution with the free parameter a.
double cubicKernel(double x, double a) {
  x = std::abs(x);
  if (x <= 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2)
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}

/// Weights of the neighbours first, first + 1, … relative to the one left of the coordinate;
/// `ratio` in (0, 1] is the distance to it. With `antialias`, kernels of a shrinking resize are
/// widened by 1/scale.
SmallVector<double> Axis::weights(double ratio, int64_t &first) {
  first = 0;
  if (op.getMode() == nn::ResizeMode::nearest)
    return nearestWeights(op.getNearest(), ratio);
  bool cubic = op.getMode() == nn::ResizeMode::cubic;
  double shrink = op.getAntialias() ? std::min(scale, 1.0) : 1.0, radius = cubic ? 2 : 1;
  double a = op.getCubicCoeff().convertToDouble();
  first = static_cast<int64_t>(std::floor(-radius / shrink)) + 1;
  SmallVector<double> result;
  for (int64_t i = first; i <= 1 - first; ++i) {
    double x = shrink * (static_cast<double>(i) - ratio);
    result.push_back(cubic ? cubicKernel(x, a) : linearKernel(x));
  }
  double sum = std::accumulate(result.begin(), result.end(), 0.0);
  for (double &weight : result)
    weight /= sum;
  return result;
}

/// Drops taps that no coordinate uses: the second neighbour of `nearest`, for one.
void keepOnlyUsed(ResizeTaps &taps) {
  size_t n = taps.coordinates(), count = static_cast<size_t>(taps.count), used = 1;
  for (size_t i = 0; i < n; ++i) {
    // Weights other than 0 move to the front; order and sum stay.
    size_t next = 0;
    for (size_t t = 0; t < count; ++t)
      if (taps.weights[i * count + t] != 0) {
        std::swap(taps.weights[i * count + next], taps.weights[i * count + t]);
        std::swap(taps.places[i * count + next], taps.places[i * count + t]);
        ++next;
      }
    used = std::max(used, next);
  }
  ResizeTaps result;
  result.count = static_cast<int64_t>(used);
  result.outside = taps.outside;
  for (size_t i = 0; i < n; ++i)
    for (size_t t = 0; t < used; ++t) {
      result.places.push_back(taps.places[i * count + t]);
      result.weights.push_back(taps.weights[i * count + t]);
    }
  taps = std::move(result);
}

} // namespace

ResizeTaps resizeTaps(nn::ResizeOp op, int64_t dimension) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto output = cast<RankedTensorType>(op.getResult().getType());
  Axis axis{op, input.getDimSize(dimension), output.getDimSize(dimension),
            op.getScales()[dimension]};
  if (auto roi = op.getRoi()) {
    axis.roiStart = (*roi)[dimension];
    axis.roiEnd = (*roi)[dimension + input.getRank()];
  }
  bool crops = op.getCoordinates() == nn::Coordinates::tf_crop_and_resize;
  ResizeTaps taps;
  for (int64_t i = 0; i < axis.resultSize; ++i) {
    double x = axis.coordinate(i), left = std::ceil(x) - 1;
    int64_t first = 0;
    SmallVector<double> weights = axis.weights(x - left, first);
    taps.count = static_cast<int64_t>(weights.size());
    double kept = 0;
    for (auto [t, weight] : llvm::enumerate(weights)) {
      int64_t place = static_cast<int64_t>(left) + first + static_cast<int64_t>(t);
      int64_t limited = std::clamp<int64_t>(place, 0, axis.inputSize - 1);
      if (op.getExcludeOutside() && limited != place)
        weight = 0;
      kept += weight;
      taps.places.push_back(static_cast<int32_t>(limited));
    }
    for (double weight : weights)
      taps.weights.push_back(op.getExcludeOutside() ? weight / kept : weight);
    if (crops)
      taps.outside.push_back(x < 0 || x > static_cast<double>(axis.inputSize - 1));
  }
  if (!llvm::is_contained(taps.outside, true))
    taps.outside.clear();
  keepOnlyUsed(taps);
  return taps;
}

std::optional<RegularPlaces> regularPlaces(const ResizeTaps &taps) {
  if (taps.count != 1 || !taps.outside.empty())
    return std::nullopt;
  ArrayRef<int32_t> places = taps.places;
  auto follows = [&](RegularPlaces rule) {
    for (auto [i, place] : llvm::enumerate(places))
      if (static_cast<int64_t>(i) * rule.factor / rule.divisor + rule.start != place)
        return false;
    return true;
  };
  int64_t n = static_cast<int64_t>(places.size());
  int64_t step = n > 1 ? places[1] - places[0] : 0;
  if (RegularPlaces rule{step, 1, places.front()}; follows(rule))
    return rule;
  // Each place is repeated the same number of times.
  int64_t repeats =
      llvm::find_if(places, [&](int32_t p) { return p != places.front(); }) - places.begin();
  if (RegularPlaces rule{1, repeats, places.front()}; follows(rule))
    return rule;
  return std::nullopt;
}

} // namespace nnc
