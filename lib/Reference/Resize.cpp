// Resampling. Each dimension gives a result coordinate a few input positions with weights; a result
// element is the sum over their products. Part of nn-compile. SPDX-License-Identifier: Apache-2.0
// WITH LLVM-exception
#include "lib/Reference/Operators.h"
#include "lib/Reference/Shape.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace nnc::reference {

namespace {

/// One input position and its weight.
struct Tap {
  int64_t position;
  double weight;
};

/// The taps of one result coordinate in one dimension.
struct Taps {
  SmallVector<Tap> taps;
  bool outside = false; // tf_crop_and_resize: the extrapolation value
};

/// Resampling of one dimension.
struct Axis {
  nn::ResizeOp op;
  int64_t from, to; // sizes
  double scale, start, end;

  double coordinate(int64_t i);
  Taps taps(int64_t i);

private:
  double length() { return scale * static_cast<double>(from); } // of the result, before rounding
  int64_t nearest(double x);
  double kernel(double distance);
  SmallVector<Tap> interpolate(double x);
};

double Axis::coordinate(int64_t i) {
  double x = static_cast<double>(i), n = static_cast<double>(from);
  switch (op.getCoordinates()) {
  case nn::Coordinates::half_pixel:
    return (x + 0.5) / scale - 0.5;
  case nn::Coordinates::half_pixel_symmetric:
    return n / 2 * (1 - static_cast<double>(to) / length()) + (x + 0.5) / scale - 0.5;
  case nn::Coordinates::pytorch_half_pixel:
    return to > 1 ? (x + 0.5) / scale - 0.5 : 0;
  case nn::Coordinates::align_corners:
    return length() == 1 ? 0 : x * (n - 1) / (length() - 1);
  case nn::Coordinates::asymmetric:
    return x / scale;
  case nn::Coordinates::tf_crop_and_resize:
    if (to > 1)
      return start * (n - 1) + x * (end - start) * (n - 1) / static_cast<double>(to - 1);
    return 0.5 * (start + end) * (n - 1);
  }
  return x;
}

int64_t Axis::nearest(double x) {
  switch (op.getNearest()) {
  case nn::NearestMode::round_prefer_floor:
    return static_cast<int64_t>(std::ceil(x - 0.5));
  case nn::NearestMode::round_prefer_ceil:
    return static_cast<int64_t>(std::floor(x + 0.5));
  case nn::NearestMode::floor:
    return static_cast<int64_t>(std::floor(x));
  case nn::NearestMode::ceil:
    return static_cast<int64_t>(std::ceil(x));
  }
  return 0;
}

/// Weight of a position at a distance: a triangle, or the cubic with coefficient a.
double Axis::kernel(double distance) {
  double d = std::fabs(distance);
  if (op.getMode() == nn::ResizeMode::linear)
    return std::max(1 - d, 0.0);
  double a = op.getCubicCoeff().convertToDouble();
  if (d <= 1)
    return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

/// All positions within the kernel's reach, which is stretched when shrinking with antialias.
SmallVector<Tap> Axis::interpolate(double x) {
  double stretch = op.getAntialias() ? std::min(scale, 1.0) : 1.0;
  double reach = (op.getMode() == nn::ResizeMode::linear ? 1 : 2) / stretch;
  SmallVector<Tap> result;
  double sum = 0;
  for (auto p = static_cast<int64_t>(std::floor(x - reach));
       p <= static_cast<int64_t>(std::ceil(x + reach)); ++p) {
    double weight = kernel((static_cast<double>(p) - x) * stretch);
    if (op.getExcludeOutside() && (p < 0 || p >= from))
      weight = 0;
    if (weight == 0)
      continue;
    sum += weight;
    result.push_back({std::clamp<int64_t>(p, 0, from - 1), weight});
  }
  if (op.getAntialias() || op.getExcludeOutside())
    for (Tap &tap : result)
      tap.weight /= sum;
  return result;
}

Taps Axis::taps(int64_t i) {
  double x = coordinate(i);
  Taps result;
  result.outside = op.getCoordinates() == nn::Coordinates::tf_crop_and_resize &&
                   (x < 0 || x > static_cast<double>(from - 1));
  // Far coordinates (of huge regions) all show the border.
  x = std::clamp(x, -4.0 * static_cast<double>(from) - 4, 5.0 * static_cast<double>(from) + 4);
  if (op.getMode() == nn::ResizeMode::nearest)
    result.taps.push_back({std::clamp<int64_t>(nearest(x), 0, from - 1), 1.0});
  else if (to == from && scale == 1 && op.getCoordinates() != nn::Coordinates::tf_crop_and_resize)
    result.taps.push_back({i, 1.0});
  else
    result.taps = interpolate(x);
  return result;
}

} // namespace

/// Σ over one tap per dimension of Π weights · x.
static double weightedSum(const Tensor &x, ArrayRef<const Taps *> taps, ArrayRef<int64_t> strides,
                          int64_t offset) {
  if (taps.empty())
    return x.real(offset);
  double sum = 0;
  for (const Tap &tap : taps[0]->taps)
    sum += tap.weight * weightedSum(x, taps.drop_front(), strides.drop_front(),
                                    offset + tap.position * strides[0]);
  return sum;
}

Tensor resize(nn::ResizeOp op, Inputs in) {
  const Tensor &x = in[0];
  Tensor out = resultOf(op.getResult());
  if (out.size() == 0)
    return out;
  SmallVector<std::vector<Taps>> table(out.rank());
  for (int64_t d = 0; d < out.rank(); ++d) {
    double start = op.getRoi() ? (*op.getRoi())[d] : 0,
           end = op.getRoi() ? (*op.getRoi())[d + out.rank()] : 1;
    Axis axis{op, x.dim(d), out.dim(d), op.getScales()[d], start, end};
    for (int64_t i = 0; i < out.dim(d); ++i)
      table[d].push_back(axis.taps(i));
  }
  Index strides = rowMajorStrides(x.shape());
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    SmallVector<const Taps *> taps;
    bool outside = false;
    for (int64_t d = 0; d < out.rank(); ++d) {
      taps.push_back(&table[d][static_cast<size_t>(index[d])]);
      outside |= taps.back()->outside;
    }
    double value =
        outside ? op.getExtrapolation().convertToDouble() : weightedSum(x, taps, strides, 0);
    if (op.getMode() == nn::ResizeMode::nearest && !outside) {
      int64_t offset = 0;
      for (int64_t d = 0; d < out.rank(); ++d)
        offset += taps[d]->taps[0].position * strides[d];
      return out.setBytes(i, x.at(offset));
    }
    out.isFloat() ? out.setReal(i, value) : out.setInteger(i, limitToInteger(value, formatOf(out)));
  });
  return out;
}

} // namespace nnc::reference
