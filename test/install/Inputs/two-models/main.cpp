// Two models in one firmware, in C++, in one arena that is as large as the larger of theirs. Part
// of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "board.h"
}
#include "dscnn.h"
#include "novelty.h"
#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace {
constexpr size_t kArena =
    DSCNN_ARENA_SIZE > NOVELTY_ARENA_SIZE ? DSCNN_ARENA_SIZE : NOVELTY_ARENA_SIZE;
constexpr size_t kAlign =
    DSCNN_ARENA_ALIGN > NOVELTY_ARENA_ALIGN ? DSCNN_ARENA_ALIGN : NOVELTY_ARENA_ALIGN;
alignas(kAlign) __attribute__((section(".arena"))) uint8_t arena[kArena];
float scores[2][DSCNN_OUT_PROBABILITIES_COUNT];
alignas(4) float pixels[DSCNN_IN_INPUT_COUNT], sound[NOVELTY_IN_INPUT_COUNT],
    rebuilt[NOVELTY_OUT_RECONSTRUCTION_COUNT];

bool classify(float *result) {
  dscnn_inputs in{};
  dscnn_outputs out{};
  in.input = pixels;
  out.probabilities = result;
  return dscnn_run(&in, &out, arena) == NNRT_OK;
}
} // namespace

extern "C" int main() {
  for (size_t i = 0; i < DSCNN_IN_INPUT_COUNT; ++i)
    pixels[i] = static_cast<float>(i % 29) / 29.0f;
  novelty_inputs in{};
  novelty_outputs out{};
  in.input = sound;
  out.reconstruction = rebuilt;
  if (!classify(scores[0]) || novelty_run(&in, &out, arena) != NNRT_OK || !classify(scores[1]))
    return 1;
  // What the second model left in the arena does not matter to the first.
  bool equal = memcmp(scores[0], scores[1], sizeof scores[0]) == 0;
  board_print(equal ? "equal results in one arena of " : "results differ in one arena of ");
  board_print_number(kArena);
  board_print(" bytes\n");
  return equal ? 0 : 1;
}
