// Exact fractions of 64-bit integers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_NUMERICS_RATIONAL_H
#define NNC_LIB_NUMERICS_RATIONAL_H

#include <compare>
#include <cstdint>
#include <stdexcept>

namespace nnc::numerics {

/// A fraction in lowest terms with a positive denominator. Arithmetic is exact; a result whose
/// numerator or denominator needs more than 63 bits throws std::overflow_error, a zero denominator
/// std::domain_error.
class Rational {
public:
  constexpr Rational(int64_t number = 0) : top(number) {}
  Rational(int64_t numerator, int64_t denominator);

  int64_t numerator() const { return top; }
  int64_t denominator() const { return bottom; }
  bool isInteger() const { return bottom == 1; }
  bool isZero() const { return top == 0; }
  double toDouble() const { return static_cast<double>(top) / static_cast<double>(bottom); }
  Rational abs() const { return top < 0 ? -*this : *this; }

  Rational operator-() const;
  Rational operator+(const Rational &other) const;
  Rational operator-(const Rational &other) const { return *this + -other; }
  Rational operator*(const Rational &other) const;
  Rational operator/(const Rational &other) const;
  Rational &operator+=(const Rational &other) { return *this = *this + other; }
  Rational &operator*=(const Rational &other) { return *this = *this * other; }
  bool operator==(const Rational &other) const = default;
  std::strong_ordering operator<=>(const Rational &other) const;

private:
  int64_t top = 0, bottom = 1;
};

} // namespace nnc::numerics

#endif
