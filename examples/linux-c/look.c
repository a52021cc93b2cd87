/* Looks at grey 28x28 images with two models that share one piece of memory: what is it, and how
 * unlike is it to what the models know? C99. usage: look IMAGE.pgm ... Part of nn-compile.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "dscnn.h"
#include "novelty.h"
#include <stdint.h>
#include <stdio.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, CLASSES = 10, BORDER = 72 };

static const char *const kClasses[CLASSES] = {"t-shirt", "trouser",   "pullover", "dress",
                                              "coat",    "sandal",    "shirt",    "sneaker",
                                              "bag",     "ankle boot"};

/* The models run one after the other, so both may work in the same bytes. */
#define MAX(a, b) ((a) > (b) ? (a) : (b))
static uint8_t
    memory[MAX(DSCNN_ARENA_SIZE, NOVELTY_ARENA_SIZE) + MAX(DSCNN_ARENA_ALIGN, NOVELTY_ARENA_ALIGN)];

/* The first address in `memory` that suits both models; C99 has no alignment specifier. */
static void *arena(void) {
  const uintptr_t align = MAX(DSCNN_ARENA_ALIGN, NOVELTY_ARENA_ALIGN);
  return (void *)(((uintptr_t)memory + align - 1) / align * align);
}

/* Reads a binary PGM of the right size as values 0 to 1; returns 0 on success. */
static int read_image(const char *path, float pixels[PIXELS]) {
  unsigned char bytes[PIXELS];
  int width = 0, height = 0, largest = 0, good = 0, i;
  FILE *file = fopen(path, "rb");
  if (!file)
    return 1;
  if (fscanf(file, "P5 %d %d %d", &width, &height, &largest) == 3 && width == SIDE &&
      height == SIDE && largest == 255 && fgetc(file) != EOF)
    good = fread(bytes, 1, PIXELS, file) == PIXELS;
  fclose(file);
  for (i = 0; good && i < PIXELS; ++i)
    pixels[i] = (float)bytes[i] / 255.0f;
  return !good;
}

static int best_class(const float *scores) {
  int best = 0, c;
  for (c = 1; c < CLASSES; ++c)
    if (scores[c] > scores[best])
      best = c;
  return best;
}

/* Mean squared error of the autoencoder's reconstruction: small for what it was trained on. */
static float mean_squared_error(const float *seen, const float *rebuilt) {
  float sum = 0;
  size_t i;
  for (i = 0; i < NOVELTY_IN_INPUT_COUNT; ++i)
    sum += (seen[i] - rebuilt[i]) * (seen[i] - rebuilt[i]);
  return sum / (float)NOVELTY_IN_INPUT_COUNT;
}

int main(int count, char **paths) {
  static float pixels[PIXELS], scores[CLASSES], rebuilt[NOVELTY_OUT_RECONSTRUCTION_COUNT];
  const dscnn_inputs image = {pixels};
  const dscnn_outputs classes = {scores};
  const novelty_inputs middle = {pixels + BORDER}; /* the autoencoder takes the middle rows */
  const novelty_outputs reconstruction = {rebuilt};
  int i;
  for (i = 1; i < count; ++i) {
    if (read_image(paths[i], pixels)) {
      fprintf(stderr, "look: %s is not a binary PGM of %dx%d\n", paths[i], SIDE, SIDE);
      return 1;
    }
    if (dscnn_run(&image, &classes, arena()) != NNRT_OK ||
        novelty_run(&middle, &reconstruction, arena()) != NNRT_OK)
      return 2;
    printf("%-16s %-10s %5.1f %%  error %.4f\n", paths[i], kClasses[best_class(scores)],
           100.0 * (double)scores[best_class(scores)],
           (double)mean_squared_error(pixels + BORDER, rebuilt));
  }
  return 0;
}
