// Matrices of Winograd's minimal filtering F(m, r): m outputs of a filter with r taps from
// α = m + r − 1 products instead of m·r.
//
//   y = Aᵀ [(G g) ⊙ (Bᵀ d)],   y_i = Σ_j d_{i+j} g_j,   i < m, j < r
//
// The matrices follow from polynomial interpolation (Toom and Cook) in α − 1 finite points and
// infinity; two-dimensional tiles apply them along both axes. S. Winograd, Arithmetic Complexity of
// Computations, 1980; A. Lavin and S. Gray, Fast Algorithms for Convolutional Neural Networks,
// 2015. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_NUMERICS_WINOGRAD_H
#define NNC_LIB_NUMERICS_WINOGRAD_H

#include "lib/Numerics/Rational.h"

#include <cstddef>
#include <vector>

namespace nnc::numerics {

/// A dense matrix of exact numbers, row by row.
struct Matrix {
  int64_t rows, columns;
  std::vector<Rational> elements;

  Matrix(int64_t rows, int64_t columns)
      : rows(rows), columns(columns), elements(static_cast<size_t>(rows * columns)) {}
  Rational &at(int64_t row, int64_t column) {
    return elements[static_cast<size_t>(row * columns + column)];
  }
  const Rational &at(int64_t row, int64_t column) const {
    return elements[static_cast<size_t>(row * columns + column)];
  }
};

/// The three transforms of F(m, r).
struct WinogradTransforms {
  int64_t m, r;
  Matrix input;  ///< Bᵀ, α × α, integers wherever the points are
  Matrix filter; ///< G, α × r
  Matrix output; ///< Aᵀ, m × α

  int64_t alpha() const { return m + r - 1; }
};

/// The transforms that interpolate in `points` (m + r − 2 different numbers) and infinity. Throws
/// std::invalid_argument where m or r is below 1 or the points do not fit.
WinogradTransforms winogradTransforms(int64_t m, int64_t r, const std::vector<Rational> &points);

/// G w Gᵀ in double precision, rounded once: `filter` has r × r elements, `result` α × α.
void transformFilter(const WinogradTransforms &transforms, const float *filter, float *result);

/// How much larger than the products of a direct sum the terms of the transformed one can be, for
/// one dimension: max_i Σ_k |Aᵀ_ik| (Σ_j |G_kj|) (Σ_l |Bᵀ_kl|) / r, relative to r·max|d|·max|g|.
/// The rounding errors of a tile grow with it (its square in two dimensions).
double amplification(const WinogradTransforms &transforms);

/// m + r up to which `bestPoints` knows points.
inline constexpr int64_t kMaxWinogradSize = 10;

/// The points with the smallest amplification among 0 and pairs ±p of small fractions (and one
/// single number where their count is even). Deterministic; searched once for each m and r, which
/// takes milliseconds. Throws std::invalid_argument where m + r is above `kMaxWinogradSize`.
std::vector<Rational> bestPoints(int64_t m, int64_t r);

/// The transforms that interpolate in the best points.
WinogradTransforms bestTransforms(int64_t m, int64_t r);

} // namespace nnc::numerics

#endif
