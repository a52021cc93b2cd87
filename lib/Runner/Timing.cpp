// Wall-clock samples and their quantiles.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/Timing.h"

#include <algorithm>
#include <chrono>

namespace nnc {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Timing summarize(std::vector<double> &samples) {
  Timing timing;
  if (samples.empty())
    return timing;
  std::sort(samples.begin(), samples.end());
  auto quantile = [&](size_t quarter) { return samples[(samples.size() - 1) * quarter / 4]; };
  timing = {quantile(0), quantile(1), quantile(2), quantile(3), samples.size()};
  return timing;
}

Timing measure(llvm::function_ref<void()> body, uint64_t warmup, uint64_t runs) {
  for (uint64_t i = 0; i < warmup; ++i)
    body();
  std::vector<double> samples;
  samples.reserve(runs);
  for (uint64_t i = 0; i < runs; ++i) {
    double start = now();
    body();
    samples.push_back(now() - start);
  }
  return summarize(samples);
}

} // namespace nnc
