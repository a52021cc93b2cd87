/* From reset to main: stack, vectors, FPU, initial data.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "board.h"
#include <stdint.h>
#include <string.h>

/* Set by firmware.ld. */
extern uint8_t stack_top, data_begin, data_end, data_load, bss_begin, bss_end;
extern int main(void);

/* Coprocessor access control register: the FPU is off after reset. */
#define CPACR (*(volatile uint32_t *)0xE000ED88u)

__attribute__((noreturn, used)) void reset_handler(void) {
  CPACR |= 0xFu << 20;
  __asm__ volatile("dsb\n isb" ::: "memory");
  memcpy(&data_begin, &data_load, (size_t)(&data_end - &data_begin));
  memset(&bss_begin, 0, (size_t)(&bss_end - &bss_begin));
  board_start();
  board_stop(main());
}

static void fault_handler(void) {
  board_print("fault\n");
  board_stop(1);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &stack_top,
    (const void *)reset_handler,
    (const void *)fault_handler,
    (const void *)fault_handler,
    (const void *)fault_handler,
    (const void *)fault_handler,
    (const void *)fault_handler,
};
