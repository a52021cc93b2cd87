// Recursive construction of transforms, then removal of what no output reads.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Butterflies.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace nnc::numerics {

namespace {

using Kind = Step::Kind;

struct Complex {
  int32_t re = kZeroValue, im = kZeroValue;
  Complex swapped() const { return {im, re}; }
};
using Line = std::vector<Complex>;

void checkSize(int64_t size) {
  if (size < 2 || size > 64 || (size & (size - 1)) != 0)
    throw std::invalid_argument("the size of a transform must be a power of two from 2 to 64");
}

/// Builds steps; zeros vanish, products with constants join sums.
class Network {
public:
  explicit Network(int64_t inputs) : code{static_cast<int32_t>(inputs), {}, {}} {}

  int32_t add(int32_t a, int32_t b) {
    if (a == kZeroValue || b == kZeroValue)
      return a == kZeroValue ? b : a;
    if (const Step *scaled = scaleOf(b))
      return push({Kind::ScaleAdd, scaled->a, a, scaled->factor});
    if (const Step *scaled = scaleOf(a))
      return push({Kind::ScaleAdd, scaled->a, b, scaled->factor});
    return push({Kind::Add, a, b, 1});
  }
  int32_t subtract(int32_t a, int32_t b) {
    if (b == kZeroValue)
      return a;
    if (a == kZeroValue)
      return scale(b, -1);
    if (const Step *scaled = scaleOf(b))
      return push({Kind::ScaleAdd, scaled->a, a, -scaled->factor});
    if (const Step *scaled = scaleOf(a))
      return push({Kind::ScaleSubtract, scaled->a, b, scaled->factor});
    return push({Kind::Subtract, a, b, 1});
  }
  int32_t scale(int32_t a, double factor) {
    if (a == kZeroValue || factor == 1)
      return a;
    if (const Step *scaled = scaleOf(a))
      return scale(scaled->a, factor * scaled->factor);
    return push({Kind::Scale, a, 0, factor});
  }

  Complex add(Complex a, Complex b) { return {add(a.re, b.re), add(a.im, b.im)}; }
  Complex subtract(Complex a, Complex b) { return {subtract(a.re, b.re), subtract(a.im, b.im)}; }

  /// value · exp(−2πi·turn/size); all turns here are below half a circle.
  Complex rotate(Complex value, int64_t turn, int64_t size) {
    if (turn == 0)
      return value;
    if (8 * turn == size || 8 * turn == 3 * size) {
      // Both factors have one magnitude: sums first, one product each.
      double factor = 8 * turn == size ? std::numbers::sqrt2 / 2 : -std::numbers::sqrt2 / 2;
      int32_t sum = add(value.re, value.im), difference = subtract(value.im, value.re);
      if (factor > 0)
        return {scale(sum, factor), scale(difference, factor)};
      return {scale(difference, -factor), scale(sum, factor)};
    }
    double angle = 2 * std::numbers::pi * static_cast<double>(turn) / static_cast<double>(size);
    double c = std::cos(angle), s = std::sin(angle);
    return {add(scale(value.re, c), scale(value.im, s)),
            subtract(scale(value.im, c), scale(value.re, s))};
  }

  Line dft(const Line &x);
  Line realDft(const Line &x);
  Line inverseRealDft(const Line &spectrum);

  Butterflies finish(std::vector<int32_t> outputs) &&;

private:
  int32_t push(Step step) {
    if (step.kind == Kind::ScaleAdd && step.factor == -1)
      step = {Kind::Subtract, step.b, step.a, 1};
    code.steps.push_back(step);
    return code.inputs + static_cast<int32_t>(code.steps.size()) - 1;
  }
  const Step *scaleOf(int32_t value) const {
    if (value < code.inputs ||
        code.steps[static_cast<size_t>(value - code.inputs)].kind != Kind::Scale)
      return nullptr;
    return &code.steps[static_cast<size_t>(value - code.inputs)];
  }

