/* Runs one model on an emulated machine: reads inputs.bin, calls the model in a fenced and painted
 * memory, writes outputs.bin.
 *
 * Compile with -DNNRUN_FUNCTION=<name>_run and a generated nnrun_model.h that defines
 *   NNRUN_ARENA_SIZES (bytes), NNRUN_ARENA_PLACES (in a block of NNRUN_ARENA_BLOCK bytes),
 * NNRUN_INPUT_BYTES and NNRUN_OUTPUT_BYTES (comma-separated lists), NNRUN_RUNS, NNRUN_IO_IN_ARENA
 * (0 or 1) and, where that is 1, NNRUN_INPUT_OFFSETS and NNRUN_OUTPUT_OFFSETS (lists of places in
 * the block). There is one arena, or one for each region of memory; the model then takes a list of
 * their addresses. inputs.bin holds NNRUN_RUNS times all inputs one after the other; outputs.bin
 * likewise. The last line on stdout is
 * status=S stack=BYTES fences=ok|broken inputs=ok|changed arena_end=used|unused arena_end tells
 * whether some run wrote each arena's last byte: with one byte less a fence would break. Exit code:
 * 0 when every run returned 0 and nothing was overwritten.
 *
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "nnrun_model.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifndef NNRUN_PAINT
#define NNRUN_PAINT 16384u /* bytes of stack that are watched */
#endif
#define FENCE 64u
#define FENCE_BYTE 0xA5u
#define PAINT_WORD 0xC0DEC0DEu
#if defined(__x86_64__)
#define READ_STACK_POINTER(to) __asm__ volatile("mov %%rsp, %0" : "=r"(to))
#else /* Arm and AArch64 */
#define READ_STACK_POINTER(to) __asm__ volatile("mov %0, sp" : "=r"(to))
#endif

extern int NNRUN_FUNCTION(const void *const *inputs, void *const *outputs, void *arena);

static const uint32_t input_bytes[] = {NNRUN_INPUT_BYTES, 0};
static const uint32_t output_bytes[] = {NNRUN_OUTPUT_BYTES, 0};
#if NNRUN_IO_IN_ARENA
static const uint32_t input_offsets[] = {NNRUN_INPUT_OFFSETS, 0};
static const uint32_t output_offsets[] = {NNRUN_OUTPUT_OFFSETS, 0};
#endif
#define INPUTS (sizeof input_bytes / sizeof *input_bytes - 1)
#define OUTPUTS (sizeof output_bytes / sizeof *output_bytes - 1)

/* A block is: fence, aligned contents, fence. */
#define ROUND(n) (((n) + 63u) & ~63u)
static _Alignas(64) uint8_t arena_block[NNRUN_ARENA_BLOCK];
static const uint32_t arena_sizes[] = {NNRUN_ARENA_SIZES}, arena_places[] = {NNRUN_ARENA_PLACES};
#define ARENAS (sizeof arena_sizes / sizeof *arena_sizes)
static void *arenas[ARENAS];
static uint8_t end_used[ARENAS]; /* whether an arena's last byte was written */
static _Alignas(64) uint8_t io_block[NNRUN_IO_BYTES];
static const void *inputs[INPUTS + 1];
static void *outputs[OUTPUTS + 1];

/* Lays all inputs and outputs into io_block, each with a fence behind it, or into the arena where
 * they have places there; returns the bytes of io_block used. */
static uint32_t place_io(void) {
#if NNRUN_IO_IN_ARENA
  for (uint32_t i = 0; i < INPUTS; ++i)
    inputs[i] = arena_block + input_offsets[i];
  for (uint32_t i = 0; i < OUTPUTS; ++i)
    outputs[i] = arena_block + output_offsets[i];
  return 0;
#else
  uint32_t at = FENCE;
  for (uint32_t i = 0; i < INPUTS; ++i, at += FENCE) {
    inputs[i] = io_block + at;
    at += ROUND(input_bytes[i]);
  }
  for (uint32_t i = 0; i < OUTPUTS; ++i, at += FENCE) {
    outputs[i] = io_block + at;
    at += ROUND(output_bytes[i]);
  }
  return at;
#endif
}

static int all_equal(const uint8_t *from, const uint8_t *to, uint8_t byte) {
  while (from < to)
    if (*from++ != byte)
      return 0;
  return 1;
}

