// Times a function: warm-up, median and spread.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_TIMING_H
#define NNC_LIB_RUNNER_TIMING_H

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>
#include <vector>

namespace nnc {

/// Seconds, by quantile over the runs.
struct Timing {
  double fastest = 0, lowerQuartile = 0, median = 0, upperQuartile = 0;
  uint64_t runs = 0;
};

/// Quantiles of samples, which are sorted in place; zeros when there are none.
Timing summarize(std::vector<double> &samples);

/// Runs `body` `warmup` times unmeasured and then `runs` times.
Timing measure(llvm::function_ref<void()> body, uint64_t warmup, uint64_t runs);

/// Seconds of a clock that only moves forward.
double now();

} // namespace nnc

#endif
