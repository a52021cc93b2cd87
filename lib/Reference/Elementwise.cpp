// Operators that compute each result element from one element of each operand.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Reference/Operators.h"
#include "lib/Reference/Shape.h"

#include <cmath>

using namespace mlir;

namespace nnc::reference {

/// Calls `body(i, offsets)` for each result element with the offset of its element in every
/// operand. When all operands are splats the result is one, and its only element is computed.
template <typename Body> static Tensor elementwise(Value result, Inputs in, Body body) {
  Tensor zeros = Tensor::splat(llvm::cast<RankedTensorType>(result.getType()).getShape(),
                               *elementTypeOf(getElementTypeOrSelf(result)));
  bool splat = llvm::all_of(in, [](const Tensor &tensor) { return tensor.isSplat(); });
  Tensor out = splat ? zeros : Tensor::zeros(zeros.shape(), zeros.type());
  SmallVector<Index> strides;
  for (const Tensor &tensor : in)
    strides.push_back(broadcastStrides(tensor.shape(), out.shape()));
  SmallVector<int64_t> offsets(in.size(), 0);
  if (splat) {
    if (out.size() > 0)
      body(out, 0, ArrayRef<int64_t>(offsets));
    return out;
  }
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    for (size_t k = 0; k < in.size(); ++k)
      offsets[k] = dot(index, strides[k]);
    body(out, i, ArrayRef<int64_t>(offsets));
  });
  return out;
}

Tensor unary(nn::UnaryOp op, Inputs in) {
  const Tensor &x = in[0];
  auto get = [](std::optional<APFloat> value) -> std::optional<double> {
    return value ? std::optional(value->convertToDouble()) : std::nullopt;
  };
  Parameters parameters{get(op.getAlpha()), get(op.getBeta()), get(op.getGamma())};
  nn::UnaryKind kind = op.getKind();
  return elementwise(op.getResult(), in, [&](Tensor &out, int64_t i, ArrayRef<int64_t> at) {
    if (!x.isFloat())
      out.setInteger(i, unaryInteger(kind, x.integer(at[0]), formatOf(x)));
    else if (!out.isFloat())
      out.setInteger(i, predicate(kind, x.real(at[0])));
    else
      out.setReal(i, unaryReal(kind, x.real(at[0]), parameters));
  });
}

Tensor clamp(nn::ClampOp op, Inputs in) {
  const Tensor &x = in[0];
  double infinity = std::numeric_limits<double>::infinity();
  double low = op.getLow() ? op.getLow()->convertToDouble() : -infinity;
  double high = op.getHigh() ? op.getHigh()->convertToDouble() : infinity;
  IntegerFormat format = formatOf(x);
  // Of integers the smallest that is not below, and the largest that is not above.
  int64_t least = limitToInteger(std::ceil(low), format),
          most = limitToInteger(std::floor(high), format);
  return elementwise(op.getResult(), in, [&](Tensor &out, int64_t i, ArrayRef<int64_t> at) {
    if (x.isFloat()) {
      double value = x.real(at[0]);
      value = value < low ? low : value;
      return out.setReal(i, value > high ? high : value);
    }
    int64_t value = x.integer(at[0]);
    value = lessInteger(value, least, format) ? least : value;
    out.setInteger(i, lessInteger(most, value, format) ? most : value);
  });
}

Tensor binary(nn::BinaryOp op, Inputs in) {
  const Tensor &a = in[0], &b = in[1];
  nn::BinaryKind kind = op.getKind();
  return elementwise(op.getResult(), in, [&](Tensor &out, int64_t i, ArrayRef<int64_t> at) {
    if (a.isFloat())
      out.setReal(i, binaryReal(kind, a.real(at[0]), b.real(at[1])));
    else
      out.setInteger(i, binaryInteger(kind, a.integer(at[0]), b.integer(at[1]), formatOf(a)));
  });
}

