/* Runs one model on a painted stack of its own and prints how deep the call went, in bytes, from
 * the stack pointer before it. Built with -DMODEL=name -DMODEL_UPPER=NAME -DHEADER="name.h" for
 * x86-64. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include HEADER

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(suffix) JOIN(MODEL, suffix)
#define MACRO(suffix) JOIN(MODEL_UPPER, suffix)

enum { STACK = 1 << 20, PAINTED = 1 << 18, PAINT = 0xA5 };

static unsigned char stack[STACK] __attribute__((aligned(4096)));
static float input[1 << 16], output[1 << 16];
static void *arena;
static size_t used;

__attribute__((noinline)) static uintptr_t stack_pointer(void) {
  uintptr_t value;
  __asm__ volatile("mov %%rsp, %0" : "=r"(value));
  return value + sizeof value; /* before the call */
}

/* Both structures hold one pointer each. */
static void *measure(void *unused) {
  NAME(_inputs) in;
  NAME(_outputs) out;
  const void *from = input;
  void *to = output;
  memcpy(&in, &from, sizeof from);
  memcpy(&out, &to, sizeof to);
  unsigned char *top = (unsigned char *)stack_pointer();
  for (volatile unsigned char *byte = top - PAINTED; byte < top; ++byte)
    *byte = PAINT;
  if (NAME(_run)(&in, &out, arena) != 0)
    exit(3);
  unsigned char *lowest = top - PAINTED;
  while (lowest < top && *lowest == PAINT)
    ++lowest;
  used = (size_t)(top - lowest);
  return unused;
}

int main(void) {
  pthread_attr_t attributes;
  pthread_t thread;
  for (int i = 0; i < 1 << 16; ++i)
    input[i] = (float)(i % 17) / 8.0f - 1.0f;
  arena = aligned_alloc(64, (MACRO(_ARENA_SIZE) + 127u) & ~63u);
  pthread_attr_init(&attributes);
  if (pthread_attr_setstack(&attributes, stack, STACK) != 0 ||
      pthread_create(&thread, &attributes, measure, NULL) != 0 || pthread_join(thread, NULL) != 0)
    return 2;
  printf("%zu\n", used);
  return 0;
}
