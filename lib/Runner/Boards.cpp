// Boards and memory maps. Source: QEMU's documentation of the mps2, mps3 boards and the boards'
// application notes. The Cortex-M0 code runs on the Cortex-M3 board, whose instruction set contains
// it and which has memory for real models. Part of nn-compile. SPDX-License-Identifier: Apache-2.0
// WITH LLVM-exception
#include "lib/Runner/Boards.h"

namespace nnc {

static constexpr Board kBoards[] = {
    {"aarch64", "", "", "", "", "", "", ""},
    {"cortex-m0", "mps2-an385", "-mcpu=cortex-m0 -mthumb", "", "0", "4M", "0x20000000", "4M"},
    {"cortex-m3", "mps2-an385", "-mcpu=cortex-m3 -mthumb", "", "0", "4M", "0x20000000", "4M"},
    {"cortex-m4", "mps2-an386", "-mcpu=cortex-m4 -mthumb", "-mfloat-abi=hard -mfpu=fpv4-sp-d16",
     "0", "4M", "0x20000000", "4M"},
    {"cortex-m7", "mps2-an500", "-mcpu=cortex-m7 -mthumb", "-mfloat-abi=hard -mfpu=fpv5-d16", "0",
     "4M", "0x20000000", "4M"},
    {"cortex-m33", "mps2-an505", "-mcpu=cortex-m33 -mthumb", "-mfloat-abi=hard -mfpu=fpv5-sp-d16",
     "0x10000000", "4M", "0x38000000", "4M"},
    {"cortex-m55", "mps3-an547", "-mcpu=cortex-m55 -mthumb", "-mfloat-abi=hard", "0", "512K",
     "0x01000000", "2M"},
};

const Board *boardFor(llvm::StringRef target) {
  for (const Board &board : kBoards)
    if (board.target == target)
      return &board;
  return nullptr;
}

std::vector<std::string> boardNames() {
  std::vector<std::string> names;
  for (const Board &board : kBoards)
    names.push_back(board.target.str());
  return names;
}

} // namespace nnc
