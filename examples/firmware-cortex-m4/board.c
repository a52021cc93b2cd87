/* The Netduino Plus 2, an STM32F405: serial line, timer, and the end of the program by semihosting.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "board.h"

/* USART 1: state (bit 7: transmitter empty), data, baud rate, control (bit 13: on, bit 3:
 * transmit). */
struct usart {
  volatile uint32_t state, data, baud, control;
};
#define USART1 ((struct usart *)0x40011000u)

/* Timer 2, of 32 bits: control (bit 0: on), then others, count at 0x24, reload value at 0x2c. */
struct timer {
  volatile uint32_t control, others[8], count, prescaler, reload;
};
#define TIMER2 ((struct timer *)0x40000000u)
/* Clocks of the two, off after reset. */
#define CLOCK_TIMERS (*(volatile uint32_t *)0x40023840u)
#define CLOCK_USARTS (*(volatile uint32_t *)0x40023844u)

void board_start(void) {
  CLOCK_TIMERS |= 1u;
  CLOCK_USARTS |= 1u << 4;
  USART1->baud = 0x8b;
  USART1->control = 1u << 13 | 1u << 3;
  TIMER2->reload = 0xffffffffu;
  TIMER2->control = 1u;
}

uint32_t board_ticks(void) { return TIMER2->count; }

void board_print(const char *text) {
  for (; *text; ++text) {
    while (!(USART1->state & 1u << 7)) {
    }
    USART1->data = (uint8_t)*text;
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
