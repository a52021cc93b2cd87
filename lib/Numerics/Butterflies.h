// Discrete Fourier transforms of a few numbers as straight code on real numbers.
//
//   X_k = Σ_n x_n w^{kn},   w = exp(−2πi/N),   N a power of two
//
// Split radix: the even k are a transform of half the length of x_n + x_{n+N/2}, the others two of
// a quarter of it. What is zero or not wanted is not computed, and a product with a constant joins
// the sum that reads it. R. Yavne, An economical method for calculating the discrete Fourier
// transform, 1968; H. Sorensen et al., On computing the split-radix FFT, 1986.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_NUMERICS_BUTTERFLIES_H
#define NNC_LIB_NUMERICS_BUTTERFLIES_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nnc::numerics {

/// One operation on two earlier values; `Scale` has no b.
struct Step {
  enum class Kind : uint8_t {
    Add,           ///< a + b
    Subtract,      ///< a − b
    Scale,         ///< factor · a
    ScaleAdd,      ///< factor · a + b
    ScaleSubtract, ///< factor · a − b
  };
  Kind kind;
  int32_t a, b;
  double factor;
};

/// The number of a value that is zero.
inline constexpr int32_t kZeroValue = -1;

/// Straight code. Values are numbered: the inputs, then the results of the steps.
struct Butterflies {
  int32_t inputs;
  std::vector<Step> steps;
  std::vector<int32_t> outputs; ///< numbers of values

  /// How many roundings, constants' included, lie on the way from an input to an output at most.
  int64_t roundings() const;
};

/// The frequencies that describe the transform of `size` real numbers (the others are conjugates of
/// these): 0, size/2, both with real values, and size/2 − 1 others. In the order that costs no
/// negations.
std::vector<int64_t> realFrequencies(int64_t size);

/// Real inputs, those outside [first, end) zero. Outputs: X of the first two real frequencies, then
/// real and imaginary parts of the others. `size`, here and below: a power of two, 2 to 64; throws
/// std::invalid_argument for others.
Butterflies realDft(int64_t size, int64_t first, int64_t end);
/// Inputs and outputs: real and imaginary part of number 0, of number 1, ….
Butterflies complexDft(int64_t size);
/// size · x_n for n < wanted from the outputs of `realDft`, of which those with an imaginary part
/// are doubled.
Butterflies inverseRealDft(int64_t size, int64_t wanted);
/// size · x_n for n < wanted.
Butterflies inverseComplexDft(int64_t size, int64_t wanted);

/// The values of the outputs. `Number` is the type in which each step is computed.
template <typename Number>
std::vector<Number> evaluate(const Butterflies &code, const std::vector<Number> &inputs) {
  std::vector<Number> values = inputs, outputs;
  for (const Step &step : code.steps) {
    Number a = values[static_cast<size_t>(step.a)];
    Number b = step.kind == Step::Kind::Scale ? Number(0) : values[static_cast<size_t>(step.b)];
    auto factor = static_cast<Number>(step.factor);
    switch (step.kind) {
    case Step::Kind::Add:
      values.push_back(a + b);
      break;
    case Step::Kind::Subtract:
      values.push_back(a - b);
      break;
    case Step::Kind::Scale:
      values.push_back(factor * a);
      break;
    case Step::Kind::ScaleAdd:
      values.push_back(factor * a + b);
      break;
    case Step::Kind::ScaleSubtract:
      values.push_back(factor * a - b);
      break;
    }
  }
  for (int32_t number : code.outputs)
    outputs.push_back(number == kZeroValue ? Number(0) : values[static_cast<size_t>(number)]);
  return outputs;
}

} // namespace nnc::numerics

#endif
