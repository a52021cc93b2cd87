// Sums and differences shared by pairs of columns and rows; butterflies step by step.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LinearCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <optional>

using namespace mlir;

namespace nnc {

using numerics::Matrix;
using numerics::Rational;

namespace {

Value constantOf(const Emission &emission, double number, Type type) {
  TypedAttr attribute = FloatAttr::get(getElementTypeOrSelf(type), number);
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = SplatElementsAttr::get(vector, cast<Attribute>(attribute));
  return arith::ConstantOp::create(emission.builder, emission.loc, attribute);
}

/// Builds sums of multiples of values.
class SumBuilder {
public:
  explicit SumBuilder(const Emission &emission) : emission(emission) {}

  Value add(Value a, Value b) const {
    return arith::AddFOp::create(emission.builder, emission.loc, a, b);
  }
  Value subtract(Value a, Value b) const {
    return arith::SubFOp::create(emission.builder, emission.loc, a, b);
  }

  /// Σ factor · value; null where all factors are zero.
  Value sum(ArrayRef<std::pair<Rational, Value>> terms) const {
    Value total;
    // A term with factor one first: it starts the sum at no cost.
    for (bool ones : {true, false})
      for (auto [factor, value] : terms)
        if (!factor.isZero() && (factor == Rational(1)) == ones)
          total = total ? addTerm(total, factor, value) : firstTerm(factor, value);
    return total;
  }

private:
  Value constant(const Rational &number, Type type) const {
    return constantOf(emission, number.toDouble(), type);
  }
  Value firstTerm(const Rational &factor, Value value) const {
    if (factor == Rational(1))
      return value;
    if (factor == Rational(-1))
      return arith::NegFOp::create(emission.builder, emission.loc, value);
    return arith::MulFOp::create(emission.builder, emission.loc, value,
                                 constant(factor, value.getType()));
  }
  Value addTerm(Value total, const Rational &factor, Value value) const {
    if (factor == Rational(1))
      return add(total, value);
    if (factor == Rational(-1))
      return subtract(total, value);
    return multiplyAdd(emission, value, constant(factor, value.getType()), total);
  }

