/* Bandwidth of reading, writing and copying a block of memory again and again, in vectors of 64
 * bytes (two or four instructions on narrower machines). Part of nn-compile.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "thread_clock.h"
#include <stdint.h>

typedef int64_t Vector __attribute__((vector_size(64)));
enum { kLines = 8 };

/* Nothing before may be moved behind, or left out. */
static inline void fence(void) { __asm__ volatile("" ::: "memory"); }

static Vector sink;

static void readBlock(const Vector *block, int64_t lines) {
  Vector sums[kLines] = {0};
  for (int64_t i = 0; i < lines; i += kLines)
    for (int j = 0; j < kLines; ++j)
      sums[j] += block[i + j];
  sink = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

static void writeBlock(Vector *block, int64_t lines) {
  Vector value = sink;
  for (int64_t i = 0; i < lines; i += kLines) {
    for (int j = 0; j < kLines; ++j)
      block[i + j] = value;
    fence(); /* stays a loop of plain stores */
  }
}

static void copyBlock(Vector *restrict to, const Vector *from, int64_t lines) {
  for (int64_t i = 0; i < lines; i += kLines) {
    for (int j = 0; j < kLines; ++j)
      to[i + j] = from[i + j];
    fence();
  }
}

/* Bytes read or written per second while a block of `bytes`, a multiple of 1024 and aligned to 64,
 * is gone through for about `seconds`. A copy goes from one half to the other; both its directions
 * count. */
static double rateOf(char kind, void *block, int64_t bytes, double seconds) {
  int64_t lines = bytes / (int64_t)sizeof(Vector), done = 0;
  double start = threadSeconds(), spent = 0;
  while (spent < seconds) {
    /* At least a quarter of a megabyte between two looks at the clock. */
    for (int64_t part = 0; part < (1 << 18); part += bytes, done += bytes) {
      if (kind == 'r')
        readBlock(block, lines);
      else if (kind == 'w')
        writeBlock(block, lines);
      else
        copyBlock(block, (const Vector *)block + lines / 2, lines / 2);
      fence();
    }
    spent = threadSeconds() - start;
  }
  return (double)done / spent;
}

double read_rate(void *block, int64_t bytes, double seconds) {
  return rateOf('r', block, bytes, seconds);
}
double write_rate(void *block, int64_t bytes, double seconds) {
  return rateOf('w', block, bytes, seconds);
}
double copy_rate(void *block, int64_t bytes, double seconds) {
  return rateOf('c', block, bytes, seconds);
}
