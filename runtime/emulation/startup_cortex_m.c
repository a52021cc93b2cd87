/* Start-up of a Cortex-M under an emulator with semihosting: enables the FPU and MVE, clears .bss,
 * calls main, exits with its value. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
 * LLVM-exception */
#include <stdint.h>

extern uint32_t nnrun_stack_top;
extern uint8_t __bss_start__, __bss_end__;
extern int main(void);
extern void exit(int);
extern void initialise_monitor_handles(void);

/* CPACR: access to coprocessors 10 and 11, the floating-point and vector unit (Armv7-M and Armv8-M
 * reference manuals). */
#define CPACR (*(volatile uint32_t *)0xE000ED88u)

__attribute__((noreturn, used)) void reset_handler(void) {
  CPACR |= 0xFu << 20;
  __asm__ volatile("dsb\n isb" ::: "memory");
  for (uint8_t *byte = &__bss_start__; byte < &__bss_end__; ++byte)
    *byte = 0;
  initialise_monitor_handles();
  exit(main());
}

static void fault_handler(void) { exit(99); }

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &nnrun_stack_top,
    (const void *)reset_handler,
    (const void *)fault_handler,
    (const void *)fault_handler,
    (const void *)fault_handler,
    (const void *)fault_handler,
    (const void *)fault_handler,
};

/* The C library's own start-up hooks; nothing here has constructors. */
void _init(void) {}
void _fini(void) {}
