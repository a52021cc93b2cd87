// Ranges and scales against brute force over the numbers themselves.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/QuantizedRange.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace nnc::numerics;

namespace {

constexpr IntegerRange kInt8{-128, 127}, kUint8{0, 255};

Histogram histogramOf(const std::vector<float> &numbers) {
  Histogram histogram;
  histogram.add(numbers);
  return histogram;
}

/// Mean squared error over the numbers, not over bins.
double exactError(const std::vector<float> &numbers, RealRange range, IntegerRange integers) {
  AffineScale scale = scaleOf(range, integers);
  double sum = 0;
  for (float x : numbers) {
    double difference = roundTrip(x, scale, integers) - x;
    sum += difference * difference;
  }
  return sum / static_cast<double>(numbers.size());
}

/// Laplacian numbers with a few far away; not negative for `relu`.
std::vector<float> longTailed(unsigned seed, size_t count, bool relu) {
  std::mt19937 generator(seed);
  std::exponential_distribution<double> size(1.0);
  std::vector<float> numbers;
  for (size_t i = 0; i < count; ++i) {
    double x = size(generator) * (generator() % 2 ? 1 : -0.4) * (generator() % 400 ? 1 : 5);
    numbers.push_back(static_cast<float>(relu ? std::max(x, 0.0) : x));
  }
  return numbers;
}

TEST(QuantizedRange, zero_is_exact_and_the_ends_are_reached) {
  std::mt19937 generator(1);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 1000; ++i) {
    double a = normal(generator), b = normal(generator) * std::exp(3 * normal(generator));
    RealRange range{std::min(a, b), std::max(a, b)};
    for (IntegerRange integers : {kInt8, kUint8, IntegerRange{-32768, 32767}}) {
      AffineScale scale = scaleOf(range, integers);
      EXPECT_EQ(roundTrip(0, scale, integers), 0);
      EXPECT_GE(scale.zeroPoint, integers.low);
      EXPECT_LE(scale.zeroPoint, integers.high);
      double slack = scale.scale * (1 + 1e-3);
      for (double end : {std::min(range.low, 0.0), std::max(range.high, 0.0)})
        EXPECT_NEAR(roundTrip(end, scale, integers), end, slack);
    }
  }
}

TEST(QuantizedRange, degenerate_ranges_get_a_scale) {
  for (RealRange range : {RealRange{0, 0}, RealRange{0, 1e-44}, RealRange{-1e-300, 0}}) {
    AffineScale scale = scaleOf(range, kInt8);
    EXPECT_EQ(scale.scale, 1);
    EXPECT_EQ(scale.zeroPoint, -128);
  }
  EXPECT_EQ(scaleOf({3, 3}, kUint8), (AffineScale{3.0F / 255, 0}));
  EXPECT_EQ(scaleOf({-3, -3}, kUint8), (AffineScale{3.0F / 255, 255}));
  EXPECT_EQ(symmetricScaleOf(0, 127), (AffineScale{1, 0}));
  EXPECT_EQ(symmetricScaleOf(254, 127), (AffineScale{2, 0}));
  float largest = std::numeric_limits<float>::max();
  EXPECT_TRUE(std::isfinite(scaleOf({-largest, largest}, kInt8).scale));
}

TEST(QuantizedRange, minmax_holds_all_numbers_and_zero) {
  RealRange range = chooseRange(histogramOf({2, 5, 3}), RangeMethod::MinMax, kInt8);
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 5);
}

TEST(QuantizedRange, percentile_leaves_a_share_outside) {
  for (unsigned seed = 0; seed < 5; ++seed) {
    std::vector<float> numbers = longTailed(seed, 5000, false);
    RealRange range = chooseRange(histogramOf(numbers), RangeMethod::Percentile, kInt8, 0.99);
    std::sort(numbers.begin(), numbers.end());
    double width = (numbers.back() - numbers.front()) / (Histogram::kBins / 2 - 1);
    EXPECT_NEAR(range.low, numbers[50], width);
    EXPECT_NEAR(range.high, numbers[4949], width);
  }
}

TEST(QuantizedRange, mse_is_the_best_of_all_ends_that_are_tried) {
  for (bool relu : {false, true})
    for (unsigned seed = 0; seed < 3; ++seed)
      for (IntegerRange integers : {IntegerRange{-8, 7}, kInt8}) {
        std::vector<float> numbers = longTailed(seed, 700, relu);
        auto ends = std::minmax_element(numbers.begin(), numbers.end());
        RealRange chosen = chooseRange(histogramOf(numbers), RangeMethod::Mse, integers);
        double found = exactError(numbers, chosen, integers), best = found;
        for (int low = 8; low <= 64; ++low)
          for (int high = 8; high <= 64; ++high)
            best = std::min(best, exactError(numbers,
                                             {*ends.first * low / 64.0, *ends.second * high / 64.0},
                                             integers));
        EXPECT_LE(found, 1.1 * best);
        double whole = exactError(numbers, {*ends.first, *ends.second}, integers);
        EXPECT_LE(found, integers.high == 7 ? 0.95 * whole : 1.01 * whole);
      }
}

TEST(QuantizedRange, kl_cuts_far_numbers_and_keeps_even_ones) {
  std::vector<float> even;
  for (int i = 0; i < 4096; ++i)
    even.push_back(static_cast<float>(i) / 4096);
  EXPECT_GT(chooseRange(histogramOf(even), RangeMethod::Kl, kUint8).high, 0.95);
  std::vector<float> tailed = longTailed(7, 20000, true);
  float largest = *std::max_element(tailed.begin(), tailed.end());
  tailed.push_back(20 * largest);
  RealRange range = chooseRange(histogramOf(tailed), RangeMethod::Kl, IntegerRange{0, 63});
  EXPECT_LT(range.high, 10 * largest);
  EXPECT_GT(range.high, 1);
}

TEST(QuantizedRange, names_of_methods) {
  EXPECT_EQ(findRangeMethod("mse"), RangeMethod::Mse);
  EXPECT_EQ(findRangeMethod("kl"), RangeMethod::Kl);
  EXPECT_EQ(findRangeMethod("median"), std::nullopt);
}

TEST(QuantizedRange, noise_in_decibels) {
  SignalToNoise ratio;
  EXPECT_TRUE(std::isinf(ratio.decibels()));
  ratio.add(std::vector<float>{3, 4}, std::vector<float>{3, 4});
  EXPECT_TRUE(std::isinf(ratio.decibels()));
  ratio.add(std::vector<float>{0, 0, 5}, std::vector<float>{0.3F, 0, 5.4F});
  EXPECT_NEAR(ratio.decibels(), 10 * std::log10(50 / 0.25), 1e-5);
}

} // namespace
