// Convolutions in a transform domain, as their formulas say, in double precision.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/FastConv/FastConv.h"

#include "lib/Numerics/Winograd.h"
#include "lib/Reference/Operators.h"
#include "lib/Reference/Shape.h"

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
          std::vector<double> tile(alpha * alpha);
          for (int64_t i = 0; i < alpha; ++i)
            for (int64_t j = 0; j < alpha; ++j) {
              int64_t row = top + i - op.getPadsBegin()[0],
                      column = left + j - op.getPadsBegin()[1];
              if (row >= 0 && row < x.dim(2) && column >= 0 && column < x.dim(3))
                tile[i * alpha + j] =
                    x.real(((n * channels + c) * x.dim(2) + row) * x.dim(3) + column);
            }
          tile = sandwich(transforms.input, tile);
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

} // namespace nnc::reference
