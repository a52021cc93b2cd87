// Toom–Cook: a product of polynomials from its values, transposed into a filter.
//
// With E_n the matrix of powers (x_k^0 … x_k^{n−1}) in all points (infinity: 0 … 0 1) and V = E_α,
// the coefficients of s·g are V⁻¹[(E_m s) ⊙ (E_r g)]. The transposed algorithm computes the filter:
// Aᵀ = E_mᵀ, G = E_r, Bᵀ = V⁻ᵀ. Row k of V⁻ᵀ holds the coefficients of the Lagrange polynomial of
// point k, that of infinity those of Π(x − x_k). Each row is multiplied by its denominator
// N_k = Π_{j≠k}(x_k − x_j), and the row of G divided by it, which keeps Bᵀ free of fractions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Winograd.h"

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>
#include <stdexcept>

namespace nnc::numerics {

namespace {

using Polynomial = std::vector<Rational>; // lowest power first

/// p(x)·(x − root).
Polynomial timesLinear(const Polynomial &p, const Rational &root) {
  Polynomial product(p.size() + 1);
  for (size_t i = 0; i < p.size(); ++i) {
    product[i + 1] += p[i];
    product[i] += -(p[i] * root);
  }
  return product;
}

/// Π (x − x_j) over all points but number `without`.
Polynomial rootsExcept(const std::vector<Rational> &points, size_t without) {
  Polynomial product{Rational(1)};
  for (size_t j = 0; j < points.size(); ++j)
    if (j != without)
      product = timesLinear(product, points[j]);
  return product;
}

Rational power(const Rational &base, int64_t exponent) {
  Rational result(1);
  for (int64_t i = 0; i < exponent; ++i)
    result *= base;
  return result;
}

Rational absoluteSum(const Matrix &matrix, int64_t row) {
  Rational sum;
  for (int64_t column = 0; column < matrix.columns; ++column)
    sum += matrix.at(row, column).abs();
  return sum;
}

void checkSizes(int64_t m, int64_t r, const std::vector<Rational> &points) {
  if (m < 1 || r < 1)
    throw std::invalid_argument("F(m, r) needs m and r of at least 1");
  if (static_cast<int64_t>(points.size()) != m + r - 2)
    throw std::invalid_argument("F(m, r) needs m + r - 2 points");
  for (size_t i = 0; i < points.size(); ++i)
    if (std::find(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(i), points[i]) !=
        points.begin() + static_cast<std::ptrdiff_t>(i))
      throw std::invalid_argument("the points of F(m, r) must differ");
}

} // namespace

WinogradTransforms winogradTransforms(int64_t m, int64_t r, const std::vector<Rational> &points) {
  checkSizes(m, r, points);
  int64_t alpha = m + r - 1, infinity = alpha - 1;
  WinogradTransforms transforms{m, r, Matrix(alpha, alpha), Matrix(alpha, r), Matrix(m, alpha)};
  for (int64_t k = 0; k < infinity; ++k) {
    const Rational &point = points[static_cast<size_t>(k)];
    Polynomial lagrange = rootsExcept(points, static_cast<size_t>(k));
    Rational denominator(1);
    for (size_t j = 0; j < points.size(); ++j)
      if (j != static_cast<size_t>(k))
        denominator *= point - points[j];
    for (int64_t i = 0; i < infinity; ++i)
      transforms.input.at(k, i) = lagrange[static_cast<size_t>(i)];
    for (int64_t j = 0; j < r; ++j)
      transforms.filter.at(k, j) = power(point, j) / denominator;
    for (int64_t i = 0; i < m; ++i)
      transforms.output.at(i, k) = power(point, i);
  }
  Polynomial all = rootsExcept(points, points.size());
  for (int64_t i = 0; i < alpha; ++i)
    transforms.input.at(infinity, i) = all[static_cast<size_t>(i)];
  transforms.filter.at(infinity, r - 1) = 1;
  transforms.output.at(m - 1, infinity) = 1;
  return transforms;
}

void transformFilter(const WinogradTransforms &transforms, const float *filter, float *result) {
  constexpr int64_t kMost = 16;
  int64_t alpha = transforms.alpha(), r = transforms.r;
  if (alpha > kMost)
    throw std::invalid_argument("F(m, r) is too large for transformFilter");
  double g[kMost * kMost], half[kMost * kMost];
  std::transform(transforms.filter.elements.begin(), transforms.filter.elements.end(), g,
                 [](const Rational &element) { return element.toDouble(); });
  for (int64_t a = 0; a < alpha; ++a)
    for (int64_t l = 0; l < r; ++l) {
      half[a * r + l] = 0;
      for (int64_t k = 0; k < r; ++k)
        half[a * r + l] += g[a * r + k] * static_cast<double>(filter[k * r + l]);
    }
  for (int64_t a = 0; a < alpha; ++a)
    for (int64_t b = 0; b < alpha; ++b) {
      double sum = 0;
      for (int64_t l = 0; l < r; ++l)
        sum += half[a * r + l] * g[b * r + l];
      result[a * alpha + b] = static_cast<float>(sum);
    }
}

double amplification(const WinogradTransforms &transforms) {
  double largest = 0;
  for (int64_t i = 0; i < transforms.m; ++i) {
    double sum = 0;
    for (int64_t k = 0; k < transforms.alpha(); ++k)
      sum += transforms.output.at(i, k).abs().toDouble() *
             absoluteSum(transforms.filter, k).toDouble() *
             absoluteSum(transforms.input, k).toDouble();
    largest = std::max(largest, sum);
  }
  return largest / static_cast<double>(transforms.r);
}

static std::vector<Rational> searchPoints(int64_t m, int64_t r) {
  static const Rational kMagnitudes[] = {1,      2, {1, 2}, 3,      {1, 3}, {2, 3},
                                         {3, 2}, 4, {1, 4}, {3, 4}, {4, 3}};
  constexpr size_t kCount = std::size(kMagnitudes);
  int64_t count = m + r - 2;
  if (count < 0 || m + r > kMaxWinogradSize)
    throw std::invalid_argument("F(m, r) with m + r outside 2 to 10");
  if (count == 0)
    return {};
  int64_t pairs = (count - 1) / 2, single = (count - 1) % 2;
  std::vector<Rational> best;
  double least = std::numeric_limits<double>::infinity();
  auto consider = [&](const std::vector<Rational> &points) {
    double value = amplification(winogradTransforms(m, r, points));
    if (value < least) {
      least = value;
      best = points;
    }
  };
  for (uint32_t chosen = 0; chosen < (1u << kCount); ++chosen) {
    if (__builtin_popcount(chosen) != pairs)
      continue;
    std::vector<Rational> points{Rational(0)};
    for (size_t i = 0; i < kCount; ++i)
      if (chosen >> i & 1)
        points.insert(points.end(), {kMagnitudes[i], -kMagnitudes[i]});
    if (!single) {
      consider(points);
      continue;
    }
    for (size_t i = 0; i < kCount; ++i)
      if (!(chosen >> i & 1)) {
        points.push_back(kMagnitudes[i]);
        consider(points);
        points.pop_back();
      }
  }
  return best;
}

std::vector<Rational> bestPoints(int64_t m, int64_t r) {
  static std::mutex mutex;
  static std::map<std::pair<int64_t, int64_t>, std::vector<Rational>> known;
  std::lock_guard lock(mutex); // passes run on several functions at a time
  auto it = known.find({m, r});
  if (it == known.end())
    it = known.emplace(std::pair(m, r), searchPoints(m, r)).first;
  return it->second;
}

WinogradTransforms bestTransforms(int64_t m, int64_t r) {
  return winogradTransforms(m, r, bestPoints(m, r));
}

} // namespace nnc::numerics