  const Emission &emission;
};

/// One row or column of a matrix, and how many of its kind there are.
struct Lines {
  int64_t count, length;
  llvm::function_ref<const Rational &(int64_t line, int64_t i)> at;
};

/// The first line behind `line`, not `taken`, that agrees with it in some elements and is its
/// negative in the others.
std::optional<int64_t> partnerOf(int64_t line, const Lines &lines, ArrayRef<bool> taken) {
  for (int64_t other = line + 1; other < lines.count; ++other) {
    bool matches = !taken[other], differs = false, agrees = false;
    for (int64_t i = 0; matches && i < lines.length; ++i) {
      const Rational &a = lines.at(line, i), &b = lines.at(other, i);
      matches = a.abs() == b.abs();
      differs |= a != b;
      agrees |= a == b && !a.isZero();
    }
    if (matches && differs && agrees)
      return other;
  }
  return std::nullopt;
}

/// Replaces columns of a pair by one for the sum and one for the difference of their values.
std::pair<Matrix, Values> joinColumns(const SumBuilder &sums, const Matrix &matrix, ValueRange x) {
  llvm::SmallVector<bool> taken(matrix.columns, false);
  Values values;
  std::vector<std::vector<Rational>> columns;
  auto column = [&](auto element) {
    columns.emplace_back();
    for (int64_t row = 0; row < matrix.rows; ++row)
      columns.back().push_back(element(row));
  };
  auto element = [&](int64_t c, int64_t row) -> const Rational & { return matrix.at(row, c); };
  for (int64_t c = 0; c < matrix.columns; ++c) {
    if (taken[c])
      continue;
    std::optional<int64_t> partner = partnerOf(c, {matrix.columns, matrix.rows, element}, taken);
    if (!partner) {
      values.push_back(x[c]);
      column([&](int64_t row) { return matrix.at(row, c); });
      continue;
    }
    taken[*partner] = true;
    auto agree = [&](int64_t row) { return matrix.at(row, c) == matrix.at(row, *partner); };
    values.push_back(sums.add(x[c], x[*partner]));
    column([&](int64_t row) { return agree(row) ? matrix.at(row, c) : Rational(0); });
    values.push_back(sums.subtract(x[c], x[*partner]));
    column([&](int64_t row) { return agree(row) ? Rational(0) : matrix.at(row, c); });
  }
  Matrix joined(matrix.rows, static_cast<int64_t>(columns.size()));
  for (auto [c, elements] : llvm::enumerate(columns))
    for (int64_t row = 0; row < matrix.rows; ++row)
      joined.at(row, static_cast<int64_t>(c)) = elements[static_cast<size_t>(row)];
  return {joined, values};
}

/// Terms of a row, all or those in which another row has the same (or the opposite) factor.
llvm::SmallVector<std::pair<Rational, Value>> termsOf(
    const Matrix &matrix, int64_t row, ValueRange x,
    llvm::function_ref<bool(int64_t)> keeps = [](int64_t) { return true; }) {
  llvm::SmallVector<std::pair<Rational, Value>> terms;
  for (int64_t c = 0; c < matrix.columns; ++c)
    if (!matrix.at(row, c).isZero() && keeps(c))
      terms.emplace_back(matrix.at(row, c), x[c]);
  return terms;
}

} // namespace

Values buildProduct(const Emission &emission, const Matrix &original, ValueRange x) {
  SumBuilder sums(emission);
  auto [matrix, values] = joinColumns(sums, original, x);
  Values y(matrix.rows);
  llvm::SmallVector<bool> taken(matrix.rows, false);
  auto element = [&, &matrix = matrix](int64_t row, int64_t c) -> const Rational & {
    return matrix.at(row, c);
  };
  for (int64_t row = 0; row < matrix.rows; ++row) {
    if (taken[row])
      continue;
    std::optional<int64_t> partner = partnerOf(row, {matrix.rows, matrix.columns, element}, taken);
    if (!partner) {
      y[row] = sums.sum(termsOf(matrix, row, values));
      continue;
    }
    taken[*partner] = true;
    auto agrees = [&, &matrix = matrix](int64_t c) {
      return matrix.at(row, c) == matrix.at(*partner, c);
    };
    Value same = sums.sum(termsOf(matrix, row, values, agrees));
    Value opposite = sums.sum(termsOf(matrix, row, values, [&](int64_t c) { return !agrees(c); }));
    y[row] = sums.add(same, opposite);
    y[*partner] = sums.subtract(same, opposite);
  }
  return y;
}

static Value buildStep(const Emission &emission, const numerics::Step &step, Value a, Value b) {
  using Kind = numerics::Step::Kind;
  OpBuilder &builder = emission.builder;
  Location loc = emission.loc;
  auto factor = [&] { return constantOf(emission, step.factor, a.getType()); };
  switch (step.kind) {
  case Kind::Add:
    return arith::AddFOp::create(builder, loc, a, b);
  case Kind::Subtract:
    return arith::SubFOp::create(builder, loc, a, b);
  case Kind::Scale:
    return arith::MulFOp::create(builder, loc, a, factor());
  case Kind::ScaleAdd:
    return multiplyAdd(emission, a, factor(), b);
  case Kind::ScaleSubtract:
    return multiplyAdd(emission, a, factor(), arith::NegFOp::create(builder, loc, b));
  }
  llvm_unreachable("all kinds of steps are listed");
}

Values buildButterflies(const Emission &emission, const numerics::Butterflies &code, Type type,
                        ArrayRef<Value> inputs) {
  Values values(inputs), outputs;
  for (const numerics::Step &step : code.steps)
    values.push_back(buildStep(emission, step, values[step.a], values[step.b]));
  for (int32_t output : code.outputs)
    outputs.push_back(output == numerics::kZeroValue ? constantOf(emission, 0, type)
                                                     : values[output]);
  return outputs;
}

} // namespace nnc
