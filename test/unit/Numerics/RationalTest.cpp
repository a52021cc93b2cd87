// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Rational.h"

#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace nnc::numerics {
namespace {

TEST(Rational, IsKeptInLowestTermsWithAPositiveDenominator) {
  Rational value(6, -4);
  EXPECT_EQ(value.numerator(), -3);
  EXPECT_EQ(value.denominator(), 2);
  EXPECT_EQ(Rational(0, -7), Rational(0));
  EXPECT_TRUE(Rational(8, 4).isInteger());
}

TEST(Rational, ObeysTheLawsOfAField) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int64_t> top(-99, 99), bottom(1, 97);
  auto draw = [&] { return Rational(top(random), bottom(random)); };
  for (int i = 0; i < 1000; ++i) {
    Rational a = draw(), b = draw(), c = draw();
    EXPECT_EQ((a + b) + c, a + (b + c));
    EXPECT_EQ(a * (b + c), a * b + a * c);
    EXPECT_EQ(a - a, Rational(0));
    if (!b.isZero())
      EXPECT_EQ(a / b * b, a);
    EXPECT_EQ(a < b, a.toDouble() < b.toDouble());
  }
}

TEST(Rational, ComparesWhatDoublesCannotTellApart) {
  int64_t big = std::numeric_limits<int64_t>::max();
  EXPECT_LT(Rational(big - 1, big), Rational(1));
  EXPECT_EQ(Rational(big, big), Rational(1));
}

TEST(Rational, ThrowsWhereTheResultHasNoForm) {
  int64_t big = std::numeric_limits<int64_t>::max();
  EXPECT_THROW(Rational(big) + Rational(1), std::overflow_error);
  EXPECT_THROW(Rational(1, big) * Rational(1, 2), std::overflow_error);
  EXPECT_THROW(Rational(1) / Rational(0), std::domain_error);
  EXPECT_THROW(Rational(1, 0), std::domain_error);
  EXPECT_THROW(-Rational(std::numeric_limits<int64_t>::min()), std::overflow_error);
}

} // namespace
} // namespace nnc::numerics
