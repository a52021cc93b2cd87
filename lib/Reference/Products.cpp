// Matrix products and convolutions, summed in double precision (floats) or exactly modulo 2^width
// (integers). Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Reference/Operators.h"
#include "lib/Reference/Shape.h"

using namespace mlir;

namespace nnc::reference {

//===-- Matrix products --------------------------------------------------------------------===//

Tensor matmul(nn::MatMulOp op, Inputs in) {
  const Tensor &a = in[0], &b = in[1];
  Tensor out = resultOf(op.getResult());
  int64_t rank = out.rank(), inner = a.dim(a.rank() - (op.getTransposeLhs() ? 2 : 1));
  // Strides of the batch dimensions, then those of (m, k) and (k, n).
  auto batch = [&](const Tensor &tensor) {
    Index shape(tensor.shape().drop_back(2)), strides = rowMajorStrides(tensor.shape());
    Index result = broadcastStrides(shape, out.shape().drop_back(2));
    for (int64_t &stride : result)
      stride *= tensor.dim(tensor.rank() - 1) * tensor.dim(tensor.rank() - 2);
    return result;
  };
  Index batchA = batch(a), batchB = batch(b);
  int64_t rowsA = a.dim(a.rank() - 1), rowsB = b.dim(b.rank() - 1);
  int64_t am = op.getTransposeLhs() ? 1 : rowsA, ak = op.getTransposeLhs() ? rowsA : 1;
  int64_t bk = op.getTransposeRhs() ? 1 : rowsB, bn = op.getTransposeRhs() ? rowsB : 1;
  bool isFloat = out.isFloat();
  int64_t zeroA = op.getLhsZeroPoint(), zeroB = op.getRhsZeroPoint();
  std::vector<double> realsA = isFloat ? a.reals() : std::vector<double>(),
                      realsB = isFloat ? b.reals() : std::vector<double>();
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    int64_t atA = dot(index.drop_back(2), batchA) + index[rank - 2] * am;
    int64_t atB = dot(index.drop_back(2), batchB) + index[rank - 1] * bn;
    double sum = 0;
    uint64_t exact = 0;
    for (int64_t k = 0; k < inner; ++k)
      if (isFloat)
        sum += realsA[atA + k * ak] * realsB[atB + k * bk];
      else
        exact += static_cast<uint64_t>(a.integer(atA + k * ak) - zeroA) *
                 static_cast<uint64_t>(b.integer(atB + k * bk) - zeroB);
    isFloat ? out.setReal(i, sum) : out.setInteger(i, static_cast<int64_t>(exact));
  });
  return out;
}

//===-- Convolutions -----------------------------------------------------------------------===//

namespace {

/// Sizes of a convolution with its spatial dimensions filled up to three.
struct Geometry {
  int64_t batch, group, inputs, outputs; // channels of all groups
  int64_t in[3], out[3], kernel[3], stride[3], dilation[3], begin[3];

  template <typename Op>
  static Geometry of(Op op, const Tensor &x, const Tensor &w, const Tensor &y) {
    Geometry g{
        x.dim(0), static_cast<int64_t>(op.getGroup()), x.dim(1), y.dim(1), {}, {}, {}, {}, {}, {}};
    int64_t missing = 5 - x.rank();
    for (int64_t d = 0; d < 3; ++d) {
      bool real = d >= missing;
      int64_t s = d - missing;
      g.in[d] = real ? x.dim(s + 2) : 1;
      g.out[d] = real ? y.dim(s + 2) : 1;
      g.kernel[d] = real ? w.dim(s + 2) : 1;
      g.stride[d] = real ? op.getStrides()[s] : 1;
      g.dilation[d] = real ? op.getDilations()[s] : 1;
      g.begin[d] = real ? op.getPadsBegin()[s] : 0;
    }
    return g;
  }

  int64_t inPixels() const { return in[0] * in[1] * in[2]; }
  int64_t outPixels() const { return out[0] * out[1] * out[2]; }
  int64_t taps() const { return kernel[0] * kernel[1] * kernel[2]; }

