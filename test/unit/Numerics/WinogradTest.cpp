// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Winograd.h"

#include <gtest/gtest.h>
#include <random>
#include <stdexcept>
#include <vector>

namespace nnc::numerics {
namespace {

using Vector = std::vector<Rational>;

Vector times(const Matrix &matrix, const Vector &vector) {
  Vector result(static_cast<size_t>(matrix.rows));
  for (int64_t row = 0; row < matrix.rows; ++row)
    for (int64_t column = 0; column < matrix.columns; ++column)
      result[static_cast<size_t>(row)] +=
          matrix.at(row, column) * vector[static_cast<size_t>(column)];
  return result;
}

/// Aᵀ [(G g) ⊙ (Bᵀ d)].
Vector filtered(const WinogradTransforms &transforms, const Vector &input, const Vector &filter) {
  Vector products = times(transforms.input, input);
  Vector factors = times(transforms.filter, filter);
  for (size_t k = 0; k < products.size(); ++k)
    products[k] *= factors[k];
  return times(transforms.output, products);
}

Vector direct(int64_t m, const Vector &input, const Vector &filter) {
  Vector result(static_cast<size_t>(m));
  for (size_t i = 0; i < result.size(); ++i)
    for (size_t j = 0; j < filter.size(); ++j)
      result[i] += input[i + j] * filter[j];
  return result;
}

struct Size {
  int64_t m, r;
};

class WinogradSizes : public testing::TestWithParam<Size> {};

TEST_P(WinogradSizes, FilterExactly) {
  auto [m, r] = GetParam();
  WinogradTransforms transforms = winogradTransforms(m, r, bestPoints(m, r));
  std::mt19937 random(static_cast<uint32_t>(10 * m + r));
  std::uniform_int_distribution<int64_t> draw(-50, 50);
  for (int round = 0; round < 50; ++round) {
    Vector input, filter;
    for (int64_t i = 0; i < transforms.alpha(); ++i)
      input.emplace_back(draw(random));
    for (int64_t j = 0; j < r; ++j)
      filter.emplace_back(draw(random));
    EXPECT_EQ(filtered(transforms, input, filter), direct(m, input, filter));
  }
}

TEST_P(WinogradSizes, ChosenPointsAreNoWorseThanTheUsualOnes) {
  auto [m, r] = GetParam();
  std::vector<Rational> usual{0, 1, -1, 2, -2, {1, 2}, {-1, 2}, 3};
  usual.resize(static_cast<size_t>(m + r - 2));
  EXPECT_LE(amplification(winogradTransforms(m, r, bestPoints(m, r))),
            amplification(winogradTransforms(m, r, usual)));
}

INSTANTIATE_TEST_SUITE_P(All, WinogradSizes,
                         testing::Values(Size{1, 1}, Size{1, 3}, Size{2, 1}, Size{2, 3}, Size{4, 3},
                                         Size{6, 3}, Size{2, 5}, Size{4, 5}, Size{3, 4}),
                         [](const auto &info) {
                           return "F" + std::to_string(info.param.m) + "x" +
                                  std::to_string(info.param.r);
                         });

TEST(Winograd, GivesTheKnownMatricesOfF23) {
  WinogradTransforms f = winogradTransforms(2, 3, {0, 1, -1});
  // Rows 0, 1, 2 of Bᵀ: (x − 1)(x + 1), x(x + 1), x(x − 1); infinity: x(x − 1)(x + 1).
  const int64_t input[4][4] = {{-1, 0, 1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, -1, 0, 1}};
  for (int64_t i = 0; i < 4; ++i)
    for (int64_t j = 0; j < 4; ++j)
      EXPECT_EQ(f.input.at(i, j), Rational(input[i][j])) << i << ' ' << j;
  EXPECT_EQ(f.filter.at(1, 2), Rational(1, 2));
  EXPECT_EQ(f.output.at(1, 3), Rational(1));
}

TEST(Winograd, RefusesPointsThatDoNotFit) {
  EXPECT_THROW(winogradTransforms(2, 3, {0, 1}), std::invalid_argument);
  EXPECT_THROW(winogradTransforms(2, 3, {0, 1, 1}), std::invalid_argument);
  EXPECT_THROW(winogradTransforms(0, 3, {0}), std::invalid_argument);
  EXPECT_THROW(bestPoints(8, 8), std::invalid_argument);
}

} // namespace
TEST(Winograd, ErrorBoundsAreThoseOfThePages) {
  auto bound = [](int64_t m, int64_t r) {
    double factor = amplification(bestTransforms(m, r));
    return factor * factor * 0x1p-24;
  };
  EXPECT_NEAR(bound(2, 3), 4.2e-7, 0.05e-7);
  EXPECT_NEAR(bound(4, 3), 3.2e-6, 0.05e-6);
  EXPECT_NEAR(bound(6, 3), 3.0e-5, 0.05e-5);
  EXPECT_NEAR(bound(2, 5), 2.1e-6, 0.05e-6);
  EXPECT_NEAR(bound(4, 5), 1.7e-5, 0.05e-5);
}

TEST(Winograd, KnowsNoPointsForLargerTiles) {
  EXPECT_EQ(bestPoints(5, 5).size(), 8u);
  EXPECT_THROW(bestPoints(6, 5), std::invalid_argument);
}

} // namespace nnc::numerics