/// −1, 0, 1, or 2 when one of the numbers is NaN.
static int order(const Tensor &a, int64_t i, const Tensor &b, int64_t j) {
  if (a.isFloat()) {
    double x = a.real(i), y = b.real(j);
    return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
  }
  IntegerFormat format = formatOf(a);
  int64_t x = a.integer(i), y = b.integer(j);
  return lessInteger(x, y, format) ? -1 : lessInteger(y, x, format) ? 1 : 0;
}

static bool holds(nn::ComparePredicate predicate, int order) {
  switch (predicate) {
  case nn::ComparePredicate::equal:
    return order == 0;
  case nn::ComparePredicate::not_equal:
    return order != 0;
  case nn::ComparePredicate::less:
    return order == -1;
  case nn::ComparePredicate::less_equal:
    return order == -1 || order == 0;
  case nn::ComparePredicate::greater:
    return order == 1;
  case nn::ComparePredicate::greater_equal:
    return order == 1 || order == 0;
  }
  return false;
}

Tensor compare(nn::CompareOp op, Inputs in) {
  return elementwise(op.getResult(), in, [&](Tensor &out, int64_t i, ArrayRef<int64_t> at) {
    out.setInteger(i, holds(op.getPredicate(), order(in[0], at[0], in[1], at[1])));
  });
}

Tensor select(nn::SelectOp op, Inputs in) {
  return elementwise(op.getResult(), in, [&](Tensor &out, int64_t i, ArrayRef<int64_t> at) {
    size_t chosen = in[0].integer(at[0]) ? 1 : 2;
    out.setBytes(i, in[chosen].at(at[chosen]));
  });
}

/// The integer that a float becomes: limited to the type, or to a wider one of which the low bits
/// are kept.
static int64_t floatToInteger(double x, IntegerFormat format, bool saturate) {
  if (saturate || format.width == 64 || (format.width == 32 && !format.isUnsigned))
    return limitToInteger(x, format);
  return limitToInteger(x, {format.width == 32 ? 64u : 32u, false});
}

static int64_t limitInteger(int64_t x, IntegerFormat from, IntegerFormat to) {
  if (from.isUnsigned) // the highest value of any format is a number of that format
    return lessInteger(highest(to), x, {64, true}) ? highest(to) : x;
  if (x < lowest(to))
    return lowest(to);
  bool fits = to.isUnsigned && to.width == 64; // every number from 0 on
  return !fits && x > highest(to) ? highest(to) : x;
}

Tensor cast(nn::CastOp op, Inputs in) {
  const Tensor &x = in[0];
  bool saturate = op.getSaturate();
  return elementwise(op.getResult(), in, [&](Tensor &out, int64_t i, ArrayRef<int64_t> at) {
    int64_t j = at[0];
    if (out.type() == ElementType::Bool)
      out.setInteger(i, x.isFloat() ? x.real(j) != 0 : x.integer(j) != 0);
    else if (out.isFloat())
      x.isFloat() || x.type() == ElementType::U64 ? out.setReal(i, x.real(j))
                                                  : out.setInteger(i, x.integer(j));
    else if (x.isFloat())
      out.setInteger(i, floatToInteger(x.real(j), formatOf(out), saturate));
    else
      out.setInteger(i, saturate ? limitInteger(x.integer(j), formatOf(x), formatOf(out))
                                 : x.integer(j));
  });
}

Tensor iota(nn::IotaOp op, Inputs) {
  Tensor out = resultOf(op.getResult());
  double start = op.getStart().convertToDouble(), step = op.getStep().convertToDouble();
  forEachIndex(out.shape(), [&](int64_t i, ArrayRef<int64_t> index) {
    double value = start + step * static_cast<double>(index[op.getAxis()]);
    out.isFloat() ? out.setReal(i, value) : out.setInteger(i, limitToInteger(value, formatOf(out)));
  });
  return out;
}

} // namespace nnc::reference