/* Old contents must not matter. */
static void poison_arenas(uint8_t poison) {
  memset(arena_block, FENCE_BYTE, sizeof arena_block);
  for (uint32_t i = 0; i < ARENAS; ++i) {
    arenas[i] = arena_block + arena_places[i];
    memset(arenas[i], poison, arena_sizes[i]);
  }
}

static void note_ends(uint8_t poison) {
  for (uint32_t i = 0; i < ARENAS; ++i)
    end_used[i] |= !arena_sizes[i] || ((uint8_t *)arenas[i])[arena_sizes[i] - 1] != poison;
}

/* Whether the bytes outside of arenas, inputs and outputs still hold the fence pattern. */
static int fences_hold(uint32_t used) {
  int good = 1;
  const uint8_t *from = arena_block;
  for (uint32_t i = 0; i < ARENAS; from = (uint8_t *)arenas[i] + arena_sizes[i], ++i)
    good &= all_equal(from, arenas[i], FENCE_BYTE);
  good &= all_equal(from, arena_block + sizeof arena_block, FENCE_BYTE);
#if NNRUN_IO_IN_ARENA
  return good && used == 0;
#else
  const uint8_t *at = io_block;
  for (uint32_t i = 0; i < INPUTS; at = (const uint8_t *)inputs[i] + input_bytes[i], ++i)
    good &= all_equal(at, inputs[i], FENCE_BYTE);
  for (uint32_t i = 0; i < OUTPUTS; at = (uint8_t *)outputs[i] + output_bytes[i], ++i)
    good &= all_equal(at, outputs[i], FENCE_BYTE);
  return good && all_equal(at, io_block + used, FENCE_BYTE);
#endif
}

/* Calls the model with NNRUN_PAINT bytes of painted stack below; *stack gets the bytes that it
 * used. */
static __attribute__((noinline)) int run_painted(uint32_t *stack) {
  uintptr_t pointer;
  READ_STACK_POINTER(pointer);
  volatile uint32_t *top = (volatile uint32_t *)pointer;
  volatile uint32_t *bottom = top - NNRUN_PAINT / 4;
  for (volatile uint32_t *word = bottom; word < top; ++word)
    *word = PAINT_WORD;
  void *memory = ARENAS > 1 ? (void *)arenas : arenas[0];
#if NNRUN_IO_IN_ARENA /* the pointers are not used */
  int status = NNRUN_FUNCTION(0, 0, memory);
#else
  int status = NNRUN_FUNCTION(inputs, outputs, memory);
#endif
  volatile uint32_t *lowest = bottom;
  while (lowest < top && *lowest == PAINT_WORD)
    ++lowest;
  *stack = (uint32_t)((top - lowest) * 4);
  return status;
}

static uint32_t checksum(void) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < INPUTS; ++i)
    for (uint32_t b = 0; b < input_bytes[i]; ++b)
      sum = sum * 31u + ((const uint8_t *)inputs[i])[b];
  return sum;
}

int main(void) {
  int status = 0, fences = 1, unchanged = 1, exact = 1;
  uint32_t stack = 0;
  FILE *in = fopen("inputs.bin", "rb"), *out = fopen("outputs.bin", "wb");
  if (!in || !out)
    return 90;
  for (int r = 0; r < NNRUN_RUNS && status == 0; ++r) {
    const uint8_t poison = r & 1 ? 0x5A : 0xFF;
    poison_arenas(poison);
    memset(io_block, FENCE_BYTE, sizeof io_block);
    uint32_t used = place_io();
    for (uint32_t i = 0; i < INPUTS; ++i)
      if (fread((void *)(uintptr_t)inputs[i], 1, input_bytes[i], in) != input_bytes[i])
        return 91;
    uint32_t before = checksum(), one = 0;
    status = run_painted(&one);
    stack = one > stack ? one : stack;
    fences &= fences_hold(used);
    note_ends(poison);
    unchanged &= NNRUN_IO_IN_ARENA || checksum() == before;
    for (uint32_t i = 0; i < OUTPUTS; ++i)
      if (fwrite(outputs[i], 1, output_bytes[i], out) != output_bytes[i])
        return 92;
  }
  for (uint32_t i = 0; i < ARENAS; ++i)
    exact &= end_used[i];
  fclose(in);
  if (fclose(out))
    return 92;
  printf("status=%d stack=%lu fences=%s inputs=%s arena_end=%s\n", status, (unsigned long)stack,
         fences ? "ok" : "broken", unchanged ? "ok" : "changed", exact ? "used" : "unused");
  fflush(stdout);
  return status ? 1 : !(fences && unchanged);
}
