// The machines that QEMU 7.2 offers for each target, with their memory maps.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_BOARDS_H
#define NNC_LIB_RUNNER_BOARDS_H

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace nnc {

struct Board {
  llvm::StringRef target;
  llvm::StringRef machine;   ///< -M of qemu-system-arm; empty: a Linux process under qemu-aarch64
  llvm::StringRef cpuFlags;  ///< of the C compiler for the harness
  llvm::StringRef hardFloat; ///< flags for the hard-float ABI; empty: the core has none
  llvm::StringRef code, codeSize, ram, ramSize;
};

/// The board of a target; null where there is none.
const Board *boardFor(llvm::StringRef target);

/// The targets that have one.
std::vector<std::string> boardNames();

} // namespace nnc

#endif
