// Reductions, normalisations, running sums and sorting.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Reference/Operators.h"
#include "lib/Reference/Shape.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir;

namespace nnc::reference {

namespace {
/// A tensor seen as a set of fibres: the elements that differ only in some axes.
struct Fibres {
  Index outer, outerStrides, inner, innerStrides;

  Fibres(const Tensor &x, ArrayRef<int64_t> axes) {
    Index strides = rowMajorStrides(x.shape());
    for (int64_t d = 0; d < x.rank(); ++d) {
      bool reduced = llvm::is_contained(axes, d);
      (reduced ? inner : outer).push_back(x.dim(d));
      (reduced ? innerStrides : outerStrides).push_back(strides[d]);
    }
  }

  int64_t length() const { return product(inner); }

  /// Calls `body(k, offsets)` for the k-th fibre with the offsets of its elements, in row-major
  /// order.
  template <typename Body> void forEach(Body body) const {
    Index within;
    forEachIndex(inner, [&](int64_t, ArrayRef<int64_t> index) {
      within.push_back(dot(index, innerStrides));
    });
    Index offsets(within.size());
    forEachIndex(outer, [&](int64_t k, ArrayRef<int64_t> index) {
      int64_t start = dot(index, outerStrides);
      llvm::transform(within, offsets.begin(), [&](int64_t offset) { return start + offset; });
      body(k, ArrayRef<int64_t>(offsets));
    });
  }
};
} // namespace

//===-- Reduce -----------------------------------------------------------------------------===//

/// max + ln Σ e^(x − max)
static double logSumExp(const Tensor &x, ArrayRef<int64_t> offsets) {
  double largest = -std::numeric_limits<double>::infinity(), sum = 0;
  for (int64_t offset : offsets)
    largest = std::fmax(largest, x.real(offset));
  if (std::isinf(largest))
    return largest;
  for (int64_t offset : offsets)
    sum += std::exp(x.real(offset) - largest);
  return largest + std::log(sum);
}

static double reduceReal(nn::ReduceKind kind, const Tensor &x, ArrayRef<int64_t> offsets) {
  double sum = 0, magnitudes = 0, squares = 0, product = 1;
  double infinity = std::numeric_limits<double>::infinity(), largest = -infinity,
         smallest = infinity;
  for (int64_t offset : offsets) {
    double value = x.real(offset);
    sum += value;
    magnitudes += std::fabs(value);
    squares += value * value;
    product *= value;
    largest = binaryReal(nn::BinaryKind::max, largest, value);
    smallest = binaryReal(nn::BinaryKind::min, smallest, value);
  }
  switch (kind) {
  case nn::ReduceKind::sum:
    return sum;
  case nn::ReduceKind::mean:
    return sum / static_cast<double>(offsets.size());
  case nn::ReduceKind::max:
    return largest;
  case nn::ReduceKind::min:
    return smallest;
  case nn::ReduceKind::prod:
    return product;
  case nn::ReduceKind::l1:
    return magnitudes;
  case nn::ReduceKind::l2:
    return std::sqrt(squares);
  case nn::ReduceKind::log_sum:
    return std::log(sum);
  case nn::ReduceKind::log_sum_exp:
    return logSumExp(x, offsets);
  case nn::ReduceKind::sum_square:
    return squares;
  }
  return 0;
}

static int64_t reduceInteger(nn::ReduceKind kind, const Tensor &x, ArrayRef<int64_t> offsets) {
  IntegerFormat format = formatOf(x);
  uint64_t sum = 0, magnitudes = 0, squares = 0, product = 1;
  __int128 exact = 0;
  int64_t largest = lowest(format), smallest = highest(format);
  for (int64_t offset : offsets) {
    int64_t value = x.integer(offset);
    auto bits = static_cast<uint64_t>(value);
    sum += bits;
    exact += format.isUnsigned ? static_cast<__int128>(bits) : static_cast<__int128>(value);
    magnitudes += static_cast<uint64_t>(unaryInteger(nn::UnaryKind::abs, value, format));
    squares += bits * bits;
    product *= bits;
    largest = lessInteger(largest, value, format) ? value : largest;
    smallest = lessInteger(value, smallest, format) ? value : smallest;
  }
  switch (kind) {
  case nn::ReduceKind::mean:
    return offsets.empty() ? 0
                           : static_cast<int64_t>(exact / static_cast<__int128>(offsets.size()));
  case nn::ReduceKind::max:
    return largest;
  case nn::ReduceKind::min:
    return smallest;
  case nn::ReduceKind::prod:
    return static_cast<int64_t>(product);
  case nn::ReduceKind::l1:
    return static_cast<int64_t>(magnitudes);
  case nn::ReduceKind::sum_square:
    return static_cast<int64_t>(squares);
  default:
    return static_cast<int64_t>(sum);
  }
}

Tensor reduce(nn::ReduceOp op, Inputs in) {
  const Tensor &x = in[0];
  Tensor out = resultOf(op.getResult());
  Fibres(x, op.getAxes()).forEach([&](int64_t k, ArrayRef<int64_t> offsets) {
    if (x.isFloat())
      out.setReal(k, reduceReal(op.getKind(), x, offsets));
    else
      out.setInteger(k, reduceInteger(op.getKind(), x, offsets));
  });
  return out;
}

/// Whether element i of x is before element j in the wanted order; NaN counts as the largest.
static bool precedes(const Tensor &x, int64_t i, int64_t j, bool largestFirst) {
  if (largestFirst)
    std::swap(i, j);
  if (!x.isFloat())
    return lessInteger(x.integer(i), x.integer(j), formatOf(x));
  double a = x.real(i), b = x.real(j);
  return a < b || (!std::isnan(a) && std::isnan(b));
}

Tensor argReduce(nn::ArgReduceOp op, Inputs in) {
  const Tensor &x = in[0];
  Tensor out = resultOf(op.getResult());
  bool largest = op.getKind() == nn::ArgKind::max;
  Fibres(x, static_cast<int64_t>(op.getAxis())).forEach([&](int64_t k, ArrayRef<int64_t> offsets) {
    size_t best = 0;
    for (size_t i = 1; i < offsets.size(); ++i)
      if (precedes(x, offsets[i], offsets[best], largest) ||
          (op.getSelectLast() && !precedes(x, offsets[best], offsets[i], largest)))
        best = i;
    out.setInteger(k, static_cast<int64_t>(best));
  });
  return out;
}

//===-- Normalisation ----------------------------------------------------------------------===//

Tensor softmax(nn::SoftmaxOp op, Inputs in) {
  const Tensor &x = in[0];
  Tensor out = resultOf(op.getResult());
  Fibres(x, static_cast<int64_t>(op.getAxis())).forEach([&](int64_t, ArrayRef<int64_t> offsets) {
    double logarithm = logSumExp(x, offsets);
    // By e^(x − max) / Σ e^(x − max), a line with +∞, or of nothing but −∞, has no numbers.
    if (std::isinf(logarithm))
      logarithm = std::numeric_limits<double>::quiet_NaN();
    for (int64_t offset : offsets) {
      double value = x.real(offset) - logarithm;
      out.setReal(offset, op.getLog() ? value : std::exp(value));
    }
  });
  return out;
}

Tensor normalize(nn::NormalizeOp op, Inputs in) {
  const Tensor &x = in[0];
  Tensor out = resultOf(op.getResult());
  double epsilon = op.getEpsilon().convertToDouble();
  Fibres(x, op.getAxes()).forEach([&](int64_t, ArrayRef<int64_t> offsets) {
    double count = static_cast<double>(offsets.size()), mean = 0, variance = 0;
    for (int64_t offset : offsets)
      mean += op.getRms() ? 0 : x.real(offset) / count;
    for (int64_t offset : offsets)
      variance += (x.real(offset) - mean) * (x.real(offset) - mean) / count;
    for (int64_t offset : offsets)
      out.setReal(offset, (x.real(offset) - mean) / std::sqrt(variance + epsilon));
  });
  return out;
}

Tensor batchNorm(nn::BatchNormOp op, Inputs in) {
  Tensor out = resultOf(op.getResult());
  double epsilon = op.getEpsilon().convertToDouble();
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    int64_t c = index[1];
    double scale = in[1].real(c), bias = in[2].real(c), mean = in[3].real(c),
           variance = in[4].real(c);
    out.setReal(i, (in[0].real(i) - mean) / std::sqrt(variance + epsilon) * scale + bias);
  });
  return out;
}

