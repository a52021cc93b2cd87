/* Runs a compiled model from a fresh process and says what that took. The build defines INPUT_BYTES
 * and OUTPUT_BYTES, lists of sizes; the model is compiled with the name "model". Part of
 * nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "model.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { kSteadyRuns = 9 };
static const size_t inputBytes[] = {INPUT_BYTES}, outputBytes[] = {OUTPUT_BYTES};
enum {
  kInputs = sizeof(inputBytes) / sizeof(size_t),
  kOutputs = sizeof(outputBytes) / sizeof(size_t)
};

/* No allocator in between: what is resident is what the model uses. */
static _Alignas(64) char values[TOTAL_BYTES];
static _Alignas(MODEL_ARENA_ALIGN) char arena[MODEL_ARENA_SIZE];

/* Processor time since this process was forked: loading and relocation are part of it. */
static double milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

/* The largest resident size so far, in KiB. */
static long residentKiB(void) {
  char line[256];
  long result = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof(line), file))
    sscanf(line, "VmHWM: %ld", &result);
  if (file)
    fclose(file);
  return result;
}

/* Addresses of tensors one after the other, each at a multiple of 64. */
static char *place(const void **pointers, const size_t *bytes, int count, char *next) {
  for (int i = 0; i < count; ++i, ++bytes) {
    pointers[i] = next;
    next += (*bytes + 63) / 64 * 64;
  }
  return next;
}

int main(void) {
  const void *in[kInputs], *out[kOutputs];
  char *end = place(in, inputBytes, kInputs, values);
  place(out, outputBytes, kOutputs, end);
  uint32_t state = 1;
  for (float *p = (float *)values; p < (float *)end; ++p, state = state * 1664525u + 1013904223u)
    *p = (float)(state >> 8) * 0x1p-24f;

  double times[kSteadyRuns + 1], before = 0;
  for (int i = 0; i <= kSteadyRuns; ++i) {
    if (model_run((const model_inputs *)in, (const model_outputs *)out, arena) != NNRT_OK)
      return 1;
    double now = milliseconds();
    times[i] = now - before; /* the first: since the start of the process */
    before = now;
  }
  double steady = times[1];
  for (int i = 2; i <= kSteadyRuns; ++i)
    steady = times[i] < steady ? times[i] : steady;
  printf("{\"first_ms\": %.3f, \"steady_ms\": %.3f, \"peak_kib\": %ld}\n", times[0], steady,
         residentKiB());
  return 0;
}
