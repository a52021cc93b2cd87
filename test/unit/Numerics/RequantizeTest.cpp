// The formula in registers against its definition, and its error against exact rounding.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Requantize.h"

#include "gtest/gtest.h"
#include <cmath>
#include <limits>
#include <random>

using namespace nnc::numerics;

namespace {

constexpr int32_t kLowest = std::numeric_limits<int32_t>::min(),
                  kHighest = std::numeric_limits<int32_t>::max();

struct Result {
  unsigned bits;
  IntegerRange range;
};
constexpr Result kResults[] = {{8, {-128, 127}},      {8, {0, 255}},    {4, {-8, 7}},
                               {16, {-32768, 32767}}, {16, {0, 65535}}, {8, {3, 100}}};

class RequantizeTest : public testing::Test {
protected:
  /// Positive numbers of very different sizes, below 2^28.
  double scale() { return std::ldexp(0.5 + real(random) / 2, exponent(random)); }
  int64_t zeroPoint(const Result &result) {
    return std::uniform_int_distribution<int64_t>(result.range.low, result.range.high)(random);
  }
  /// Sums whose result is near or in the range, and any others.
  int32_t sum(double scale) {
    double near = (real(random) * 3 - 1.5) * 70000 / scale;
    if (random() % 2 == 0 && std::fabs(near) < 2e9)
      return static_cast<int32_t>(near);
    return any(random);
  }

  std::mt19937_64 random{20240917};
  std::uniform_real_distribution<double> real{0, 1};
  std::uniform_int_distribution<int> exponent{-60, 28};
  std::uniform_int_distribution<int32_t> any{kLowest, kHighest};
};

TEST_F(RequantizeTest, RegistersComputeTheDefinition) {
  for (int i = 0; i < 200000; ++i) {
    const Result &result = kResults[random() % std::size(kResults)];
    double s = scale() * (random() % 8 == 0 ? -1 : 1);
    FixedScale fixed = *fixScale(s, result.bits);
    int64_t zero = zeroPoint(result);
    RegisterScale registers = registersFor(fixed, zero);
    for (int32_t acc : {sum(std::fabs(s)), any(random), kLowest, kHighest, 0, 1, -1})
      ASSERT_EQ(requantize(acc, registers, result.range),
                requantize(int64_t{acc}, fixed, zero, result.range))
          << acc << " by " << s << " plus " << zero;
  }
}

TEST_F(RequantizeTest, ConstantsStayInTheirLimits) {
  for (int i = 0; i < 100000; ++i) {
    const Result &result = kResults[random() % std::size(kResults)];
    RegisterScale r = registersFor(*fixScale(scale(), result.bits), zeroPoint(result));
    ASSERT_EQ(r.multiplier % 2, 0);
    ASSERT_GE(r.right, 1);
    ASSERT_LE(r.right, result.bits <= 8 ? 22 : 14);
    ASSERT_GE(r.left, 0);
    ASSERT_LE(r.left, 30);
    ASSERT_TRUE(r.left == 0 || r.right == 1);
    // The sum of both halves fits 32 bits.
    ASSERT_LE(std::llabs(int64_t{r.offset}) + (int64_t{1} << 30), int64_t{kHighest} + 1);
  }
}

TEST_F(RequantizeTest, ScalesKeepThirtyBits) {
  for (int i = 0; i < 100000; ++i) {
    double s = scale();
    FixedScale fixed = *fixScale(s, 8);
    double error = std::fabs(std::ldexp(fixed.significand, -fixed.exponent) - s);
    ASSERT_LE(error, std::max(std::ldexp(s, -30), std::ldexp(1.0, -54))) << s;
  }
}

/// Differs from the exact result rounded only where that lies next to the middle of two numbers.
TEST_F(RequantizeTest, IsWrongOnlyNextToTies) {
  int wrong = 0;
  for (int i = 0; i < 200000; ++i) {
    double s = scale();
    int32_t acc = sum(s);
    long double exact = static_cast<long double>(s) * acc;
    if (std::fabs(exact) > 300)
      continue;
    int64_t y = requantize(int64_t{acc}, *fixScale(s, 8), 0, {-300, 300});
    long double distance = std::fabs(exact - static_cast<long double>(y));
    ASSERT_LE(distance, 0.5L + std::max(std::fabs(exact) * 0x1p-30L, 0x1p-23L)) << acc << " " << s;
    wrong += distance > 0.5L;
  }
  EXPECT_LT(wrong, 10);
}

TEST_F(RequantizeTest, RoundsHalvesUp) {
  FixedScale half = *fixScale(0.5, 8);
  for (auto [acc, expected] : {std::pair{1, 1}, {-1, 0}, {3, 2}, {-3, -1}, {2, 1}, {-2, -1}})
    EXPECT_EQ(requantize(int64_t{acc}, half, 0, {-128, 127}), expected) << acc;
}

TEST_F(RequantizeTest, RefusesWhatIsNoScale) {
  EXPECT_FALSE(fixScale(std::nan(""), 8));
  EXPECT_FALSE(fixScale(INFINITY, 8));
  EXPECT_FALSE(fixScale(0x1p28, 8));
  EXPECT_TRUE(fixScale(std::nextafter(0x1p28, 0), 8));
  EXPECT_EQ(fixScale(0, 8)->significand, 0);
  EXPECT_EQ(fixScale(0x1p-400, 8)->significand, 0);
}

} // namespace
