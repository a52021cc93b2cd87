/* A loop of independent fused multiply-adds on vectors of f32: the most that a core can do.
 * PEAK_BYTES sets the width of a vector; without it, the widest that the compiled-for machine has.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef NNC_BENCH_PEAK_FMA_LOOP_H
#define NNC_BENCH_PEAK_FMA_LOOP_H

#include <stdint.h>

#ifndef PEAK_BYTES
#if defined(__AVX512F__)
#define PEAK_BYTES 64
#elif defined(__AVX__)
#define PEAK_BYTES 32
#else
#define PEAK_BYTES 16
#endif
#endif

/* Registers: 32 with AVX-512 and NEON, else 16; some are left for factor and term. */
#if defined(__AVX512VL__)
enum { kAccumulators = 24 };
#define PEAK_REGISTER "+v"
#elif defined(__aarch64__)
enum { kAccumulators = 24 };
#define PEAK_REGISTER "+w"
#else
enum { kAccumulators = 12 };
#define PEAK_REGISTER "+x"
#endif

enum { kWidth = PEAK_BYTES / 4 };
typedef float Vector __attribute__((vector_size(PEAK_BYTES)));

/* Multiply-adds of one turn of the loop. */
enum { kTurn = kWidth * kAccumulators };

static volatile float fmaSink;

/* Sums that converge to 1: no special values slow the machine down. Compile with
 * -ffp-contract=fast. */
__attribute__((noinline)) static void fmaLoop(int64_t turns) {
  Vector sums[kAccumulators], factor = (Vector){} + 0.5f, term = factor;
  for (int i = 0; i < kAccumulators; ++i)
    sums[i] = (Vector){} + (float)i;
  for (int64_t turn = 0; turn < turns; ++turn) {
#pragma clang loop unroll(full)
    for (int i = 0; i < kAccumulators; ++i) {
      sums[i] = sums[i] * factor + term;             /* contracted to one instruction */
      __asm__ volatile("" : PEAK_REGISTER(sums[i])); /* no turn is left out */
    }
  }
  for (int i = 0; i < kAccumulators; ++i)
    fmaSink = sums[i][0];
}

#endif
