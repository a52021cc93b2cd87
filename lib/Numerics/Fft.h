// Convolution of real images in tiles of S × S elements by the discrete Fourier transform.
//
//   y = F⁻¹(F(x) ⊙ conj(F(w))),   the first (S − r₁ + 1) × (S − r₂ + 1) elements of y
//
// are the sums y_{ij} = Σ x_{i+k, j+l} w_{kl} of an r₁ × r₂ filter, which do not wrap around. Of
// the S² frequencies of real numbers four are real and the others conjugate in pairs, so S²/2 − 2
// complex products are needed. Each is done as three real ones (a + bi)(c + di):
//
//   p = (a + b)·c, q = a·(d − c), s = b·(c + d);   real part p − s, imaginary part p + q
//
// A place is one of these real products. Part of nn-compile. SPDX-License-Identifier: Apache-2.0
// WITH LLVM-exception
#ifndef NNC_LIB_NUMERICS_FFT_H
#define NNC_LIB_NUMERICS_FFT_H

#include <complex>
#include <cstdint>
#include <vector>

namespace nnc::numerics {

/// Sizes of tiles, S.
inline constexpr int64_t kFftSizes[] = {8, 16, 32};
bool isFftSize(int64_t size);

/// Where the places of frequencies lie. First the places of frequencies k₁ × 0, then those of
/// k₁ × S/2: for both, first the two real k₁ and then the others of `realFrequencies`; then for
/// each other real frequency k₂ all k₁ from 0 on. Complex frequencies have three places, p, q, s.
struct FftPlaces {
  int64_t size;

  /// All places of a tile.
  int64_t count() const { return 3 * (size * size / 2 - 2) + 4; }
  /// Places of a k₂ that is real, and of one that is not.
  int64_t perRealColumn() const { return 2 + 3 * (size / 2 - 1); }
  int64_t perColumn() const { return 3 * size; }
};

/// Factors of all places from one filter of height × width taps: conj(F(w)) / S², twice where the
/// conjugate frequency is left out, as c, d − c, c + d. In double precision, rounded once.
/// Computes all cosines once.
class FftFilter {
public:
  FftFilter(int64_t size, int64_t height, int64_t width);
  void transform(const float *filter, float *places) const;
  /// conj(F(w)) at k₁ from 0 to S − 1 (rows) and k₂ from 0 to S/2.
  std::vector<std::complex<double>> spectrum(const float *filter) const;

private:
  int64_t size, height, width;
  std::vector<std::complex<double>> roots; ///< exp(2πi·k/S)
  std::vector<int64_t> frequencies;        ///< realFrequencies
};

/// Largest rounding error of a result beside that of a direct sum, relative to
/// r₁·r₂·max|x|·max|w|, to first order in the unit roundoff of f32.
double fftErrorBound(int64_t size, int64_t height, int64_t width);

} // namespace nnc::numerics

#endif
