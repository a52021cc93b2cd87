// Reproducers lie among temporary files: the current folder may be a repository or read-only.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/Reproducer.h"

#include "lib/Artifacts/OutputFiles.h"
#include "lib/Driver/Version.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace nnc {

using namespace llvm;

static std::string describeCommand(ArrayRef<std::string> commandLine) {
  std::string text;
  for (const std::string &argument : commandLine)
    text += (text.empty() ? "'" : " '") + argument + "'";
  return text;
}

std::string writeReproducer(ArrayRef<std::string> commandLine, StringRef details) {
  SmallString<128> current;
  (void)sys::fs::current_path(current);
  std::string text = "nn-compile " + kVersion.str() + "\nfolder: " + current.str().str() +
                     "\ncommand: " + describeCommand(commandLine) + "\n\n" + details.str() + "\n";
  SmallString<128> folder, path;
  sys::path::system_temp_directory(/*ErasedOnReboot=*/true, folder);
  int descriptor = -1;
  std::error_code reason = sys::fs::createUniqueFile(folder + "/nn-compile-%%%%%%%%.reproducer.txt",
                                                     descriptor, path, sys::fs::OF_None, 0600);
  if (reason)
    return "please report it with the model; a reproducer could not be written to '" +
           folder.str().str() + "': " + reason.message();
  Error failed = writeAll(descriptor, text, path);
  sys::fs::file_t file = sys::fs::convertFDToNativeFile(descriptor);
  (void)sys::fs::closeFile(file);
  if (!failed)
    return "please report it with the model and the file " + path.str().str();
  (void)sys::fs::remove(path);
  return "please report it with the model; a reproducer could not be written: " +
         toString(std::move(failed));
}

} // namespace nnc
