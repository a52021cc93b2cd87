/* One run in two threads: layers that are worth it are divided, and a pool runs their parts. Prints
 * the time beside that of one thread, which gives the same bits. C11. Part of nn-compile.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#define _POSIX_C_SOURCE 200809L
#include "divided.h"
#include <nnrt/pool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { RUNS = 200 };

static _Alignas(DIVIDED_ARENA_ALIGN) unsigned char arena[DIVIDED_ARENA_SIZE];
static float image[DIVIDED_IN_INPUT_COUNT];

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

/* Milliseconds of a run, or a negative number where one fails. */
static double measure(const nnrt_executor *executor, float *scores) {
  const divided_inputs in = {.input = image};
  const divided_outputs out = {.probabilities = scores};
  double start = milliseconds();
  for (int i = 0; i < RUNS; ++i)
    if (divided_run_with(&in, &out, arena, executor) != NNRT_OK)
      return -1;
  return (milliseconds() - start) / RUNS;
}

int main(void) {
  float alone[DIVIDED_OUT_PROBABILITIES_COUNT], together[DIVIDED_OUT_PROBABILITIES_COUNT];
  for (size_t i = 0; i < DIVIDED_IN_INPUT_COUNT; ++i)
    image[i] = (float)(i % 17) / 17.0f;
  nnrt_pool *pool = nnrt_pool_create(2);
  if (!pool) {
    fprintf(stderr, "latency: no pool of two threads\n");
    return 1;
  }
  double one = measure(NULL, alone), two = measure(nnrt_pool_executor(pool), together);
  nnrt_pool_destroy(pool);
  if (one < 0 || two < 0 || memcmp(alone, together, sizeof alone) != 0) {
    fprintf(stderr, "latency: the runs failed or disagree\n");
    return 1;
  }
  printf("1 thread %.3f ms, 2 threads %.3f ms, equal results\n", one, two);
  return 0;
}
