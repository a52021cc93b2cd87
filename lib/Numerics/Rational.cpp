// Exact fractions: intermediate results have 128 bits, so only what cannot be represented throws.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/Rational.h"

#include <limits>
#include <utility>

namespace nnc::numerics {

namespace {

__extension__ using Wide = __int128;

Wide greatestCommonDivisor(Wide a, Wide b) {
  while (b != 0)
    a = std::exchange(b, a % b);
  return a < 0 ? -a : a;
}

struct Terms {
  int64_t top, bottom;
};

Terms lowestTerms(Wide top, Wide bottom) {
  if (bottom == 0)
    throw std::domain_error("fraction with denominator 0");
  Wide divisor = greatestCommonDivisor(top, bottom);
  if (bottom < 0)
    divisor = -divisor;
  top /= divisor;
  bottom /= divisor;
  constexpr Wide limit = std::numeric_limits<int64_t>::max();
  if (top > limit || top < -limit || bottom > limit)
    throw std::overflow_error("fraction needs more than 63 bits");
  return {static_cast<int64_t>(top), static_cast<int64_t>(bottom)};
}

Rational fraction(Wide top, Wide bottom) {
  Terms terms = lowestTerms(top, bottom);
  return {terms.top, terms.bottom};
}

} // namespace

Rational::Rational(int64_t numerator, int64_t denominator) {
  Terms terms = lowestTerms(numerator, denominator);
  top = terms.top;
  bottom = terms.bottom;
}

Rational Rational::operator-() const { return fraction(-Wide(top), bottom); }

Rational Rational::operator+(const Rational &other) const {
  return fraction(Wide(top) * other.bottom + Wide(other.top) * bottom, Wide(bottom) * other.bottom);
}

Rational Rational::operator*(const Rational &other) const {
  return fraction(Wide(top) * other.top, Wide(bottom) * other.bottom);
}

Rational Rational::operator/(const Rational &other) const {
  return fraction(Wide(top) * other.bottom, Wide(bottom) * other.top);
}

std::strong_ordering Rational::operator<=>(const Rational &other) const {
  Wide left = Wide(top) * other.bottom, right = Wide(other.top) * bottom;
  return left < right   ? std::strong_ordering::less
         : left > right ? std::strong_ordering::greater
                        : std::strong_ordering::equal;
}

} // namespace nnc::numerics
