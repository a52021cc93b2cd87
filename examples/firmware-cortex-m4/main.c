/* Firmware that classifies one picture and says on the serial line what it saw and what that took.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "board.h"
#include "dscnn.h"
#include <stddef.h>
#include <stdint.h>

extern const uint8_t picture[DSCNN_IN_INPUT_COUNT];
extern const uint8_t weights_begin, weights_end; /* set by firmware.ld */
extern uint8_t stack_bottom;

static const char *const kClasses[DSCNN_OUT_PROBABILITIES_COUNT] = {
    "t-shirt", "trouser", "pullover", "dress", "coat",
    "sandal",  "shirt",   "sneaker",  "bag",   "ankle boot"};

/* All the memory that the model works in; the linker script places it. */
static _Alignas(DSCNN_ARENA_ALIGN)
    __attribute__((section(".arena"))) uint8_t arena[DSCNN_ARENA_SIZE];
static float pixels[DSCNN_IN_INPUT_COUNT], scores[DSCNN_OUT_PROBABILITIES_COUNT];

static size_t best_class(void) {
  size_t best = 0;
  for (size_t c = 1; c < DSCNN_OUT_PROBABILITIES_COUNT; ++c)
    if (scores[c] > scores[best])
      best = c;
  return best;
}

static void print_bytes(const char *what, uint32_t bytes) {
  board_print(what);
  board_print_number(bytes);
  board_print(" bytes\n");
}

/* Writes a pattern below the stack pointer; what a call leaves of it tells how deep it went. */
enum { kPattern = 0xA5, kMargin = 64 };
static uint8_t *paint_stack(void) {
  uint8_t *top = (uint8_t *)__builtin_frame_address(0) - kMargin;
  for (volatile uint8_t *byte = &stack_bottom; byte < top; ++byte)
    *byte = kPattern;
  return top;
}

static uint32_t painted_stack_used(const uint8_t *top) {
  const uint8_t *byte = &stack_bottom;
  while (byte < top && *byte == kPattern)
    ++byte;
  return (uint32_t)(top - byte);
}

int main(void) {
  for (size_t i = 0; i < DSCNN_IN_INPUT_COUNT; ++i)
    pixels[i] = (float)picture[i] / 255.0f;
  const dscnn_inputs in = {.input = pixels};
  const dscnn_outputs out = {.probabilities = scores};
  const uint8_t *top = paint_stack();
  const uint32_t before = board_ticks();
  if (dscnn_run(&in, &out, arena) != NNRT_OK)
    return 1;
  const uint32_t ticks = board_ticks() - before, stack = painted_stack_used(top);

  const size_t best = best_class();
  board_print("saw: ");
  board_print(kClasses[best]);
  board_print(", ");
  board_print_number((uint32_t)(100.0f * scores[best] + 0.5f));
  board_print(" %\n");
  print_bytes("arena:   ", DSCNN_ARENA_SIZE);
  print_bytes("stack:   ", stack);
  print_bytes("bound:   ", DSCNN_STACK_MAX);
  print_bytes("weights: ", (uint32_t)(&weights_end - &weights_begin));
  board_print("time:    ");
  board_print_number(ticks);
  board_print(" ticks\n");
  return 0;
}
