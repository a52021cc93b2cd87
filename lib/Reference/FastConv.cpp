// Convolutions in a transform domain, as their formulas say, in double precision.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/FastConv/FastConv.h"

#include "lib/Numerics/Fft.h"
#include "lib/Numerics/Winograd.h"
#include "lib/Reference/Operators.h"
#include "lib/Reference/Shape.h"

#include <complex>
#include <numbers>

namespace nnc::reference {

/// matrix · x · matrixᵀ of a square x, row by row.
static std::vector<double> sandwich(const numerics::Matrix &matrix, const std::vector<double> &x) {
  int64_t rows = matrix.rows, n = matrix.columns;
  std::vector<double> y(rows * rows);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < rows; ++j)
      for (int64_t k = 0; k < n; ++k)
        for (int64_t l = 0; l < n; ++l)
          y[i * rows + j] += matrix.at(i, k).toDouble() * x[k * n + l] * matrix.at(j, l).toDouble();
  return y;
}

/// size × size elements of image number `image`, zeros around it.
static std::vector<double> tileOf(const Tensor &x, int64_t image, int64_t top, int64_t left,
                                  int64_t size) {
  std::vector<double> tile(size * size);
  for (int64_t i = 0; i < size; ++i)
    for (int64_t j = 0; j < size; ++j)
      if (int64_t row = top + i, column = left + j;
          row >= 0 && row < x.dim(2) && column >= 0 && column < x.dim(3))
        tile[i * size + j] = x.real((image * x.dim(2) + row) * x.dim(3) + column);
  return tile;
}

Tensor filterTransform(fastconv::FilterTransformOp op, Inputs in) {
  Tensor out = resultOf(op.getResult()), w = in[0].dense();
  int64_t maps = w.dim(0), channels = w.dim(1), r = w.dim(2), places = out.dim(0) * out.dim(1);
  numerics::WinogradTransforms transforms =
      numerics::bestTransforms(static_cast<int64_t>(op.getTile()), r);
  const auto *filter = reinterpret_cast<const float *>(w.bytes().data());
  std::vector<float> u(places);
  for (int64_t o = 0; o < maps; ++o)
    for (int64_t c = 0; c < channels; ++c, filter += r * r) {
      numerics::transformFilter(transforms, filter, u.data());
      for (int64_t p = 0; p < places; ++p)
        out.setReal((p * channels + c) * maps + o, u[p]);
    }
  return out;
}

Tensor winograd(fastconv::WinogradOp op, Inputs in) {
  const Tensor &x = in[0], &u = in[1];
  Tensor out = resultOf(op.getResult());
  auto m = static_cast<int64_t>(op.getTile());
  int64_t alpha = op.getAlpha(), r = op.getKernelSize(), channels = x.dim(1), maps = out.dim(1);
  numerics::WinogradTransforms transforms = numerics::bestTransforms(m, r);
  for (int64_t n = 0; n < x.dim(0); ++n)
    for (int64_t top = 0; top < out.dim(2); top += m)
      for (int64_t left = 0; left < out.dim(3); left += m) {
        std::vector<std::vector<double>> sums(maps, std::vector<double>(alpha * alpha));
        for (int64_t c = 0; c < channels; ++c) {
          std::vector<double> tile =
              sandwich(transforms.input, tileOf(x, n * channels + c, top - op.getPadsBegin()[0],
                                                left - op.getPadsBegin()[1], alpha));
          for (int64_t p = 0; p < alpha * alpha; ++p)
            for (int64_t o = 0; o < maps; ++o)
              sums[o][p] += tile[p] * u.real((p * channels + c) * maps + o);
        }
        for (int64_t o = 0; o < maps; ++o) {
          std::vector<double> y = sandwich(transforms.output, sums[o]);
          for (int64_t i = 0; i < m && top + i < out.dim(2); ++i)
            for (int64_t j = 0; j < m && left + j < out.dim(3); ++j)
              out.setReal(((n * maps + o) * out.dim(2) + top + i) * out.dim(3) + left + j,
                          y[i * m + j] + (op.getBias() ? in[2].real(o) : 0));
        }
      }
  return out;
}

