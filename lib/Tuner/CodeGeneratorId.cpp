// The program's bytes stand for everything that decides about generated code.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Tuner/CodeGeneratorId.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/xxhash.h"

#include <fmt/format.h>

namespace nnc {

/// Zero where the system does not tell which file runs.
static uint64_t hashProgram() {
  static int anchor = 0;
  std::string path = llvm::sys::fs::getMainExecutable(nullptr, &anchor);
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  return file ? llvm::xxh3_64bits((*file)->getBuffer()) : 0;
}

const std::string &codeGeneratorId() {
  static const std::string id = fmt::format("{:016x}, LLVM {}", hashProgram(), LLVM_VERSION_STRING);
  return id;
}

} // namespace nnc
