// Files of several modules, as lit's split input: "// -----" stands between them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TEST_PASSES_MODULEFILE_H
#define NNC_TEST_PASSES_MODULEFILE_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

namespace nnc {

/// Calls `body` with the text of each module of a file ("-": standard input). How many there are;
/// ends the program with 1 and a message where the file cannot be read.
inline unsigned forEachModule(llvm::StringRef path,
                              llvm::function_ref<void(unsigned, llvm::StringRef)> body) {
  auto file = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!file) {
    llvm::errs() << path << ": " << file.getError().message() << '\n';
    std::exit(1);
  }
  llvm::SmallVector<llvm::StringRef> texts;
  (*file)->getBuffer().split(texts, "// -----");
  for (auto [number, text] : llvm::enumerate(texts))
    body(static_cast<unsigned>(number), text);
  return static_cast<unsigned>(texts.size());
}

} // namespace nnc

#endif