  Butterflies code;
};

/// Decimation in frequency. With d_n = x_n − x_{n+N/2}:
/// X_{2k} of x_n + x_{n+N/2}; X_{4k+1} of (d_n − i d_{n+N/4}) w^n; X_{4k+3} of (d_n + i d_{n+N/4})
/// w^{3n}.
Line Network::dft(const Line &x) {
  size_t size = x.size(), half = size / 2, quarter = size / 4;
  if (size == 1)
    return x;
  if (size == 2)
    return {add(x[0], x[1]), subtract(x[0], x[1])};
  Line even, first, third, result(size);
  for (size_t n = 0; n < half; ++n)
    even.push_back(add(x[n], x[n + half]));
  even = dft(even);
  for (size_t n = 0; n < quarter; ++n) {
    Complex d = subtract(x[n], x[n + half]), e = subtract(x[n + quarter], x[n + quarter + half]);
    auto turn = static_cast<int64_t>(n);
    first.push_back(
        rotate({add(d.re, e.im), subtract(d.im, e.re)}, turn, static_cast<int64_t>(size)));
    third.push_back(
        rotate({subtract(d.re, e.im), add(d.im, e.re)}, 3 * turn, static_cast<int64_t>(size)));
  }
  first = dft(first), third = dft(third);
  for (size_t k = 0; k < half; ++k)
    result[2 * k] = even[k];
  for (size_t k = 0; k < quarter; ++k)
    result[4 * k + 1] = first[k], result[4 * k + 3] = third[k];
  return result;
}

/// The same where imaginary parts are zero: X_{4k+3} are the conjugates of X_{4k+1}. The result is
/// in the order of `realFrequencies`.
Line Network::realDft(const Line &x) {
  size_t size = x.size(), half = size / 2, quarter = size / 4;
  if (size == 2)
    return {add(x[0], x[1]), subtract(x[0], x[1])};
  Line even, odd;
  for (size_t n = 0; n < half; ++n)
    even.push_back(add(x[n], x[n + half]));
  for (size_t n = 0; n < quarter; ++n)
    odd.push_back(rotate(
        {subtract(x[n].re, x[n + half].re), subtract(x[n + quarter + half].re, x[n + quarter].re)},
        static_cast<int64_t>(n), static_cast<int64_t>(size)));
  Line result = realDft(even);
  odd = dft(odd);
  result.insert(result.end(), odd.begin(), odd.end());
  return result;
}

/// x_n and x_{n+N/2} are sum and difference of the even frequencies' x_n and of 2 Re(w^{−n} e_n),
/// where e is the inverse of X_{4k+1} (doubled already); for n + N/4 that is −2 Im.
Line Network::inverseRealDft(const Line &spectrum) {
  size_t size = 2 * (spectrum.size() - 1), half = size / 2, quarter = size / 4;
  if (size == 2)
    return {add(spectrum[0], spectrum[1]), subtract(spectrum[0], spectrum[1])};
  auto firstOdd = spectrum.begin() + static_cast<std::ptrdiff_t>(quarter + 1);
  Line even = inverseRealDft(Line(spectrum.begin(), firstOdd)), odd, result(size);
  for (auto it = firstOdd; it != spectrum.end(); ++it)
    odd.push_back(it->swapped());
  odd = dft(odd);
  for (size_t n = 0; n < quarter; ++n) {
    // Swapped parts turn the other way.
    Complex z = rotate(odd[n], static_cast<int64_t>(n), static_cast<int64_t>(size)).swapped();
    result[n] = {add(even[n].re, z.re), kZeroValue};
    result[n + half] = {subtract(even[n].re, z.re), kZeroValue};
    result[n + quarter] = {subtract(even[n + quarter].re, z.im), kZeroValue};
    result[n + quarter + half] = {add(even[n + quarter].re, z.im), kZeroValue};
  }
  return result;
}

/// Keeps the steps that the outputs read.
Butterflies Network::finish(std::vector<int32_t> outputs) && {
  std::vector<int32_t> number(static_cast<size_t>(code.inputs) + code.steps.size(), kZeroValue);
  std::vector<bool> read(number.size(), false);
  auto mark = [&](int32_t value) {
    if (value != kZeroValue)
      read[static_cast<size_t>(value)] = true;
  };
  std::for_each(outputs.begin(), outputs.end(), mark);
  for (size_t i = number.size(); i-- > static_cast<size_t>(code.inputs);)
    if (const Step &step = code.steps[i - static_cast<size_t>(code.inputs)]; read[i]) {
      mark(step.a);
      if (step.kind != Kind::Scale)
        mark(step.b);
    }
  Butterflies result{code.inputs, {}, std::move(outputs)};
  for (size_t i = 0; i < number.size(); ++i) {
    if (i < static_cast<size_t>(code.inputs)) {
      number[i] = static_cast<int32_t>(i);
    } else if (read[i]) {
      Step step = code.steps[i - static_cast<size_t>(code.inputs)];
      step.a = number[static_cast<size_t>(step.a)];
      step.b = step.kind == Kind::Scale ? 0 : number[static_cast<size_t>(step.b)];
      number[i] = code.inputs + static_cast<int32_t>(result.steps.size());
      result.steps.push_back(step);
    }
  }
  for (int32_t &output : result.outputs)
    output = output == kZeroValue ? kZeroValue : number[static_cast<size_t>(output)];
  return result;
}

/// Parts of complex numbers from `first` on.
Line numbered(int64_t count, int64_t first = 0) {
  Line line;
  for (int64_t i = 0; i < count; ++i)
    line.push_back({static_cast<int32_t>(first + 2 * i), static_cast<int32_t>(first + 2 * i + 1)});
  return line;
}

std::vector<int32_t> partsOf(const Line &line) {
  std::vector<int32_t> parts;
  for (const Complex &value : line)
    parts.insert(parts.end(), {value.re, value.im});
  return parts;
}

} // namespace

