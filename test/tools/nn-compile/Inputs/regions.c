/* Runs a model once with its memory in one arena and once in two regions, which lie far apart and
 * between fences, and compares; misuse gives statuses. Built with the headers one.h (prefix one)
 * and two.h (prefix two, regions fast and slow) of the same model with one input and one output.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "one.h"
#include "two.h"
#include <stdio.h>
#include <string.h>

enum { FENCE = 64 };

static _Alignas(64) unsigned char arena[ONE_ARENA_SIZE];
static _Alignas(64) unsigned char fast[FENCE + TWO_ARENA_FAST_SIZE + FENCE];
static _Alignas(64) unsigned char slow[FENCE + TWO_ARENA_SLOW_SIZE + FENCE];
static ONE_IN_INPUT_TYPE input[ONE_IN_INPUT_COUNT];
static ONE_OUT_OUTPUT_TYPE expected[ONE_OUT_OUTPUT_COUNT], output[ONE_OUT_OUTPUT_COUNT];

static int holds(const unsigned char *from, const unsigned char *to, unsigned char byte) {
  while (from < to)
    if (*from++ != byte)
      return 0;
  return 1;
}

static int fenced(const unsigned char *region, size_t size) {
  return holds(region, region + FENCE, 0xA5) &&
         holds(region + FENCE + size, region + FENCE + size + FENCE, 0xA5);
}

static int run_with_poison(unsigned char poison) {
  memset(fast, 0xA5, sizeof fast);
  memset(slow, 0xA5, sizeof slow);
  memset(fast + FENCE, poison, TWO_ARENA_FAST_SIZE);
  memset(slow + FENCE, poison, TWO_ARENA_SLOW_SIZE);
  memset(output, poison, sizeof output);
  two_inputs in = {.input = input};
  two_outputs out = {.output = output};
  if (two_run(&in, &out, &(two_arenas){.fast = fast + FENCE, .slow = slow + FENCE}) != NNRT_OK)
    return 0;
  return fenced(fast, TWO_ARENA_FAST_SIZE) && fenced(slow, TWO_ARENA_SLOW_SIZE) &&
         fast[FENCE + TWO_ARENA_FAST_SIZE - 1] != poison &&
         slow[FENCE + TWO_ARENA_SLOW_SIZE - 1] != poison &&
         memcmp(output, expected, sizeof output) == 0;
}

int main(void) {
  for (size_t i = 0; i < ONE_IN_INPUT_COUNT; ++i)
    input[i] = (ONE_IN_INPUT_TYPE)(i * 37 % 251 - 125);
  one_inputs one_in = {.input = input};
  one_outputs one_out = {.output = expected};
  if (one_run(&one_in, &one_out, arena) != NNRT_OK)
    return 1;
  printf("poisons: %d %d\n", run_with_poison(0x5A), run_with_poison(0xC3));

  two_inputs in = {.input = input};
  two_outputs out = {.output = output};
  printf("statuses: %d %d %d %d %d\n", two_check(&in, &out, NULL) == NNRT_ERROR_NULL_ARENA,
         two_check(&in, &out, &(two_arenas){.fast = fast}) == NNRT_ERROR_NULL_ARENA,
         two_check(&in, &out, &(two_arenas){.slow = slow}) == NNRT_ERROR_NULL_ARENA,
         two_check(&in, &out, &(two_arenas){.fast = fast, .slow = slow + 1}) ==
             NNRT_ERROR_ARENA_ALIGNMENT,
         two_check(&in, &out, &(two_arenas){.fast = fast, .slow = slow}) == NNRT_OK);
  return 0;
}
