/* Runs one model in two threads at once, each with its own arena and inputs, and compares with what
 * one thread gives; with -DDIVIDED through an executor that takes the parts of layers in reverse
 * order. Built with -DMODEL=name -DMODEL_UPPER=NAME -DHEADER="name.h". Part of nn-compile.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include HEADER

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(suffix) JOIN(MODEL, suffix)
#define MACRO(suffix) JOIN(MODEL_UPPER, suffix)

enum { ROUNDS = 20, MOST = 1 << 16 };

typedef struct {
  float input[MOST], output[MOST], expected[MOST];
  unsigned seed;
  int differing;
} job;

#ifdef DIVIDED
static void backwards(void *context, nnrt_task task, void *argument, uint32_t parts) {
  (void)context;
  while (parts-- > 0)
    task(argument, parts);
}

static const nnrt_executor executor = {NULL, backwards};
#define RUN_PARTS(in, out, arena) NAME(_run_with)(in, out, arena, &executor)
#else
#define RUN_PARTS(in, out, arena) NAME(_run)(in, out, arena)
#endif

/* Both structures hold one pointer each for these models. */
static void call(job *j, float *output, void *arena, int inParts) {
  NAME(_inputs) in;
  NAME(_outputs) out;
  const void *input = j->input;
  void *result = output;
  memcpy(&in, &input, sizeof input);
  memcpy(&out, &result, sizeof result);
  if ((inParts ? RUN_PARTS(&in, &out, arena) : NAME(_run)(&in, &out, arena)) != 0)
    j->differing += 1;
}

static void *work(void *argument) {
  job *j = argument;
  void *arena = aligned_alloc(64, (MACRO(_ARENA_SIZE) + 127u) & ~63u);
  memset(arena, (int)j->seed, MACRO(_ARENA_SIZE));
  for (int r = 0; r < ROUNDS; ++r) {
    call(j, j->output, arena, 1);
    j->differing += memcmp(j->output, j->expected, sizeof j->output) != 0;
  }
  free(arena);
  return NULL;
}

int main(void) {
  static job jobs[2];
  void *arena = aligned_alloc(64, (MACRO(_ARENA_SIZE) + 127u) & ~63u);
  pthread_t threads[2];
  for (int t = 0; t < 2; ++t) {
    uint32_t state = jobs[t].seed = 7u + (unsigned)t;
    for (int i = 0; i < MOST; ++i) {
      state = state * 1664525u + 1013904223u;
      jobs[t].input[i] = (float)(state >> 8) / 16777216.0f;
    }
    call(&jobs[t], jobs[t].expected, arena, 0);
  }
  if (memcmp(jobs[0].expected, jobs[1].expected, sizeof jobs[0].expected) == 0)
    return puts("both inputs give the same result; the test proves nothing"), 2;
  for (int t = 0; t < 2; ++t)
    pthread_create(&threads[t], NULL, work, &jobs[t]);
  for (int t = 0; t < 2; ++t)
    pthread_join(threads[t], NULL);
  free(arena);
  printf("differing runs: %d and %d\n", jobs[0].differing, jobs[1].differing);
  return jobs[0].differing || jobs[1].differing;
}
