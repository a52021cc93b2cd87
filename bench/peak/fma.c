/* The rate of the multiply-add loop, for Python; compiled once for each width of vectors.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "fma_loop.h"
#include "thread_clock.h"

/* Multiply-adds of f32 per second in a loop of about `seconds`. */
double fma_rate(double seconds) {
  static double rate = 1e10; /* of the last loop; tells how many turns to make */
  int64_t turns = (int64_t)(seconds * rate / kTurn) + 1;
  double start = threadSeconds();
  fmaLoop(turns);
  rate = (double)(turns * kTurn) / (threadSeconds() - start);
  return rate;
}
