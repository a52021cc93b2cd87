/* Runs libraries of several levels beside the objects of single ones, on whatever processor this
 * is. `net` has levels 2, 3 and 4, `high` 3 and 4, `one2` to `one4` one each, all of one model.
 * Prints the levels that were taken and ends with 0 where all holds. Part of nn-compile.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "high.h"
#include "net.h"
#include "one2.h"
#include "one3.h"
#include "one4.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = NET_IN_INPUT_COUNT, OUTPUTS = NET_OUT_PROBABILITIES_COUNT };

#define MAX(a, b) ((a) > (b) ? (a) : (b))
_Static_assert(NET_ARENA_SIZE == MAX(MAX(ONE2_ARENA_SIZE, ONE3_ARENA_SIZE), ONE4_ARENA_SIZE),
               "the largest arena");
_Static_assert(NET_STACK_MAX >= MAX(MAX(ONE2_STACK_MAX, ONE3_STACK_MAX), ONE4_STACK_MAX),
               "the largest stack");

static _Alignas(NET_ARENA_ALIGN) unsigned char arena[NET_ARENA_SIZE];
static float x[INPUTS], expected[OUTPUTS], y[OUTPUTS];
static int failures;

#define EXPECT(condition)                                                                          \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      printf("line %d: %s\n", __LINE__, #condition);                                               \
      ++failures;                                                                                  \
    }                                                                                              \
  } while (0)

#define DEFINE_RUN(name)                                                                           \
  static nnrt_status alone_##name(float *out) {                                                    \
    name##_inputs in = {x};                                                                        \
    name##_outputs outs = {out};                                                                   \
    return name##_run(&in, &outs, arena);                                                          \
  }
DEFINE_RUN(one2)
DEFINE_RUN(one3)
DEFINE_RUN(one4)

/* What the compiler's own library says of this processor. */
static int levelOfMachine(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("x86-64-v4")   ? 4
         : __builtin_cpu_supports("x86-64-v3") ? 3
         : __builtin_cpu_supports("x86-64-v2") ? 2
                                               : 1;
}

static void fill(float *values, int count, float value) {
  for (int i = 0; i < count; ++i)
    values[i] = value;
}

/* A library leaves the outputs alone where it has no level to run. */
static int untouched(void) {
  for (int i = 0; i < OUTPUTS; ++i)
    if (y[i] != -7.0f)
      return 0;
  return 1;
}

static void refusesOthers(const net_inputs *in, const net_outputs *out) {
  const int others[] = {-1, 0, 1, 5, 1 << 30};
  for (int i = 0; i < 5; ++i) {
    fill(y, OUTPUTS, -7.0f);
    EXPECT(net_run_at(others[i], in, out, arena) == NNRT_ERROR_LEVEL && untouched());
  }
}

static void choosesItself(int machine) {
  net_inputs in = {x};
  net_outputs out = {y};
  EXPECT(net_level() == (machine >= 2 ? machine : 0));
  fill(y, OUTPUTS, -7.0f);
  EXPECT(net_run(&in, &out, arena) == (machine >= 2 ? NNRT_OK : NNRT_ERROR_LEVEL));
  EXPECT(machine >= 2 ? memcmp(y, expected, sizeof y) == 0 : untouched());
  EXPECT(net_check(&in, &out, arena) == (machine >= 2 ? NNRT_OK : NNRT_ERROR_LEVEL));
  in.input = 0;
  EXPECT(net_check(&in, &out, arena) == (machine >= 2 ? NNRT_ERROR_NULL_TENSOR : NNRT_ERROR_LEVEL));
  EXPECT(net_run(&in, &out, arena) == (machine >= 2 ? NNRT_ERROR_NULL_TENSOR : NNRT_ERROR_LEVEL));
  high_inputs highIn = {x};
  high_outputs highOut = {y};
  fill(y, OUTPUTS, -7.0f);
  EXPECT(high_level() == (machine >= 3 ? machine : 0));
  EXPECT(high_run(&highIn, &highOut, arena) == (machine >= 3 ? NNRT_OK : NNRT_ERROR_LEVEL));
  EXPECT(machine >= 3 ? memcmp(y, expected, sizeof y) == 0 : untouched());
}

int main(void) {
  nnrt_status (*alone[])(float *) = {alone_one2, alone_one3, alone_one4};
  int machine = levelOfMachine();
  net_inputs in = {x};
  net_outputs out = {y};
  srand(7);
  for (int i = 0; i < INPUTS; ++i)
    x[i] = (float)rand() / (float)RAND_MAX - 0.3f;
  for (int level = 2; level <= machine; ++level) {
    fill(y, OUTPUTS, -7.0f);
    memset(arena, 0xff, sizeof arena);
    EXPECT(alone[level - 2](expected) == NNRT_OK);
    memset(arena, 0xff, sizeof arena);
    EXPECT(net_run_at(level, &in, &out, arena) == NNRT_OK);
    EXPECT(memcmp(y, expected, sizeof y) == 0);
    printf("level %d as alone\n", level);
  }
  choosesItself(machine);
  refusesOthers(&in, &out);
  printf("machine %d, net %d, high %d, %d failures\n", machine, net_level(), high_level(),
         failures);
  return failures != 0;
}
