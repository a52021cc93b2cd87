/* What the firmware needs of its board.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/* Turns the serial line and the timer on. */
void board_start(void);

/* A free running counter. */
uint32_t board_ticks(void);

/* Sends text over the serial line. */
void board_print(const char *text);
void board_print_number(uint32_t value);

/* Ends the program; an emulator exits with 0 if status is 0, else with 1. */
__attribute__((noreturn)) void board_stop(int status);

#endif
