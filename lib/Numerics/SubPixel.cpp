// Phases of a transposed convolution.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/SubPixel.h"

#include <algorithm>
#include <numeric>

namespace nnc::numerics {

static Phase phaseOf(const TransposedAxis &axis, int64_t r) {
  int64_t common = std::gcd(axis.stride, axis.dilation);
  Phase phase{
      r < axis.output ? (axis.output - r - 1) / axis.stride + 1 : 0, 0, axis.dilation / common, {}};
  for (int64_t k = 0; k < axis.kernel; ++k)
    if ((r + axis.begin - k * axis.dilation) % axis.stride == 0)
      phase.taps.push_back(k);
  // The last tap reads the first pixel of the window.
  std::reverse(phase.taps.begin(), phase.taps.end());
  if (!phase.taps.empty())
    phase.begin = (phase.taps.front() * axis.dilation - r - axis.begin) / axis.stride;
  return phase;
}

std::vector<Phase> phasesOf(const TransposedAxis &axis) {
  std::vector<Phase> phases;
  for (int64_t r = 0; r < axis.stride; ++r)
    phases.push_back(phaseOf(axis, r));
  return phases;
}

/// Whether two runs differ in nothing but their place.
static bool haveEqualWindows(const PhaseRun &a, const PhaseRun &b) {
  return a.outputs == b.outputs && a.kernel == b.kernel && a.begin == b.begin &&
         a.dilation == b.dilation;
}

std::vector<PhaseRun> phaseRunsOf(const TransposedAxis &axis) {
  std::vector<PhaseRun> runs;
  int64_t r = 0, tapsBefore = 0;
  for (const Phase &phase : phasesOf(axis)) {
    auto kernel = static_cast<int64_t>(phase.taps.size());
    PhaseRun run{r++, 1, phase.outputs, kernel, phase.begin, phase.dilation, tapsBefore};
    tapsBefore += kernel;
    if (phase.outputs == 0)
      continue;
    if (!runs.empty() && haveEqualWindows(runs.back(), run))
      ++runs.back().count;
    else
      runs.push_back(run);
  }
  return runs;
}

} // namespace nnc::numerics
