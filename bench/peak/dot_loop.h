/* A loop of independent products of 8-bit and 16-bit integers summed in 32 bits: what an integer
 * kernel can reach. DOT_PAIRS, and always on x86 without dot products of four bytes: 16-bit pairs
 * by vpmaddwd and an addition. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
 * LLVM-exception */
#ifndef NNC_BENCH_PEAK_DOT_LOOP_H
#define NNC_BENCH_PEAK_DOT_LOOP_H

#include <stdint.h>

#if defined(__aarch64__)
#include <arm_neon.h>
typedef int32x4_t Sums;
typedef int8x16_t Factors;
enum { kProducts = 16, kAccumulators = 24 };
#define STEP(sum, a, b) vdotq_s32(sum, a, b)
#define REGISTER "+w"
#else
#include <immintrin.h>
#if defined(DOT_PAIRS) || !(defined(__AVX512VNNI__) || defined(__AVXVNNI__))
typedef __m256i Sums, Factors;
enum { kProducts = 16, kAccumulators = 12 };
#define STEP(sum, a, b) _mm256_add_epi32(sum, _mm256_madd_epi16(a, b))
#elif defined(__AVX512VNNI__) && !defined(DOT_YMM)
typedef __m512i Sums, Factors;
enum { kProducts = 64, kAccumulators = 24 };
#define STEP(sum, a, b) _mm512_dpbusd_epi32(sum, a, b)
#elif defined(__AVX512VNNI__)
typedef __m256i Sums, Factors;
enum { kProducts = 32, kAccumulators = 12 };
#define STEP(sum, a, b) _mm256_dpbusd_epi32(sum, a, b)
#else
typedef __m256i Sums, Factors;
enum { kProducts = 32, kAccumulators = 12 };
#define STEP(sum, a, b) _mm256_dpbusd_avx_epi32(sum, a, b)
#endif
#if defined(__AVX512VL__)
#define REGISTER "+v"
#else
#define REGISTER "+x"
#endif
#endif

enum { kTurn = kProducts * kAccumulators };
static volatile int32_t sink;

__attribute__((noinline)) static void dotLoop(int64_t turns) {
  Sums sums[kAccumulators];
  Factors a = {1, 2}, b = {3, 4};
  for (int i = 0; i < kAccumulators; ++i)
    sums[i] = (Sums){i};
  for (int64_t turn = 0; turn < turns; ++turn) {
    __asm__ volatile("" : REGISTER(a), REGISTER(b)); /* factors are not constants */
#pragma clang loop unroll(full)
    for (int i = 0; i < kAccumulators; ++i) {
      sums[i] = STEP(sums[i], a, b);
      __asm__ volatile("" : REGISTER(sums[i])); /* no turn is left out */
    }
  }
  for (int i = 0; i < kAccumulators; ++i)
    sink = (int32_t)sums[i][0];
}

#endif
