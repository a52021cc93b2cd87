/* One picture of the quickstart, 28x28 grey bytes, without its 13 bytes of file header.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
  .section .rodata.picture, "a"
  .global picture
picture:
  .incbin "ankle-boot.pgm", 13
  .section .note.GNU-stack, "", %progbits
