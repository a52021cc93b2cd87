/* Classifies grey 28x28 images with the compiled model resnet8: the whole of what an application
 * has to do. usage: classify IMAGE.pgm ... Part of nn-compile. SPDX-License-Identifier: Apache-2.0
 * WITH LLVM-exception */
#define _POSIX_C_SOURCE 200809L
#include "resnet8.h"
#include <stdio.h>
#include <time.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, CLASSES = 10 };

static const char *const kClasses[CLASSES] = {"t-shirt", "trouser",   "pullover", "dress",
                                              "coat",    "sandal",    "shirt",    "sneaker",
                                              "bag",     "ankle boot"};

/* All the memory that the model works in. */
static _Alignas(RESNET8_ARENA_ALIGN) unsigned char arena[RESNET8_ARENA_SIZE];

/* Reads a binary PGM of the right size as values 0 to 1; returns 0 on success. */
static int read_image(const char *path, float pixels[PIXELS]) {
  unsigned char bytes[PIXELS];
  int width = 0, height = 0, largest = 0, good = 0;
  FILE *file = fopen(path, "rb");
  if (!file)
    return 1;
  if (fscanf(file, "P5 %d %d %d", &width, &height, &largest) == 3 && width == SIDE &&
      height == SIDE && largest == 255 && fgetc(file) != EOF)
    good = fread(bytes, 1, PIXELS, file) == PIXELS;
  fclose(file);
  for (int i = 0; good && i < PIXELS; ++i)
    pixels[i] = (float)bytes[i] / 255.0f;
  return !good;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int count, char **paths) {
  float pixels[PIXELS], scores[CLASSES];
  resnet8_inputs in = {.input = pixels};
  resnet8_outputs out = {.probabilities = scores};
  double total = 0;
  for (int i = 1; i < count; ++i) {
    if (read_image(paths[i], pixels)) {
      fprintf(stderr, "classify: %s is not a binary PGM of %dx%d\n", paths[i], SIDE, SIDE);
      return 1;
    }
    double start = seconds();
    nnrt_status status = resnet8_run(&in, &out, arena);
    total += seconds() - start;
    if (status != NNRT_OK) {
      fprintf(stderr, "classify: resnet8_run gave status %d\n", (int)status);
      return 1;
    }
    int best = 0;
    for (int c = 1; c < CLASSES; ++c)
      if (scores[c] > scores[best])
        best = c;
    printf("%-16s %-10s %5.1f %%\n", paths[i], kClasses[best], 100.0 * (double)scores[best]);
  }
  if (count > 1)
    printf("%d images, %.3f ms each on average\n", count - 1, 1e3 * total / (count - 1));
  return 0;
}