  /// Calls `body(p, q)` for all pixels p of the strided image and q of the dense one that meet at a
  /// tap: with i the position of p, q lies at i·stride − begin + tap·dilation, where that is inside
  /// `dense`.
  template <typename Body>
  void forEachMeeting(int64_t tap, const int64_t (&strided)[3], const int64_t (&dense)[3],
                      Body body) const {
    int64_t k[3] = {tap / (kernel[1] * kernel[2]), tap / kernel[2] % kernel[1], tap % kernel[2]};
    auto position = [&](int d, int64_t i) { return i * stride[d] - begin[d] + k[d] * dilation[d]; };
    auto inside = [&](int d, int64_t at) { return at >= 0 && at < dense[d]; };
    for (int64_t z = 0; z < strided[0]; ++z) {
      int64_t dz = position(0, z);
      if (!inside(0, dz))
        continue;
      for (int64_t y = 0; y < strided[1]; ++y) {
        int64_t dy = position(1, y);
        if (!inside(1, dy))
          continue;
        for (int64_t x = 0; x < strided[2]; ++x) {
          int64_t dx = position(2, x);
          if (inside(2, dx))
            body((z * strided[1] + y) * strided[2] + x, (dz * dense[1] + dy) * dense[2] + dx);
        }
      }
    }
  }
};

} // namespace

/// Integers are whole numbers here, and exact up to 2^53.
static void store(Tensor &out, const std::vector<double> &values) {
  for (int64_t i = 0; i < out.size(); ++i) {
    double value = values[static_cast<size_t>(i)];
    out.isFloat() ? out.setReal(i, value) : out.setInteger(i, static_cast<int64_t>(value));
  }
}

/// All elements less a zero point.
static std::vector<double> factors(const Tensor &tensor, int64_t zeroPoint) {
  std::vector<double> values = tensor.reals();
  for (double &value : values)
    value -= static_cast<double>(zeroPoint);
  return values;
}

/// Result sums that start with the bias.
static std::vector<double> startWithBias(const Geometry &g, const Tensor *bias) {
  std::vector<double> sums(static_cast<size_t>(g.batch * g.outputs * g.outPixels()), 0.0);
  for (int64_t i = 0; bias && i < static_cast<int64_t>(sums.size()); ++i)
    sums[static_cast<size_t>(i)] = bias->real(i / g.outPixels() % g.outputs);
  return sums;
}

Tensor conv(nn::ConvOp op, Inputs in) {
  Tensor out = resultOf(op.getResult());
  if (out.size() == 0)
    return out;
  Geometry g = Geometry::of(op, in[0], in[1], out);
  std::vector<double> x = factors(in[0], op.getInputZeroPoint()),
                      w = factors(in[1], op.getFilterZeroPoint()),
                      sums = startWithBias(g, in.size() > 2 ? &in[2] : nullptr);
  int64_t perGroup = g.inputs / g.group;
  for (int64_t n = 0; n < g.batch; ++n)
    for (int64_t m = 0; m < g.outputs; ++m)
      for (int64_t c = 0; c < perGroup; ++c) {
        int64_t first = m / (g.outputs / g.group) * perGroup;
        const double *image = &x[static_cast<size_t>((n * g.inputs + first + c) * g.inPixels())];
        double *sum = &sums[static_cast<size_t>((n * g.outputs + m) * g.outPixels())];
        for (int64_t tap = 0; tap < g.taps(); ++tap) {
          double weight = w[static_cast<size_t>((m * perGroup + c) * g.taps() + tap)];
          g.forEachMeeting(tap, g.out, g.in,
                           [&](int64_t p, int64_t q) { sum[p] += weight * image[q]; });
        }
      }
  store(out, sums);
  return out;
}

Tensor convTranspose(nn::ConvTransposeOp op, Inputs in) {
  Tensor out = resultOf(op.getResult());
  if (out.size() == 0)
    return out;
  Geometry g = Geometry::of(op, in[0], in[1], out);
  std::vector<double> x = in[0].reals(), w = in[1].reals(),
                      sums = startWithBias(g, in.size() > 2 ? &in[2] : nullptr);
  int64_t perGroup = g.outputs / g.group;
  for (int64_t n = 0; n < g.batch; ++n)
    for (int64_t c = 0; c < g.inputs; ++c)
      for (int64_t m = 0; m < perGroup; ++m) {
        int64_t first = c / (g.inputs / g.group) * perGroup;
        const double *image = &x[static_cast<size_t>((n * g.inputs + c) * g.inPixels())];
        double *sum = &sums[static_cast<size_t>((n * g.outputs + first + m) * g.outPixels())];
        for (int64_t tap = 0; tap < g.taps(); ++tap) {
          double weight = w[static_cast<size_t>((c * perGroup + m) * g.taps() + tap)];
          g.forEachMeeting(tap, g.in, g.out,
                           [&](int64_t p, int64_t q) { sum[q] += weight * image[p]; });
        }
      }
  store(out, sums);
  return out;
}

} // namespace nnc::reference
