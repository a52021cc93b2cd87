// A transposed convolution as ordinary convolutions of stride 1, one for each phase of its results.
//
// Input i adds through tap k to the result o = i·s − begin + k·d (stride s, dilation d). With
// o = q·s + r and g = gcd(s, d), phase r is reached by the taps k ≡ k₀ modulo s/g only, and by
// those from i = q + (r + begin − k·d)/s: a window over the input whose taps are d/g apart.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_NUMERICS_SUBPIXEL_H
#define NNC_LIB_NUMERICS_SUBPIXEL_H

#include <cstdint>
#include <vector>

namespace nnc::numerics {

/// One spatial axis of a transposed convolution. Kernel, stride and dilation are at least 1.
struct TransposedAxis {
  int64_t output, kernel, stride, dilation, begin;
};

/// The results r, r + s, r + 2s, …: result q of the phase is Σ_j x[q − begin + j·dilation] ·
/// w[taps[j]].
struct Phase {
  int64_t outputs;           ///< how many results there are
  int64_t begin, dilation;   ///< of the window; `begin` may be negative
  std::vector<int64_t> taps; ///< of the filter, in the order of the window; may be empty
};

/// The phases r = 0 … s − 1. Each tap of the filter belongs to exactly one.
std::vector<Phase> phasesOf(const TransposedAxis &axis);

/// Neighbouring phases [first, first + count) whose windows and numbers of results are equal.
struct PhaseRun {
  int64_t first, count;
  int64_t outputs, kernel, begin, dilation;
  int64_t tapsBefore; ///< taps of all phases before `first`
};

/// The phases that have results.
std::vector<PhaseRun> phaseRunsOf(const TransposedAxis &axis);

} // namespace nnc::numerics

#endif
