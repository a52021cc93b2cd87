// Dependencies in the syntax of make.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/Depfile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace nnc {

/// A path as a word of make: blanks and '#' behind a backslash, '$' twice.
static std::string wordOf(llvm::StringRef path) {
  std::string word;
  for (char c : path) {
    if (c == ' ' || c == '\t' || c == '#')
      word += '\\';
    if (c == '$')
      word += '$';
    word += c;
  }
  return word;
}

std::string writeDepfile(llvm::ArrayRef<std::string> targets,
                         llvm::ArrayRef<std::string> prerequisites) {
  auto words = [](llvm::ArrayRef<std::string> paths, llvm::StringRef between) {
    return llvm::join(llvm::map_range(paths, wordOf), between);
  };
  std::string text = words(targets, " ") + ": \\\n  " + words(prerequisites, " \\\n  ") + "\n";
  for (const std::string &path : prerequisites)
    text += "\n" + wordOf(path) + ":\n";
  return text;
}

} // namespace nnc
