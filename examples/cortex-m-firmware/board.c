/* The Arm MPS2 board (AN386): serial line, and the end of the program by semihosting.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "board.h"

/* CMSDK UART 0: data, state (bit 0: transmitter full), control (bit 0: transmitter on), baud rate
 * divider. */
struct uart {
  volatile uint32_t data, state, control, interrupt, divider;
};
#define UART0 ((struct uart *)0x40004000u)

void board_print(const char *text) {
  UART0->divider = 16;
  UART0->control = 1;
  for (; *text; ++text) {
    while (UART0->state & 1u) {
    }
    UART0->data = (uint8_t)*text;
  }
}

void board_print_number(uint32_t value) {
  char digits[11], *at = digits + sizeof digits;
  *--at = 0;
  do
    *--at = (char)('0' + value % 10u);
  while (value /= 10u);
  board_print(at);
}

/* Semihosting call SYS_EXIT: a debugger or emulator takes over. Without one the breakpoint stops
 * the core. */
void board_stop(int status) {
  register uint32_t call __asm__("r0") = 0x18;
  register uint32_t reason __asm__("r1") = status ? 0x20023u : 0x20026u; /* error, normal exit */
  __asm__ volatile("bkpt 0xab" ::"r"(call), "r"(reason) : "memory");
  for (;;) {
  }
}