int64_t Butterflies::roundings() const {
  std::vector<int64_t> depth(static_cast<size_t>(inputs) + steps.size(), 0);
  int64_t most = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    const Step &step = steps[i];
    bool scales = step.kind != Kind::Add && step.kind != Kind::Subtract;
    // A factor is rounded, too, and without a fused operation so is the product.
    int64_t a = depth[static_cast<size_t>(step.a)] + (scales && std::abs(step.factor) != 1 ? 2 : 0);
    int64_t b = step.kind == Kind::Scale ? 0 : depth[static_cast<size_t>(step.b)];
    depth[static_cast<size_t>(inputs) + i] = std::max(a, b) + (step.kind == Kind::Scale ? 0 : 1);
  }
  for (int32_t output : outputs)
    most = output == kZeroValue ? most : std::max(most, depth[static_cast<size_t>(output)]);
  return most;
}

std::vector<int64_t> realFrequencies(int64_t size) {
  checkSize(size);
  std::vector<int64_t> frequencies{0, size / 2};
  for (int64_t part = 4; part <= size; part *= 2)
    for (int64_t k = 0; k < part / 4; ++k)
      frequencies.push_back(size / part * (4 * k + 1));
  return frequencies;
}

Butterflies realDft(int64_t size, int64_t first, int64_t end) {
  checkSize(size);
  Network network(size);
  Line x(static_cast<size_t>(size));
  for (int64_t n = std::max<int64_t>(first, 0); n < std::min(end, size); ++n)
    x[static_cast<size_t>(n)].re = static_cast<int32_t>(n);
  std::vector<int32_t> parts = partsOf(network.realDft(x));
  parts.erase(parts.begin() + 3), parts.erase(parts.begin() + 1);
  return std::move(network).finish(std::move(parts));
}

Butterflies complexDft(int64_t size) {
  checkSize(size);
  Network network(2 * size);
  std::vector<int32_t> parts = partsOf(network.dft(numbered(size)));
  return std::move(network).finish(std::move(parts));
}

Butterflies inverseRealDft(int64_t size, int64_t wanted) {
  checkSize(size);
  Network network(size);
  Line spectrum{{0, kZeroValue}, {1, kZeroValue}}, rest = numbered(size / 2 - 1, 2);
  spectrum.insert(spectrum.end(), rest.begin(), rest.end());
  std::vector<int32_t> outputs;
  for (const Complex &value : network.inverseRealDft(spectrum))
    outputs.push_back(value.re);
  outputs.resize(static_cast<size_t>(std::min(wanted, size)));
  return std::move(network).finish(std::move(outputs));
}

Butterflies inverseComplexDft(int64_t size, int64_t wanted) {
  checkSize(size);
  Network network(2 * size);
  Line x = numbered(size);
  std::transform(x.begin(), x.end(), x.begin(),
                 [](const Complex &value) { return value.swapped(); });
  x = network.dft(x);
  x.resize(static_cast<size_t>(std::min(wanted, size)));
  std::transform(x.begin(), x.end(), x.begin(),
                 [](const Complex &value) { return value.swapped(); });
  return std::move(network).finish(partsOf(x));
}

} // namespace nnc::numerics
