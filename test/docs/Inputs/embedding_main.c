/* Runs the examples of docs/embedding.md on one picture: all must see the same. The examples with
 * threads and with traces are included, the others linked. Part of nn-compile.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "dscnn_threads.h"
#include "embedding_3.c"
#include "embedding_7.c"
#include <stdio.h>
#include <string.h>

int classify(const float pixels[DSCNN_IN_INPUT_COUNT]);
nnrt_status classify_in_place(const float *pixels, float *scores);
nnrt_status classify_in_two_memories(const float *pixels, float *scores);
nnrt_status classify_many(const float *pixels, float *scores, int count);
nnrt_status classify_all(const float *pixels, float *scores, int count);
extern const nnrt_executor reversed;

static uint32_t now;
uint32_t cycles(void) { return now += 10; }

static int best(const float *scores) {
  int index = 0;
  for (int i = 1; i < (int)DSCNN_OUT_PROBABILITIES_COUNT; ++i)
    if (scores[i] > scores[index])
      index = i;
  return index;
}

int main(void) {
  static float pixels[DSCNN_IN_INPUT_COUNT];
  for (int i = 0; i < (int)DSCNN_IN_INPUT_COUNT; ++i)
    pixels[i] = (float)(i * 37 % 101) / 101;
  int expected = classify(pixels);

  float scores[DSCNN_OUT_PROBABILITIES_COUNT];
  int in_place = classify_in_place(pixels, scores) == NNRT_OK ? best(scores) : -1;

  struct worker workers[2] = {{.pixels = pixels}, {.pixels = pixels}};
  int threads = 0;
  for (int i = 0; i < 2; ++i)
    start(&workers[i]);
  for (int i = 0; i < 2; ++i) {
    pthread_join(workers[i].thread, NULL);
    threads += workers[i].status == NNRT_OK && best(workers[i].scores) == expected;
  }

  /* One run by two threads, and by an executor that takes parts backwards: the same bits. */
  static _Alignas(DSCNN_THREADS_ARENA_ALIGN) unsigned char shared[DSCNN_THREADS_ARENA_SIZE];
  float pooled[DSCNN_OUT_PROBABILITIES_COUNT], backward[DSCNN_OUT_PROBABILITIES_COUNT];
  dscnn_threads_inputs divided_in = {.input = pixels};
  dscnn_threads_outputs divided_out = {.probabilities = backward};
  int same = classify_all(pixels, pooled, 1) == NNRT_OK &&
             dscnn_threads_run_with(&divided_in, &divided_out, shared, &reversed) == NNRT_OK &&
             memcmp(pooled, workers[0].scores, sizeof pooled) == 0 &&
             memcmp(backward, workers[0].scores, sizeof backward) == 0;

  float divided[DSCNN_OUT_PROBABILITIES_COUNT];
  int memories = classify_in_two_memories(pixels, divided) == NNRT_OK &&
                 memcmp(divided, workers[0].scores, sizeof divided) == 0;

  static _Alignas(DSCNN_TRACED_ARENA_ALIGN) unsigned char arena[DSCNN_TRACED_ARENA_SIZE];
  struct trace trace = {0};
  dscnn_traced_inputs in = {.input = pixels};
  dscnn_traced_outputs out = {.probabilities = scores};
  int traced = run_traced(&in, &out, arena, &trace) == NNRT_OK ? best(scores) : -1;

  int by_level = 0;
#ifdef RUN_LEVELS
  /* The library has the levels from 2: this machine is no older. */
  by_level = classify_many(pixels, scores, 1) != NNRT_OK || best(scores) != expected;
#endif

  printf(
      "class %d, in place %d, %d threads agree, parts %s, memories %s, traced %d, first layer %u\n",
      expected, in_place, threads, same ? "agree" : "differ", memories ? "agree" : "differ", traced,
      (unsigned)trace.spent[0]);
  return by_level || !same || !memories || expected < 0 || in_place != expected || threads != 2 ||
         traced != expected || trace.spent[0] != 10;
}
