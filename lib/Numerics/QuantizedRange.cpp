// Scales, zero points and the choice of ranges.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/QuantizedRange.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nnc::numerics {

namespace {

/// Parts of the range at which its ends are tried, and the least of them.
constexpr int kParts = 128, kLeastPart = 16;

RealRange withZero(RealRange range) {
  return {std::min(range.low, 0.0), std::max(range.high, 0.0)};
}

RealRange scaled(RealRange range, int low, int high) {
  return {range.low * low / kParts, range.high * high / kParts};
}

/// The numbers between which a share p of all lies, counted from either end.
RealRange percentileRange(std::span<const Histogram::Bin> bins, uint64_t count, double p) {
  auto allowed = static_cast<uint64_t>((1 - p) * static_cast<double>(count));
  auto end = [&](auto from, auto to) {
    uint64_t beyond = 0;
    for (; from != to; ++from)
      if ((beyond += from->count) > allowed)
        return from->middle;
    return 0.0;
  };
  return {end(bins.begin(), bins.end()), end(bins.rbegin(), bins.rend())};
}

/// The ends with the least cost: both together, then either by itself until nothing improves.
template <typename Cost> RealRange search(RealRange whole, Cost cost) {
  int low = kParts, high = kParts;
  double best = cost(whole);
  auto attempt = [&](int newLow, int newHigh) {
    double value = cost(scaled(whole, newLow, newHigh));
    if (!(value < best))
      return false;
    best = value;
    low = newLow;
    high = newHigh;
    return true;
  };
  for (int part = kParts - 1; part >= kLeastPart; --part)
    attempt(part, part);
  for (bool improved = true; improved;) {
    improved = false;
    for (int part = kParts; part >= kLeastPart; --part)
      improved |= whole.high > 0 && attempt(low, part);
    for (int part = kParts; part >= kLeastPart; --part)
      improved |= whole.low < 0 && attempt(part, high);
  }
  return scaled(whole, low, high);
}

/// Σ p·log(p / q) between the numbers, those outside the range counted at its ends, and their
/// quantized distribution spread over the bins of each step. Numbers beyond the ends are not in q.
double divergence(std::span<const Histogram::Bin> bins, RealRange range, IntegerRange integers) {
  AffineScale scale = scaleOf(range, integers);
  auto levels = static_cast<size_t>(integers.high - integers.low + 1);
  std::vector<double> mass(levels, 0), occupied(levels, 0);
  std::vector<double> p, within;
  std::vector<size_t> levelOf;
  for (const Histogram::Bin &bin : bins) {
    double q = std::nearbyint(bin.middle / scale.scale) + static_cast<double>(scale.zeroPoint);
    auto number = static_cast<double>(bin.count);
    double held =
        std::clamp(q, static_cast<double>(integers.low), static_cast<double>(integers.high));
    auto level = static_cast<size_t>(static_cast<int64_t>(held) - integers.low);
    p.push_back(number);
    levelOf.push_back(level);
    within.push_back(held == q ? number : 0);
    if (held == q) {
      mass[level] += number;
      occupied[level] += 1;
    }
  }
  // What lies beyond an end is counted there: at the outermost bin within the range.
  std::vector<double> target(p.size(), 0);
  auto first = std::find_if(within.begin(), within.end(), [](double n) { return n > 0; });
  if (first == within.end())
    return std::numeric_limits<double>::infinity();
  auto begin = static_cast<size_t>(first - within.begin());
  size_t end = p.size() - 1;
  while (within[end] == 0)
    --end;
  double total = 0, kept = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    target[std::clamp(i, begin, end)] += p[i];
    total += p[i];
    kept += within[i];
  }
  double sum = 0;
  for (size_t i = begin; i <= end; ++i)
    if (target[i] > 0) {
      double q = mass[levelOf[i]] / std::max(occupied[levelOf[i]], 1.0) / kept;
      sum += target[i] / total * std::log(target[i] / total / std::max(q, 1e-12));
    }
  return sum;
}

} // namespace

std::optional<RangeMethod> findRangeMethod(std::string_view name) {
  for (size_t i = 0; i < kRangeMethods.size(); ++i)
    if (kRangeMethods[i] == name)
      return static_cast<RangeMethod>(i);
  return std::nullopt;
}

AffineScale scaleOf(RealRange range, IntegerRange integers) {
  RealRange whole = withZero(range);
  auto lowest = static_cast<double>(integers.low), highest = static_cast<double>(integers.high);
  auto scale = static_cast<float>((whole.high - whole.low) / (highest - lowest));
  if (!(scale >= std::numeric_limits<float>::min()) || !std::isfinite(scale))
    scale = 1;
  double zero = std::nearbyint(lowest - whole.low / static_cast<double>(scale));
  return {scale, static_cast<int64_t>(std::clamp(zero, lowest, highest))};
}

AffineScale symmetricScaleOf(double magnitude, int64_t n) {
  auto scale = static_cast<float>(magnitude / static_cast<double>(n));
  if (!(scale >= std::numeric_limits<float>::min()) || !std::isfinite(scale))
    scale = 1;
  return {scale, 0};
}

double roundTrip(double x, const AffineScale &scale, IntegerRange integers) {
  auto zero = static_cast<double>(scale.zeroPoint);
  double q = std::clamp(std::nearbyint(x / scale.scale) + zero, static_cast<double>(integers.low),
                        static_cast<double>(integers.high));
  return (q - zero) * scale.scale;
}

double meanSquaredError(std::span<const Histogram::Bin> bins, const AffineScale &scale,
                        IntegerRange integers) {
  double sum = 0, count = 0;
  for (const Histogram::Bin &bin : bins) {
    double difference = roundTrip(bin.middle, scale, integers) - bin.middle;
    auto number = static_cast<double>(bin.count);
    sum += number * difference * difference;
    count += number;
  }
  return count > 0 ? sum / count : 0;
}

RealRange chooseRange(const Histogram &histogram, RangeMethod method, IntegerRange integers,
                      double percentile) {
  RealRange whole = withZero({histogram.low(), histogram.high()});
  if (method == RangeMethod::MinMax || histogram.count() == 0)
    return whole;
  std::vector<Histogram::Bin> bins = histogram.bins();
  switch (method) {
  case RangeMethod::Percentile:
    return withZero(percentileRange(bins, histogram.count(), percentile));
  case RangeMethod::Mse:
    return search(whole, [&](RealRange range) {
      return meanSquaredError(bins, scaleOf(range, integers), integers);
    });
  case RangeMethod::Kl:
    return search(whole, [&](RealRange range) { return divergence(bins, range, integers); });
  case RangeMethod::MinMax:
    break;
  }
  return whole;
}

void SignalToNoise::add(std::span<const float> expected, std::span<const float> actual) {
  for (size_t i = 0; i < expected.size(); ++i) {
    double x = expected[i], difference = static_cast<double>(actual[i]) - x;
    signal += x * x;
    noise += difference * difference;
  }
}

double SignalToNoise::decibels() const {
  if (noise == 0)
    return std::numeric_limits<double>::infinity();
  return 10 * std::log10(signal / noise);
}

} // namespace nnc::numerics
