/* The rate of the loop of dot_loop.h. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
 * LLVM-exception */
#include "dot_loop.h"
#include "thread_clock.h"

/* Multiply-adds per second in a loop of about `seconds`. */
double dot_rate(double seconds) {
  static double rate = 1e10; /* of the last loop; tells how many turns to make */
  int64_t turns = (int64_t)(seconds * rate / kTurn) + 1;
  double start = threadSeconds();
  dotLoop(turns);
  rate = (double)(turns * kTurn) / (threadSeconds() - start);
  return rate;
}
