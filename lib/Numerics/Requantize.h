// From an exact integer sum to an integer of fewer bits: the one formula of all quantized
// operators.
//
// A sum acc stands for acc·s steps of the result's scale, s a positive real number. With s rounded
// to m·2^-p, 30 significant bits,
//
//     y = clamp(⌊acc·m·2^-p + 1/2⌋ + z, low, high)
//
// where z is the zero point: one rounding, halves up. In 32-bit registers, with M = 2m:
//
//     y = clamp((((sat32(acc·2^k)·M) >> 32) + C) >> r, low, high),  C = 2^(r−1) + z·2^r
//
// gives the same number for every 32-bit acc: the lower half of the product cannot carry into the
// rounding, because C is an integer and r is at least 1. Part of nn-compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_NUMERICS_REQUANTIZE_H
#define NNC_LIB_NUMERICS_REQUANTIZE_H

#include <cstdint>
#include <optional>

namespace nnc::numerics {

/// The scale m·2^-p, |m| < 2^30.
struct FixedScale {
  int32_t significand;
  int exponent; ///< p
};

/// A range of integers.
struct IntegerRange {
  int64_t low, high;
};

/// `scale` rounded to 30 significant bits, ties to even. p is limited to 53 (45 for results of more
/// than 8 bits), so that very small scales keep fewer bits: |m·2^-p − s| ≤ 2^-30·s, or 2^-(p+1)
/// there. Nothing where |s| ≥ 2^28 or s is no number.
std::optional<FixedScale> fixScale(double scale, unsigned resultBits);

/// The formula as it is defined, for any sum.
int64_t requantize(int64_t sum, FixedScale scale, int64_t zeroPoint, IntegerRange range);

/// The largest r of results of some bits: C and the high half of a product, below 2^30 each, then
/// cannot overflow. p is at most 31 more.
constexpr int largestRightShift(unsigned resultBits) { return resultBits <= 8 ? 22 : 14; }

/// The constants of the formula in registers.
struct RegisterScale {
  int32_t multiplier; ///< M
  int left;           ///< k, from 0 to 31; where it is not 0, r is 1
  int right;          ///< r, from 1 to 22
  int32_t offset;     ///< C
};

/// Those of a scale. Zero points are numbers of a result of up to 16 bits.
RegisterScale registersFor(FixedScale scale, int64_t zeroPoint);

/// The formula as machines compute it.
int32_t requantize(int32_t sum, const RegisterScale &scale, IntegerRange range);

} // namespace nnc::numerics

#endif
