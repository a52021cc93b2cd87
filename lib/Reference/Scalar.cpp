// What the kinds of unary and binary operators mean, on single numbers. The table is in
// dialects/NN/README.md. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#include "lib/Reference/Scalar.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace nnc::reference {

using nn::BinaryKind;
using nn::UnaryKind;

//===-- Real numbers -----------------------------------------------------------------------===//

static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
static double softplus(double x) { return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x))); }
/// min(max(x, 0), 1), NaN stays.
static double unitClamp(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

static double function(UnaryKind kind, double x) {
  switch (kind) {
  case UnaryKind::abs:
    return std::fabs(x);
  case UnaryKind::neg:
    return -x;
  case UnaryKind::exp:
    return std::exp(x);
  case UnaryKind::log:
    return std::log(x);
  case UnaryKind::sqrt:
    return std::sqrt(x);
  case UnaryKind::rsqrt:
    return 1 / std::sqrt(x);
  case UnaryKind::reciprocal:
    return 1 / x;
  case UnaryKind::square:
    return x * x;
  case UnaryKind::sign:
    return x > 0 ? 1 : x < 0 ? -1 : x;
  case UnaryKind::floor:
    return std::floor(x);
  case UnaryKind::ceil:
    return std::ceil(x);
  case UnaryKind::round:
    return std::nearbyint(x);
  case UnaryKind::sin:
    return std::sin(x);
  case UnaryKind::cos:
    return std::cos(x);
  case UnaryKind::tan:
    return std::tan(x);
  case UnaryKind::asin:
    return std::asin(x);
  case UnaryKind::acos:
    return std::acos(x);
  case UnaryKind::atan:
    return std::atan(x);
  case UnaryKind::sinh:
    return std::sinh(x);
  case UnaryKind::cosh:
    return std::cosh(x);
  case UnaryKind::tanh:
    return std::tanh(x);
  case UnaryKind::asinh:
    return std::asinh(x);
  case UnaryKind::acosh:
    return std::acosh(x);
  case UnaryKind::atanh:
    return std::atanh(x);
  default:
    return std::erf(x);
  }
}

double unaryReal(UnaryKind kind, double x, const Parameters &p) {
  switch (kind) {
  case UnaryKind::relu:
    return x < 0 ? 0 : x;
  case UnaryKind::leaky_relu:
    return x < 0 ? p.alpha.value_or(0.01) * x : x;
  case UnaryKind::thresholded_relu:
    return x > p.alpha.value_or(1) ? x : 0;
  case UnaryKind::elu:
    return x > 0 ? x : p.alpha.value_or(1) * std::expm1(x);
  case UnaryKind::celu:
    return x > 0 ? x : p.alpha.value_or(1) * std::expm1(x / p.alpha.value_or(1));
  case UnaryKind::selu:
    return p.gamma.value_or(1.05070102214813232421875) *
           (x > 0 ? x : p.alpha.value_or(1.67326319217681884765625) * std::expm1(x));
  case UnaryKind::sigmoid:
    return sigmoid(x);
  case UnaryKind::hard_sigmoid:
    return unitClamp(p.alpha.value_or(0.2) * x + p.beta.value_or(0.5));
  case UnaryKind::hard_swish:
    return x * unitClamp(x / 6 + 0.5);
  case UnaryKind::silu:
    return x / (1 + std::exp(-x));
  case UnaryKind::swish:
    return x / (1 + std::exp(-p.alpha.value_or(1) * x));
  case UnaryKind::mish:
    return x * std::tanh(softplus(x));
  case UnaryKind::softplus:
    return std::isnan(x) ? x : softplus(x);
  case UnaryKind::softsign:
    return x / (1 + std::fabs(x));
  case UnaryKind::gelu:
    return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
  case UnaryKind::gelu_tanh:
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
  case UnaryKind::shrink: {
    double lambda = p.alpha.value_or(0.5), bias = p.beta.value_or(0);
    return x < -lambda ? x + bias : x > lambda ? x - bias : 0;
  }
  default:
    return function(kind, x);
  }
}

bool predicate(UnaryKind kind, double x) {
  switch (kind) {
  case UnaryKind::is_nan:
    return std::isnan(x);
  case UnaryKind::is_inf:
    return std::isinf(x);
  case UnaryKind::is_pos_inf:
    return std::isinf(x) && x > 0;
  case UnaryKind::is_neg_inf:
    return std::isinf(x) && x < 0;
  default:
    return x == 0; // logical_not
  }
}

double binaryReal(BinaryKind kind, double a, double b) {
  bool unordered = std::isnan(a) || std::isnan(b);
  switch (kind) {
  case BinaryKind::add:
    return a + b;
  case BinaryKind::sub:
    return a - b;
  case BinaryKind::mul:
    return a * b;
  case BinaryKind::div:
    return a / b;
  case BinaryKind::pow:
    return std::pow(a, b);
  case BinaryKind::min:
    return unordered ? a + b : std::fmin(a, b);
  case BinaryKind::max:
    return unordered ? a + b : std::fmax(a, b);
  case BinaryKind::fmod:
    return std::fmod(a, b);
  case BinaryKind::mod: {
    double remainder = std::fmod(a, b);
    return remainder != 0 && std::signbit(remainder) != std::signbit(b) ? remainder + b : remainder;
  }
  default: // prelu
    return a < 0 ? b * a : a;
  }
}

//===-- Integers ---------------------------------------------------------------------------===//

int64_t lowest(IntegerFormat format) {
  if (format.isUnsigned)
    return 0;
  return std::numeric_limits<int64_t>::min() >> (64 - format.width);
}

int64_t highest(IntegerFormat format) {
  if (format.isUnsigned)
    return static_cast<int64_t>(std::numeric_limits<uint64_t>::max() >> (64 - format.width));
  return std::numeric_limits<int64_t>::max() >> (64 - format.width);
}

bool lessInteger(int64_t a, int64_t b, IntegerFormat format) {
  return format.isUnsigned ? static_cast<uint64_t>(a) < static_cast<uint64_t>(b) : a < b;
}

int64_t limitToInteger(double x, IntegerFormat format) {
  if (std::isnan(x))
    return 0;
  double above = std::ldexp(1.0, static_cast<int>(format.width) - (format.isUnsigned ? 0 : 1));
  if (x >= above)
    return highest(format);
  if (format.isUnsigned)
    return x <= 0 ? 0 : static_cast<int64_t>(static_cast<uint64_t>(x));
  return x <= -above ? lowest(format) : static_cast<int64_t>(x);
}

int64_t unaryInteger(UnaryKind kind, int64_t x, IntegerFormat format) {
  auto bits = static_cast<uint64_t>(x);
  bool negative = !format.isUnsigned && x < 0;
  switch (kind) {
  case UnaryKind::abs:
    return negative ? static_cast<int64_t>(0 - bits) : x;
  case UnaryKind::neg:
    return static_cast<int64_t>(0 - bits);
  case UnaryKind::square:
    return static_cast<int64_t>(bits * bits);
  case UnaryKind::sign:
    return negative ? -1 : x != 0;
  case UnaryKind::relu:
    return negative ? 0 : x;
  case UnaryKind::logical_not:
    return x == 0;
  default: // bitwise_not
    return ~x;
  }
}

/// a^b modulo 2^64 by repeated squaring.
static int64_t power(int64_t a, int64_t b, IntegerFormat format) {
  if (!format.isUnsigned && b < 0) // 1 / a^|b|, truncated
    return a == 1 ? 1 : a == -1 ? (b % 2 ? -1 : 1) : 0;
  uint64_t result = 1, base = static_cast<uint64_t>(a);
  for (auto rest = static_cast<uint64_t>(b); rest; rest >>= 1, base *= base)
    if (rest & 1)
      result *= base;
  return static_cast<int64_t>(result);
}

/// Quotient toward zero and its remainder; both 0 when b is 0.
static std::pair<int64_t, int64_t> divide(int64_t a, int64_t b, IntegerFormat format) {
  if (b == 0)
    return {0, 0};
  auto ua = static_cast<uint64_t>(a), ub = static_cast<uint64_t>(b);
  if (format.isUnsigned)
    return {static_cast<int64_t>(ua / ub), static_cast<int64_t>(ua % ub)};
  if (b == -1)
    return {static_cast<int64_t>(0 - ua), 0};
  return {a / b, a % b};
}

static int64_t shift(bool left, int64_t a, int64_t b, IntegerFormat format) {
  uint64_t amount = static_cast<uint64_t>(b) & (~uint64_t(0) >> (64 - format.width));
  bool out = amount >= format.width;
  if (left)
    return out ? 0 : static_cast<int64_t>(static_cast<uint64_t>(a) << amount);
  if (format.isUnsigned)
    return out ? 0 : static_cast<int64_t>(static_cast<uint64_t>(a) >> amount);
  return a >> (out ? 63 : amount);
}

int64_t binaryInteger(BinaryKind kind, int64_t a, int64_t b, IntegerFormat format) {
  auto ua = static_cast<uint64_t>(a), ub = static_cast<uint64_t>(b);
  switch (kind) {
  case BinaryKind::add:
    return static_cast<int64_t>(ua + ub);
  case BinaryKind::sub:
    return static_cast<int64_t>(ua - ub);
  case BinaryKind::mul:
    return static_cast<int64_t>(ua * ub);
  case BinaryKind::div:
    return divide(a, b, format).first;
  case BinaryKind::fmod:
    return divide(a, b, format).second;
  case BinaryKind::mod: {
    int64_t remainder = divide(a, b, format).second;
    bool opposite = !format.isUnsigned && remainder != 0 && (remainder < 0) != (b < 0);
    return opposite ? remainder + b : remainder;
  }
  case BinaryKind::pow:
    return power(a, b, format);
  case BinaryKind::min:
    return lessInteger(b, a, format) ? b : a;
  case BinaryKind::max:
    return lessInteger(a, b, format) ? b : a;
  case BinaryKind::prelu:
    return !format.isUnsigned && a < 0 ? static_cast<int64_t>(ua * ub) : a;
  case BinaryKind::bit_and:
    return a & b;
  case BinaryKind::bit_or:
    return a | b;
  case BinaryKind::bit_xor:
    return a ^ b;
  case BinaryKind::shift_left:
    return shift(true, a, b, format);
  default: // shift_right
    return shift(false, a, b, format);
  }
}

} // namespace nnc::reference