Tensor lrn(nn::LRNOp op, Inputs in) {
  const Tensor &x = in[0];
  Tensor out = resultOf(op.getResult());
  auto size = static_cast<int64_t>(op.getSize());
  double alpha = op.getAlpha().convertToDouble(), beta = op.getBeta().convertToDouble(),
         bias = op.getBias().convertToDouble();
  int64_t stride = rowMajorStrides(x.shape())[1];
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    double squares = 0;
    int64_t from = std::max<int64_t>(0, index[1] - (size - 1) / 2),
            to = std::min(x.dim(1) - 1, index[1] + size / 2);
    for (int64_t c = from; c <= to; ++c)
      squares += x.real(i + (c - index[1]) * stride) * x.real(i + (c - index[1]) * stride);
    out.setReal(i, x.real(i) / std::pow(bias + alpha / static_cast<double>(size) * squares, beta));
  });
  return out;
}

//===-- Running reductions and sorting -----------------------------------------------------===//

Tensor cumulate(nn::CumulateOp op, Inputs in) {
  const Tensor &x = in[0];
  Tensor out = resultOf(op.getResult());
  bool sum = op.getKind() == nn::CumulateKind::sum;
  Fibres(x, static_cast<int64_t>(op.getAxis())).forEach([&](int64_t, ArrayRef<int64_t> offsets) {
    double real = sum ? 0 : 1;
    uint64_t integer = sum ? 0 : 1;
    for (size_t i = 0; i < offsets.size(); ++i) {
      int64_t offset = offsets[op.getReverse() ? offsets.size() - 1 - i : i];
      auto put = [&] {
        x.isFloat() ? out.setReal(offset, real)
                    : out.setInteger(offset, static_cast<int64_t>(integer));
      };
      if (op.getExclusive())
        put();
      if (x.isFloat())
        real = sum ? real + x.real(offset) : real * x.real(offset);
      else
        integer = sum ? integer + static_cast<uint64_t>(x.integer(offset))
                      : integer * static_cast<uint64_t>(x.integer(offset));
      if (!op.getExclusive())
        put();
    }
  });
  return out;
}

