// Which range of real numbers the integers of a tensor shall stand for, and how well they do.
//
// q = clamp(round(x / S) + z, low, high) stands for S·(q − z). A range [a, b] that contains 0 gives
// S = (b − a) / (high − low) and the zero point z = round(low − a / S): 0 is a number of every
// type. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_NUMERICS_QUANTIZEDRANGE_H
#define NNC_LIB_NUMERICS_QUANTIZEDRANGE_H

#include "lib/Numerics/Histogram.h"
#include "lib/Numerics/Requantize.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nnc::numerics {

/// Real numbers from `low` to `high`.
struct RealRange {
  double low = 0, high = 0;
};

/// S, a normal f32, and z.
struct AffineScale {
  float scale = 1;
  int64_t zeroPoint = 0;
  bool operator==(const AffineScale &) const = default;
};

/// Scale and zero point that reach over the range and 0 (the rounding of z may move the ends by
/// half a step). An empty range, or one too small for a normal f32, gets the scale 1.
AffineScale scaleOf(RealRange range, IntegerRange integers);

/// The same around 0 with z = 0, for −m … m where the integers are −n … n.
AffineScale symmetricScaleOf(double magnitude, int64_t n);

/// The number that x becomes by quantizing and back.
double roundTrip(double x, const AffineScale &scale, IntegerRange integers);

/// How a range is chosen from the numbers that were seen.
enum class RangeMethod : uint8_t {
  MinMax,     ///< all of them
  Percentile, ///< all but a share of 1 − p at either end
  Mse,        ///< the least mean squared error
  Kl,         ///< the least information lost, by Kullback and Leibler
};
/// The names, in the order of the enumeration.
inline constexpr std::array<std::string_view, 4> kRangeMethods = {"minmax", "percentile", "mse",
                                                                  "kl"};
std::optional<RangeMethod> findRangeMethod(std::string_view name);

/// p of `Percentile`.
inline constexpr double kPercentile = 0.9999;

/// The range of the numbers in a histogram; it always contains 0.
RealRange chooseRange(const Histogram &histogram, RangeMethod method, IntegerRange integers,
                      double percentile = kPercentile);

/// Mean squared error of quantizing what the bins hold.
double meanSquaredError(std::span<const Histogram::Bin> bins, const AffineScale &scale,
                        IntegerRange integers);

/// Signal-to-quantization-noise ratio: 10·log10(Σ x² / Σ (y − x)²) in decibels, over any number of
/// tensors.
class SignalToNoise {
public:
  void add(std::span<const float> expected, std::span<const float> actual);
  /// Infinite where nothing differs.
  double decibels() const;

private:
  double signal = 0, noise = 0;
};

} // namespace nnc::numerics

#endif
