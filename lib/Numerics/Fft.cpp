// Transformed filters and the error of a tile.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Fft.h"

#include "lib/Numerics/Butterflies.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <stdexcept>

namespace nnc::numerics {

bool isFftSize(int64_t size) {
  return std::find(std::begin(kFftSizes), std::end(kFftSizes), size) != std::end(kFftSizes);
}

FftFilter::FftFilter(int64_t size, int64_t height, int64_t width)
    : size(size), height(height), width(width), frequencies(realFrequencies(size)) {
  if (height < 1 || width < 1 || height > size || width > size)
    throw std::invalid_argument("a filter must have 1 to S rows and columns");
  for (int64_t k = 0; k < size; ++k) {
    double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(size);
    roots.emplace_back(std::cos(angle), std::sin(angle));
  }
}

std::vector<std::complex<double>> FftFilter::spectrum(const float *filter) const {
  int64_t columns = size / 2 + 1;
  std::vector<std::complex<double>> lines(static_cast<size_t>(height * columns)),
      all(static_cast<size_t>(size * columns));
  auto root = [&](int64_t turns) { return roots[static_cast<size_t>(turns % size)]; };
  for (int64_t i = 0; i < height; ++i)
    for (int64_t k = 0; k < columns; ++k)
      for (int64_t j = 0; j < width; ++j)
        lines[static_cast<size_t>(i * columns + k)] +=
            root(j * k) * static_cast<double>(filter[i * width + j]);
  for (int64_t i = 0; i < height; ++i)
    for (int64_t row = 0; row < size; ++row)
      for (int64_t k = 0; k < columns; ++k)
        all[static_cast<size_t>(row * columns + k)] +=
            root(i * row) * lines[static_cast<size_t>(i * columns + k)];
  return all;
}

void FftFilter::transform(const float *filter, float *places) const {
  std::vector<std::complex<double>> all = spectrum(filter);
  double scale = 1 / static_cast<double>(size * size);
  auto at = [&](int64_t row, int64_t column) {
    // The conjugates of what lies beyond S/2.
    bool beyond = 2 * column > size;
    if (beyond)
      row = (size - row) % size, column = size - column;
    auto value = all[static_cast<size_t>(row * (size / 2 + 1) + column)] * scale;
    return beyond ? std::conj(value) : value;
  };
  auto put = [&](std::complex<double> value) {
    double c = 2 * value.real(), d = 2 * value.imag();
    *places++ = static_cast<float>(c);
    *places++ = static_cast<float>(d - c);
    *places++ = static_cast<float>(c + d);
  };
  for (size_t j = 0; j < 2; ++j)
    for (size_t k = 0; k < frequencies.size(); ++k) {
      if (k < 2)
        *places++ = static_cast<float>(at(frequencies[k], frequencies[j]).real());
      else
        put(at(frequencies[k], frequencies[j]));
    }
  for (size_t j = 2; j < frequencies.size(); ++j)
    for (int64_t k = 0; k < size; ++k)
      put(at(k, frequencies[j]));
}

/// Every stage of a transform is a multiple of an orthogonal mapping, so a rounding of relative
/// size u anywhere is an error of at most u relative to the Euclidean norm of the result. By the
/// inequality of Cauchy and Schwarz Σ|F(x)||F(w)|/S² ≤ ‖x‖‖w‖ ≤ S·√(r₁r₂)·max|x|·max|w|.
double fftErrorBound(int64_t size, int64_t height, int64_t width) {
  constexpr double kRoundoff = 0x1p-24;
  // Three products are together at most 2√2 times the complex one; roundings of factors (sum and
  // constant), product and final sum.
  double product = 4 * 2 * std::numbers::sqrt2;
  auto transforms = static_cast<double>(
      realDft(size, 0, size).roundings() + complexDft(size).roundings() +
      inverseComplexDft(size, size).roundings() + inverseRealDft(size, size).roundings());
  return (transforms + product) * kRoundoff * static_cast<double>(size) /
         std::sqrt(static_cast<double>(height * width));
}

} // namespace nnc::numerics