std::pair<Tensor, Tensor> topK(nn::TopKOp op, Inputs in) {
  const Tensor &x = in[0];
  Tensor values = resultOf(op.getValues()), indices = resultOf(op.getIndices());
  SmallVector<Index> results; // offsets of the result's fibres
  if (op.getK() == 0)
    return {values, indices};
  Fibres(values, static_cast<int64_t>(op.getAxis()))
      .forEach([&](int64_t, ArrayRef<int64_t> offsets) { results.emplace_back(offsets); });
  Fibres(x, static_cast<int64_t>(op.getAxis())).forEach([&](int64_t k, ArrayRef<int64_t> offsets) {
    std::vector<int64_t> sorted(offsets.size());
    std::iota(sorted.begin(), sorted.end(), 0);
    llvm::sort(sorted, [&](int64_t i, int64_t j) {
      bool before = precedes(x, offsets[i], offsets[j], op.getLargest());
      return before || (i < j && !precedes(x, offsets[j], offsets[i], op.getLargest()));
    });
    for (auto [rank, offset] : llvm::enumerate(results[k])) {
      values.setBytes(offset, x.at(offsets[sorted[rank]]));
      indices.setInteger(offset, sorted[rank]);
    }
  });
  return {values, indices};
}

} // namespace nnc::reference
