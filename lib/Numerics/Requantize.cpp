// From an exact integer sum to an integer of fewer bits.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Requantize.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace nnc::numerics {

/// Significant bits of a scale.
static constexpr int kBits = 30;

/// p = 31 + r − k.
static constexpr int kExponentOfRight = 31;

std::optional<FixedScale> fixScale(double scale, unsigned resultBits) {
  if (!std::isfinite(scale) || std::fabs(scale) >= 0x1p28)
    return std::nullopt;
  if (scale == 0)
    return FixedScale{0, kExponentOfRight + 1};
  int exponent = 0; // scale = f·2^exponent, 1/2 ≤ |f| < 1
  std::frexp(scale, &exponent);
  int p = std::min(kBits - exponent, kExponentOfRight + largestRightShift(resultBits));
  double scaled = std::ldexp(scale, p), below = std::floor(scaled), rest = scaled - below;
  bool up = rest > 0.5 || (rest == 0.5 && std::fmod(below, 2) != 0);
  auto m = static_cast<int32_t>(up ? below + 1 : below);
  if (std::abs(m) == 1 << kBits) // one bit more than fits; the same number with one bit less
    return FixedScale{m / 2, p - 1};
  return FixedScale{m, p};
}

static int64_t clamp(int64_t value, IntegerRange range) {
  return std::clamp(value, range.low, range.high);
}

int64_t requantize(int64_t sum, FixedScale scale, int64_t zeroPoint, IntegerRange range) {
  __int128 twice = static_cast<__int128>(sum) * scale.significand * 2;
  __int128 one = static_cast<__int128>(1) << (scale.exponent + 1);
  // An arithmetic shift rounds down. What does not fit 64 bits lies outside every range.
  __int128 rounded = ((twice + one / 2) >> (scale.exponent + 1)) + zeroPoint;
  constexpr int64_t lowest = std::numeric_limits<int64_t>::min(),
                    highest = std::numeric_limits<int64_t>::max();
  if (rounded < lowest || rounded > highest)
    return rounded < lowest ? range.low : range.high;
  return clamp(static_cast<int64_t>(rounded), range);
}

RegisterScale registersFor(FixedScale scale, int64_t zeroPoint) {
  int r = std::max(scale.exponent - kExponentOfRight, 1);
  int k = kExponentOfRight + r - scale.exponent;
  int64_t offset = (int64_t(1) << (r - 1)) + zeroPoint * (int64_t(1) << r);
  return {scale.significand * 2, k, r, static_cast<int32_t>(offset)};
}

int32_t requantize(int32_t sum, const RegisterScale &scale, IntegerRange range) {
  constexpr int64_t lowest = std::numeric_limits<int32_t>::min(),
                    highest = std::numeric_limits<int32_t>::max();
  int64_t shifted =
      std::clamp(static_cast<int64_t>(sum) * (int64_t(1) << scale.left), lowest, highest);
  int64_t high = (shifted * scale.multiplier) >> 32;
  return static_cast<int32_t>(clamp((high + scale.offset) >> scale.right, range));
}

} // namespace nnc::numerics
