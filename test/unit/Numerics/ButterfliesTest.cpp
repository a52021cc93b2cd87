// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Butterflies.h"

#include <cmath>
#include <complex>
#include <gtest/gtest.h>
#include <numbers>
#include <random>
#include <stdexcept>

namespace nnc::numerics {
namespace {

using Real = long double;
using Numbers = std::vector<Real>;

std::complex<Real> root(int64_t turn, int64_t size) {
  Real angle = -2 * std::numbers::pi_v<Real> * static_cast<Real>(turn) / static_cast<Real>(size);
  return {std::cos(angle), std::sin(angle)};
}

/// By definition.
std::vector<std::complex<Real>> dft(const std::vector<std::complex<Real>> &x, int64_t sign = 1) {
  auto size = static_cast<int64_t>(x.size());
  std::vector<std::complex<Real>> result(x.size());
  for (int64_t k = 0; k < size; ++k)
    for (int64_t n = 0; n < size; ++n)
      result[k] += x[n] * root(sign * k * n, size);
  return result;
}

Numbers randomNumbers(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> draw(-1, 1);
  Numbers numbers;
  for (int64_t i = 0; i < count; ++i)
    numbers.push_back(draw(random));
  return numbers;
}

class TransformSizes : public testing::TestWithParam<int64_t> {};

TEST_P(TransformSizes, ComplexByDefinition) {
  int64_t size = GetParam();
  Numbers parts = randomNumbers(2 * size, 1);
  std::vector<std::complex<Real>> x;
  for (int64_t n = 0; n < size; ++n)
    x.emplace_back(parts[2 * n], parts[2 * n + 1]);
  for (bool inverse : {false, true}) {
    Numbers got = evaluate(inverse ? inverseComplexDft(size, size) : complexDft(size), parts);
    auto expected = dft(x, inverse ? -1 : 1);
    for (int64_t k = 0; k < size; ++k) {
      EXPECT_NEAR(got[2 * k], expected[k].real(), 1e-13) << k;
      EXPECT_NEAR(got[2 * k + 1], expected[k].imag(), 1e-13) << k;
    }
  }
}

TEST_P(TransformSizes, RealByDefinitionAndBack) {
  int64_t size = GetParam();
  Numbers x = randomNumbers(size, 2);
  auto expected = dft({x.begin(), x.end()});
  Numbers got = evaluate(realDft(size, 0, size), x);
  std::vector<int64_t> frequencies = realFrequencies(size);
  EXPECT_NEAR(got[0], expected[0].real(), 1e-13);
  EXPECT_NEAR(got[1], expected[size / 2].real(), 1e-13);
  for (int64_t k = 2; k <= size / 2; ++k) {
    EXPECT_NEAR(got[2 * k - 2], expected[frequencies[k]].real(), 1e-13) << k;
    EXPECT_NEAR(got[2 * k - 1], expected[frequencies[k]].imag(), 1e-13) << k;
  }
  for (int64_t i = 2; i < size; ++i)
    got[i] *= 2;
  Numbers back = evaluate(inverseRealDft(size, size), got);
  for (int64_t n = 0; n < size; ++n)
    EXPECT_NEAR(back[n] / static_cast<Real>(size), x[n], 1e-13) << n;
}

TEST_P(TransformSizes, EveryPairOfConjugatesHasOneFrequency) {
  int64_t size = GetParam();
  std::vector<bool> seen(size, false);
  for (int64_t k : realFrequencies(size)) {
    EXPECT_FALSE(seen[k] || seen[(size - k) % size]) << k;
    seen[k] = seen[(size - k) % size] = true;
  }
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), size);
}

/// Zeros around the inputs, and outputs that nobody wants, change nothing in the others.
TEST_P(TransformSizes, ZerosAndUnwantedOutputsCostNothing) {
  int64_t size = GetParam(), first = size / 4, end = size - 1;
  Numbers x = randomNumbers(size, 3), zeroed = x;
  for (int64_t n = 0; n < size; ++n)
    if (n < first || n >= end)
      zeroed[n] = 0;
  Butterflies all = realDft(size, 0, size), some = realDft(size, first, end);
  EXPECT_LT(some.steps.size(), all.steps.size());
  Numbers expected = evaluate(all, zeroed), got = evaluate(some, x);
  for (int64_t i = 0; i < size; ++i)
    EXPECT_NEAR(got[i], expected[i], 1e-15) << i;
  for (bool complex : {false, true}) {
    Numbers spectrum = randomNumbers(complex ? 2 * size : size, 4);
    auto inverse = complex ? inverseComplexDft : inverseRealDft;
    EXPECT_LT(inverse(size, size / 2).steps.size(), inverse(size, size).steps.size());
    Numbers whole = evaluate(inverse(size, size), spectrum),
            half = evaluate(inverse(size, size / 2), spectrum);
    EXPECT_EQ(half.size(), whole.size() / 2);
    for (size_t i = 0; i < half.size(); ++i)
      EXPECT_EQ(half[i], whole[i]) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(All, TransformSizes, testing::Values(4, 8, 16, 32, 64),
                         testing::PrintToStringParamName());

TEST(Butterflies, NeedAsFewStepsAsKnown) {
  // Split radix: 4·N·log₂N − 6·N + 8 operations with separate products, 168 for 16; fewer here.
  EXPECT_LE(complexDft(16).steps.size(), 168u);
  EXPECT_LE(realDft(16, 0, 16).steps.size(), 70u);
}

TEST(Butterflies, NothingButZeros) {
  for (int32_t output : realDft(8, 3, 3).outputs)
    EXPECT_EQ(output, kZeroValue);
}

TEST(Butterflies, RefuseOtherSizes) {
  for (int64_t size : {0, 1, 12, 128})
    EXPECT_THROW(complexDft(size), std::invalid_argument) << size;
}

} // namespace
} // namespace nnc::numerics
