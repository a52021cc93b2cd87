// Files that appear all together or not at all.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_ARTIFACTS_OUTPUTFILES_H
#define NNC_LIB_ARTIFACTS_OUTPUTFILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"

#include <string>
#include <vector>

namespace nnc {

/// Each file is written beside its final place under another name; `commit` renames them. Without
/// it, or when the process is interrupted, nothing remains.
class OutputFiles {
public:
  OutputFiles() = default;
  OutputFiles(const OutputFiles &) = delete;
  OutputFiles &operator=(const OutputFiles &) = delete;
  ~OutputFiles();

  /// Writes the contents of a future file. Errors name the path and the reason, also that of a full
  /// disk. A device or a pipe is written at once: it cannot be replaced by a file.
  /// Where the path is a link to a file, that file is replaced.
  llvm::Error add(const std::string &path, llvm::StringRef contents);

  /// Gives all files their names; where one cannot get its own, none remains.
  llvm::Error commit();

private:
  struct Pending {
    std::string path;
    llvm::sys::fs::TempFile file;
  };
  std::vector<Pending> pending;
};

/// Writes to an open file; the error says which path could not be written and why.
llvm::Error writeAll(int descriptor, llvm::StringRef contents, llvm::StringRef path);

/// An object in a static library.
struct ArchiveMember {
  llvm::StringRef object;
  std::string name;
};

/// A static library, the same bytes for the same objects.
llvm::Expected<std::string> makeArchive(llvm::ArrayRef<ArchiveMember> members);

} // namespace nnc

#endif
