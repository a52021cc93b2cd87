/* Runs a model on zeros. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
 * LLVM-exception */
#include "kws.h"
#include <stdint.h>
#include <stdio.h>

int main(void) {
  static float pixels[KWS_IN_INPUT_COUNT], scores[KWS_OUT_PROBABILITIES_COUNT];
  const kws_inputs in = {pixels};
  const kws_outputs out = {scores};
  static unsigned char memory[KWS_ARENA_SIZE + KWS_ARENA_ALIGN];
  unsigned char *arena = memory;
  unsigned i;
  float sum = 0;
  while ((uintptr_t)arena % KWS_ARENA_ALIGN)
    ++arena;
  if (kws_run(&in, &out, arena) != NNRT_OK)
    return 1;
  for (i = 0; i < KWS_OUT_PROBABILITIES_COUNT; ++i)
    sum += scores[i];
  printf("sum %.3f\n", (double)sum);
  return 0;
}
