/* Runs a library of several levels whose layers are divided: `net_run_with` and `net_run_at_with`
 * give what `net_run_at` gives, and hand the caller's executor to the level. Ends with 0 where all
 * holds. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "net.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = NET_IN_INPUT_COUNT, OUTPUTS = NET_OUT_PROBABILITIES_COUNT };

static _Alignas(NET_ARENA_ALIGN) unsigned char arena[NET_ARENA_SIZE];
static float x[INPUTS], expected[OUTPUTS], y[OUTPUTS];
static int forks, failures;

#define EXPECT(condition)                                                                          \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      printf("line %d: %s\n", __LINE__, #condition);                                               \
      ++failures;                                                                                  \
    }                                                                                              \
  } while (0)

static void backwards(void *context, nnrt_task task, void *argument, uint32_t parts) {
  EXPECT(context == &forks && parts == 2);
  ++forks;
  while (parts-- > 0)
    task(argument, parts);
}

static void clear(void) {
  forks = 0;
  memset(y, 0xff, sizeof y);
  memset(arena, 0xff, sizeof arena);
}

int main(void) {
  const nnrt_executor executor = {&forks, backwards};
  net_inputs in = {x};
  net_outputs out = {y};
  srand(7);
  for (int i = 0; i < INPUTS; ++i)
    x[i] = (float)rand() / (float)RAND_MAX - 0.3f;
  for (int level = 2; level <= net_level(); ++level) {
    clear();
    EXPECT(net_run_at(level, &in, &out, arena) == NNRT_OK);
    memcpy(expected, y, sizeof y);
    clear();
    EXPECT(net_run_at_with(level, &in, &out, arena, &executor) == NNRT_OK && forks > 0);
    EXPECT(memcmp(y, expected, sizeof y) == 0);
    clear();
    EXPECT(net_run_at_with(level, &in, &out, arena, 0) == NNRT_OK);
    EXPECT(memcmp(y, expected, sizeof y) == 0);
  }
  if (net_level() == 0) {
    printf("no level, %d failures\n", failures);
    return failures != 0;
  }
  clear();
  EXPECT(net_run_with(&in, &out, arena, &executor) == NNRT_OK && forks > 0);
  EXPECT(memcmp(y, expected, sizeof y) == 0);
  clear();
  EXPECT(net_run_at_with(5, &in, &out, arena, &executor) == NNRT_ERROR_LEVEL && forks == 0);
  in.input = 0;
  EXPECT(net_run_with(&in, &out, arena, &executor) == NNRT_ERROR_NULL_TENSOR && forks == 0);
  printf("ran, %d failures\n", failures);
  return failures != 0;
}