namespace {

using Complexes = std::vector<std::complex<double>>;

/// Σ_{kl} x_kl exp(2πi·sign·(pk + ql)/S) for all p and q of a square x.
Complexes squareDft(const Complexes &x, int64_t size, int64_t sign) {
  Complexes roots, rows(x.size()), all(x.size());
  for (int64_t k = 0; k < size; ++k)
    roots.push_back(std::polar(1.0, static_cast<double>(sign * 2 * k) * std::numbers::pi /
                                        static_cast<double>(size)));
  for (int64_t k = 0; k < size; ++k)
    for (int64_t q = 0; q < size; ++q)
      for (int64_t l = 0; l < size; ++l)
        rows[k * size + q] += x[k * size + l] * roots[q * l % size];
  for (int64_t p = 0; p < size; ++p)
    for (int64_t q = 0; q < size; ++q)
      for (int64_t k = 0; k < size; ++k)
        all[p * size + q] += rows[k * size + q] * roots[p * k % size];
  return all;
}

} // namespace

Tensor fftFilterTransform(fastconv::FftFilterTransformOp op, Inputs in) {
  Tensor out = resultOf(op.getResult()), w = in[0].dense();
  int64_t size = out.dim(1), columns = out.dim(2), channels = w.dim(1), maps = w.dim(0);
  numerics::FftFilter factors(size, w.dim(2), w.dim(3));
  const auto *filter = reinterpret_cast<const float *>(w.bytes().data());
  for (int64_t o = 0; o < maps; ++o)
    for (int64_t c = 0; c < channels; ++c, filter += w.dim(2) * w.dim(3)) {
      Complexes u = factors.spectrum(filter);
      for (int64_t k = 0; k < size * columns; ++k) {
        out.setReal((k * channels + c) * maps + o, u[k].real());
        out.setReal(((k + size * columns) * channels + c) * maps + o, u[k].imag());
      }
    }
  return out;
}

Tensor fft(fastconv::FftOp op, Inputs in) {
  const Tensor &x = in[0], &u = in[1];
  Tensor out = resultOf(op.getResult());
  int64_t size = op.getTileSize(), columns = size / 2 + 1, channels = x.dim(1), maps = out.dim(1);
  int64_t height = size - op.getKernel()[0] + 1, width = size - op.getKernel()[1] + 1;
  auto factor = [&](int64_t p, int64_t q, int64_t c, int64_t o) {
    bool beyond = q >= columns;
    int64_t k = beyond ? (size - p) % size * columns + size - q : p * columns + q;
    std::complex<double> value(u.real((k * channels + c) * maps + o),
                               u.real(((k + size * columns) * channels + c) * maps + o));
    return beyond ? std::conj(value) : value;
  };
  for (int64_t n = 0; n < x.dim(0); ++n)
    for (int64_t top = 0; top < out.dim(2); top += height)
      for (int64_t left = 0; left < out.dim(3); left += width) {
        std::vector<Complexes> sums(maps, Complexes(size * size));
        for (int64_t c = 0; c < channels; ++c) {
          std::vector<double> tile = tileOf(x, n * channels + c, top - op.getPadsBegin()[0],
                                            left - op.getPadsBegin()[1], size);
          Complexes spectrum = squareDft({tile.begin(), tile.end()}, size, -1);
          for (int64_t k = 0; k < size * size; ++k)
            for (int64_t o = 0; o < maps; ++o)
              sums[o][k] += spectrum[k] * factor(k / size, k % size, c, o);
        }
        for (int64_t o = 0; o < maps; ++o) {
          Complexes y = squareDft(sums[o], size, 1);
          for (int64_t i = 0; i < height && top + i < out.dim(2); ++i)
            for (int64_t j = 0; j < width && left + j < out.dim(3); ++j)
              out.setReal(((n * maps + o) * out.dim(2) + top + i) * out.dim(3) + left + j,
                          y[i * size + j].real() / static_cast<double>(size * size) +
                              (op.getBias() ? in[2].real(o) : 0));
        }
      }
  return out;
}

} // namespace nnc::reference
