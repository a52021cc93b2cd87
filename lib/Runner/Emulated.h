// Runs a compiled object on an emulated machine: links it with our own start-up and harness and
// starts QEMU. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_EMULATED_H
#define NNC_LIB_RUNNER_EMULATED_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nnc {

/// One object and how it is called.
struct EmulationJob {
  std::string target;   ///< "aarch64" or "cortex-m0" … "cortex-m55"
  std::string cpu;      ///< CPU model for the emulator; empty: the target's
  std::string floatAbi; ///< "soft" or "hard"; empty: the target's
  std::string prefix;   ///< the object offers <prefix>_run
  llvm::StringRef object;
  /// One, or one for each region of memory: first byte in the arena's numbering, and size.
  struct Arena {
    uint64_t start, bytes;
  };
  std::vector<Arena> arenas;
  std::vector<uint64_t> inputBytes, outputBytes;
  /// Places of all inputs and outputs in the arena, in bytes; empty where they lie outside.
  std::vector<uint64_t> inputOffsets, outputOffsets;
};

struct EmulationResult {
  /// Per run, per output: the bytes.
  std::vector<std::vector<std::vector<char>>> outputs;
  uint64_t stackBytes = 0;   ///< deepest stack that was touched
  bool arenaEndUsed = false; ///< each arena's last byte was written: its size is exact
};

/// Runs the object once per element of `inputs` (per run, per input: the bytes). Errors: a tool
/// that is missing or fails, a status other than 0, a fence that was overwritten, an input outside
/// the arena that was modified.
llvm::Expected<EmulationResult> emulate(const EmulationJob &job,
                                        llvm::ArrayRef<std::vector<std::vector<char>>> inputs,
                                        const std::string &supportFolder);

/// Where start-up, harness and memory map lie: beside the tools when installed, else in the source
/// tree.
llvm::Expected<std::string> findEmulationSupport(const char *argv0);

} // namespace nnc

#endif
