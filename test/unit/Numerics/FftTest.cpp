// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Fft.h"

#include "lib/Numerics/Butterflies.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <stdexcept>

namespace nnc::numerics {
namespace {

/// One tile as the emitted code computes it, in `Number`.
template <typename Number> class Tile {
public:
  Tile(int64_t size, int64_t height, int64_t width)
      : size(size), rows(size - height + 1), columns(size - width + 1),
        factors(size, height, width) {}

  std::vector<Number> convolve(const std::vector<float> &x, const std::vector<float> &w) const {
    std::vector<float> u(FftPlaces{size}.count());
    factors.transform(w.data(), u.data());
    std::vector<Number> places = forward(x);
    for (size_t p = 0; p < u.size(); ++p)
      places[p] *= static_cast<Number>(u[p]);
    return backward(places);
  }

private:
  std::vector<Number> forward(const std::vector<float> &x) const {
    std::vector<std::vector<Number>> lines;
    for (int64_t i = 0; i < size; ++i)
      lines.push_back(
          evaluate(realDft(size, 0, size),
                   std::vector<Number>(x.begin() + i * size, x.begin() + (i + 1) * size)));
    std::vector<Number> places;
    auto put = [&](Number re, Number im) { places.insert(places.end(), {re + im, re, im}); };
    for (int64_t j = 0; j < 2; ++j) {
      std::vector<Number> column;
      for (const auto &line : lines)
        column.push_back(line[j]);
      column = evaluate(realDft(size, 0, size), column);
      places.insert(places.end(), {column[0], column[1]});
      for (int64_t k = 2; k < size; k += 2)
        put(column[k], column[k + 1]);
    }
    for (int64_t j = 2; j < size; j += 2) {
      std::vector<Number> column;
      for (const auto &line : lines)
        column.insert(column.end(), {line[j], line[j + 1]});
      column = evaluate(complexDft(size), column);
      for (int64_t k = 0; k < size; ++k)
        put(column[2 * k], column[2 * k + 1]);
    }
    return places;
  }

  std::vector<Number> backward(const std::vector<Number> &places) const {
    auto at = places.begin();
    auto take = [&](std::vector<Number> &parts) {
      parts.insert(parts.end(), {at[0] - at[2], at[0] + at[1]});
      at += 3;
    };
    std::vector<std::vector<Number>> lines(rows);
    for (int64_t j = 0; j < 2; ++j) {
      std::vector<Number> column{at[0], at[1]};
      at += 2;
      for (int64_t k = 2; k < size; k += 2)
        take(column);
      column = evaluate(inverseRealDft(size, rows), column);
      for (int64_t i = 0; i < rows; ++i)
        lines[i].push_back(column[i]);
    }
    for (int64_t j = 2; j < size; j += 2) {
      std::vector<Number> column;
      for (int64_t k = 0; k < size; ++k)
        take(column);
      column = evaluate(inverseComplexDft(size, rows), column);
      for (int64_t i = 0; i < rows; ++i)
        lines[i].insert(lines[i].end(), {column[2 * i], column[2 * i + 1]});
    }
    std::vector<Number> y;
    for (const auto &line : lines) {
      std::vector<Number> row = evaluate(inverseRealDft(size, columns), line);
      y.insert(y.end(), row.begin(), row.end());
    }
    return y;
  }

  int64_t size, rows, columns;
  FftFilter factors;
};

std::vector<long double> direct(const std::vector<float> &x, const std::vector<float> &w,
                                int64_t size, int64_t height, int64_t width) {
  std::vector<long double> y;
  for (int64_t i = 0; i + height <= size; ++i)
    for (int64_t j = 0; j + width <= size; ++j) {
      long double sum = 0;
      for (int64_t k = 0; k < height; ++k)
        for (int64_t l = 0; l < width; ++l)
          sum += static_cast<long double>(x[(i + k) * size + j + l]) * w[k * width + l];
      y.push_back(sum);
    }
  return y;
}

struct Size {
  int64_t size, height, width;
};

class FftSizes : public testing::TestWithParam<Size> {
protected:
  /// The largest error over some random tiles, relative to r₁·r₂·max|x|·max|w|.
  template <typename Number> double largestError(bool signs) {
    auto [size, height, width] = GetParam();
    Tile<Number> tile(size, height, width);
    std::mt19937 random(static_cast<uint32_t>(size + 100 * height + width));
    std::uniform_real_distribution<float> draw(-1, 1);
    auto fill = [&](int64_t count) {
      std::vector<float> values(count);
      for (float &value : values)
        value = signs ? std::copysign(1.0f, draw(random)) : draw(random);
      return values;
    };
    double largest = 0;
    for (int round = 0; round < 10; ++round) {
      std::vector<float> x = fill(size * size), w = fill(height * width);
      std::vector<long double> expected = direct(x, w, size, height, width);
      std::vector<Number> got = tile.convolve(x, w);
      EXPECT_EQ(got.size(), expected.size());
      for (size_t i = 0; i < got.size(); ++i)
        largest = std::max(largest, static_cast<double>(std::abs(got[i] - expected[i])) /
                                        static_cast<double>(height * width));
    }
    return largest;
  }
};

TEST_P(FftSizes, ConvolveWithinTheBound) {
  auto [size, height, width] = GetParam();
  for (bool signs : {false, true}) {
    // The filters are rounded to f32 in any case.
    EXPECT_LE(largestError<long double>(signs), 2e-7);
    double error = largestError<float>(signs), bound = fftErrorBound(size, height, width);
    EXPECT_LE(error, bound);
    // Random errors cancel; a bound that were much larger still would forbid too much.
    EXPECT_GE(error, bound / 1000);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FftSizes,
                         testing::Values(Size{8, 3, 3}, Size{8, 5, 5}, Size{16, 5, 5},
                                         Size{16, 7, 7}, Size{16, 11, 11}, Size{16, 3, 9},
                                         Size{16, 15, 13}, Size{16, 1, 7}, Size{32, 9, 9},
                                         Size{32, 15, 15}, Size{32, 31, 29}),
                         [](const auto &info) {
                           return "S" + std::to_string(info.param.size) + "r" +
                                  std::to_string(info.param.height) + "x" +
                                  std::to_string(info.param.width);
                         });

TEST(Fft, ErrorBoundsAreThoseOfThePages) {
  struct {
    int64_t size, side;
    double bound;
  } stated[] = {{8, 5, 3.2e-6},   {8, 7, 2.3e-6},  {16, 5, 7.1e-6}, {16, 7, 5.1e-6},
                {16, 11, 3.2e-6}, {32, 5, 2.0e-5}, {32, 7, 1.5e-5}, {32, 11, 9.2e-6}};
  for (auto [size, side, bound] : stated)
    EXPECT_NEAR(fftErrorBound(size, side, side) / bound, 1, 0.035) << size << ' ' << side;
}

TEST(Fft, PlacesAreAllOfATile) {
  for (int64_t size : kFftSizes) {
    FftPlaces places{size};
    EXPECT_EQ(places.count(), 2 * places.perRealColumn() + (size / 2 - 1) * places.perColumn());
  }
  EXPECT_EQ(FftPlaces{16}.count(), 382);
}

TEST(Fft, RefusesFiltersThatDoNotFit) {
  EXPECT_THROW(FftFilter(8, 9, 3), std::invalid_argument);
  EXPECT_THROW(FftFilter(8, 3, 0), std::invalid_argument);
  EXPECT_FALSE(isFftSize(12));
}

} // namespace
} // namespace nnc::numerics
