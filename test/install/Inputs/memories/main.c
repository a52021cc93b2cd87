/* The same model as it comes, and with its code, its weights and its values in memories of their
 * own: equal results. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#include "placed.h"
#include "plain.h"
#include <stdio.h>
#include <string.h>

extern const char itcm_begin, itcm_end, ext_begin, ext_end; /* set by memories.ld */

__attribute__((section(".dtcm"),
               aligned(PLACED_ARENA_FAST_ALIGN))) static uint8_t fast[PLACED_ARENA_FAST_SIZE];
__attribute__((section(".sdram"),
               aligned(PLACED_ARENA_SLOW_ALIGN))) static uint8_t slow[PLACED_ARENA_SLOW_SIZE];
static _Alignas(PLAIN_ARENA_ALIGN) uint8_t arena[PLAIN_ARENA_SIZE];
static PLAIN_IN_INPUT_TYPE input[PLAIN_IN_INPUT_COUNT];
static PLAIN_OUT_OUTPUT_TYPE expected[PLAIN_OUT_OUTPUT_COUNT], output[PLAIN_OUT_OUTPUT_COUNT];

int main(void) {
  for (size_t i = 0; i < PLAIN_IN_INPUT_COUNT; ++i)
    input[i] = (PLAIN_IN_INPUT_TYPE)(i * 37 % 251 - 125);
  memset(fast, 0x5A, sizeof fast);
  memset(slow, 0xC3, sizeof slow);
  const plain_inputs plain_in = {.input = input};
  const plain_outputs plain_out = {.output = expected};
  const placed_inputs in = {.input = input};
  const placed_outputs out = {.output = output};
  const placed_arenas arenas = {.fast = fast, .slow = slow};
  if (plain_run(&plain_in, &plain_out, arena) != NNRT_OK ||
      placed_run(&in, &out, &arenas) != NNRT_OK)
    return 1;
  printf("results %s\n", memcmp(expected, output, sizeof output) == 0 ? "equal" : "differ");
  printf("code: %d bytes at %p\n", (int)(&itcm_end - &itcm_begin), (const void *)&itcm_begin);
  printf("weights: %d bytes at %p\n", (int)(&ext_end - &ext_begin), (const void *)&ext_begin);
  printf("values: %d bytes at %p, %d bytes at %p\n", (int)sizeof fast, (void *)fast,
         (int)sizeof slow, (void *)slow);
  return 0;
}
