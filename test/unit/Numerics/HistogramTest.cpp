// Histograms against counting the same numbers at their final width.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Histogram.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

using namespace nnc::numerics;

namespace {

/// Numbers whose sizes differ by many orders of magnitude, some of them zero.
std::vector<float> someNumbers(unsigned seed, size_t count, double spread) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<float> numbers(count);
  for (float &number : numbers)
    number = generator() % 5 == 0
                 ? 0.0F
                 : static_cast<float>(normal(generator) * std::exp(spread * normal(generator)));
  return numbers;
}

Histogram inPortions(const std::vector<float> &numbers, size_t portion) {
  Histogram histogram;
  for (size_t i = 0; i < numbers.size(); i += portion)
    histogram.add({numbers.data() + i, std::min(portion, numbers.size() - i)});
  return histogram;
}

void expectEqual(const Histogram &a, const Histogram &b) {
  EXPECT_EQ(a.count(), b.count());
  EXPECT_EQ(a.zeros(), b.zeros());
  EXPECT_EQ(a.low(), b.low());
  EXPECT_EQ(a.high(), b.high());
  auto first = a.bins(), second = b.bins();
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].middle, second[i].middle);
    EXPECT_EQ(first[i].count, second[i].count);
  }
}

TEST(Histogram, does_not_depend_on_the_order) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::vector<float> numbers = someNumbers(seed, 997, seed % 4);
    Histogram whole = inPortions(numbers, numbers.size());
    std::mt19937 generator(seed + 100);
    std::shuffle(numbers.begin(), numbers.end(), generator);
    expectEqual(inPortions(numbers, 1), whole);
    std::sort(numbers.begin(), numbers.end());
    expectEqual(inPortions(numbers, 13), whole);
    std::reverse(numbers.begin(), numbers.end());
    expectEqual(inPortions(numbers, 101), whole);
  }
}

TEST(Histogram, counts_every_number_near_its_place) {
  std::vector<float> numbers = someNumbers(3, 2000, 1);
  Histogram histogram = inPortions(numbers, 17);
  double width = (histogram.high() - histogram.low()) / (Histogram::kBins / 2 - 1);
  std::vector<double> sorted(numbers.begin(), numbers.end());
  std::sort(sorted.begin(), sorted.end());
  size_t i = 0;
  for (const Histogram::Bin &bin : histogram.bins())
    for (uint64_t n = 0; n < bin.count; ++n)
      EXPECT_NEAR(sorted[i++], bin.middle, width);
  EXPECT_EQ(i, sorted.size());
}

TEST(Histogram, zeros_alone) {
  Histogram histogram;
  EXPECT_TRUE(histogram.bins().empty());
  histogram.add(std::vector<float>{0, -0.0F, 0});
  ASSERT_EQ(histogram.bins().size(), 1U);
  EXPECT_EQ(histogram.bins()[0].middle, 0);
  EXPECT_EQ(histogram.bins()[0].count, 3U);
}

TEST(Histogram, takes_every_finite_number_and_notes_others) {
  float inf = std::numeric_limits<float>::infinity();
  Histogram histogram;
  histogram.add(std::vector<float>{1e-45F, -1e-45F});
  histogram.add(std::vector<float>{3.4e38F, inf, -inf, std::nanf("")});
  histogram.add(std::vector<float>{-3.4e38F, 1});
  EXPECT_EQ(histogram.count(), 5U);
  EXPECT_EQ(histogram.notFinite(), 3U);
  EXPECT_EQ(histogram.low(), -3.4e38F);
  EXPECT_EQ(histogram.high(), 3.4e38F);
  uint64_t counted = 0;
  for (const Histogram::Bin &bin : histogram.bins())
    counted += bin.count;
  EXPECT_EQ(counted, 5U);
}

TEST(Histogram, equal_numbers_have_an_exact_middle) {
  Histogram histogram;
  histogram.add(std::vector<float>{0.3F, 0.3F});
  ASSERT_EQ(histogram.bins().size(), 1U);
  EXPECT_FLOAT_EQ(static_cast<float>(histogram.bins()[0].middle), 0.3F);
}

} // namespace
