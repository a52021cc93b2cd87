// Bins that join as the range grows.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Histogram.h"

#include <algorithm>
#include <cmath>

namespace nnc::numerics {

namespace {

/// The least e that gives numbers of this magnitude indices below 2^40.
int leastExponent(double magnitude) { return std::ilogb(magnitude) - 39; }

int64_t binOf(double value, int exponent) {
  return static_cast<int64_t>(std::floor(std::ldexp(value, -exponent)));
}

/// ⌊k / 2⌋
int64_t half(int64_t k) { return k >= 0 ? k / 2 : -((1 - k) / 2); }

} // namespace

void Histogram::widen() {
  int64_t last = first + static_cast<int64_t>(counts.size()) - 1, start = half(first);
  std::vector<uint64_t> joined(static_cast<size_t>(half(last) - start + 1), 0);
  for (size_t i = 0; i < counts.size(); ++i)
    joined[static_cast<size_t>(half(first + static_cast<int64_t>(i)) - start)] += counts[i];
  counts = std::move(joined);
  first = start;
  ++exponent;
}

void Histogram::include(double low, double high) {
  bool isFirst = total == zeroCount;
  least = total == 0 ? low : std::min(least, low);
  most = total == 0 ? high : std::max(most, high);
  double magnitude = std::max(std::fabs(low), std::fabs(high));
  if (isFirst) {
    exponent = leastExponent(magnitude);
    counts.clear();
  }
  auto lastOf = [&] { return first + static_cast<int64_t>(counts.size()) - 1; };
  auto fits = [&] {
    if (exponent < leastExponent(magnitude))
      return false;
    int64_t from = binOf(low, exponent), to = binOf(high, exponent);
    if (!counts.empty()) {
      from = std::min(from, first);
      to = std::max(to, lastOf());
    }
    return to - from < kBins;
  };
  while (!fits())
    if (counts.empty())
      ++exponent;
    else
      widen();
  int64_t from = binOf(low, exponent), to = binOf(high, exponent);
  if (!counts.empty()) {
    from = std::min(from, first);
    to = std::max(to, lastOf());
    counts.insert(counts.begin(), static_cast<size_t>(first - from), 0);
  }
  first = from;
  counts.resize(static_cast<size_t>(to - from + 1), 0);
}

void Histogram::add(std::span<const float> values) {
  bool any = false;
  double low = 0, high = 0;
  uint64_t zerosHere = 0;
  for (float value : values) {
    if (!std::isfinite(value)) {
      ++notFiniteCount;
    } else if (value == 0) {
      ++zerosHere;
    } else {
      low = any ? std::min<double>(low, value) : value;
      high = any ? std::max<double>(high, value) : value;
      any = true;
    }
  }
  if (any)
    include(low, high);
  if (zerosHere > 0) {
    bool none = total == 0 && !any;
    least = none ? 0 : std::min(least, 0.0);
    most = none ? 0 : std::max(most, 0.0);
  }
  double scale = std::ldexp(1.0, -exponent);
  for (float value : values)
    if (std::isfinite(value) && value != 0) {
      ++counts[static_cast<size_t>(static_cast<int64_t>(std::floor(value * scale)) - first)];
      ++total;
    }
  total += zerosHere;
  zeroCount += zerosHere;
}

std::vector<Histogram::Bin> Histogram::bins() const {
  std::vector<Bin> found;
  double width = std::ldexp(1.0, exponent);
  bool zerosDone = zeroCount == 0;
  auto addZeros = [&] {
    if (!zerosDone)
      found.push_back({0.0, zeroCount});
    zerosDone = true;
  };
  for (size_t i = 0; i < counts.size(); ++i) {
    double begin = static_cast<double>(first + static_cast<int64_t>(i)) * width;
    if (begin >= 0)
      addZeros();
    if (counts[i] > 0)
      found.push_back({(std::max(begin, least) + std::min(begin + width, most)) / 2, counts[i]});
  }
  addZeros();
  return found;
}

} // namespace nnc::numerics
