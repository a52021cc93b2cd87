/* The clock of all benchmarks in C.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef NNC_BENCH_PEAK_THREAD_CLOCK_H
#define NNC_BENCH_PEAK_THREAD_CLOCK_H

#include <time.h>

/* Seconds that this thread has run: what the machine does for others meanwhile does not count. */
static inline double threadSeconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
