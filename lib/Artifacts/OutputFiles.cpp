// Atomic output by temporary names in the same folder.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/OutputFiles.h"

#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <sys/stat.h>

namespace nnc {

using namespace llvm;

static Error cannot(StringRef what, StringRef path, std::error_code reason) {
  return createStringError(reason, "cannot " + what + " '" + path + "': " + reason.message());
}

OutputFiles::~OutputFiles() {
  for (Pending &entry : pending)
    consumeError(entry.file.discard());
}

Error writeAll(int descriptor, StringRef contents, StringRef path) {
  raw_fd_ostream out(descriptor, /*shouldClose=*/false);
  out << contents;
  out.flush();
  std::error_code failed = out.error();
  out.clear_error();
  return failed ? cannot("write", path, failed) : Error::success();
}

Error OutputFiles::add(const std::string &path, StringRef contents) {
  if (sys::fs::is_directory(path))
    return createStringError("cannot write '" + path + "': it is a folder");
  Expected<sys::fs::TempFile> file = sys::fs::TempFile::create(path + ".%%%%%%%%.tmp", 0666);
  if (!file)
    return cannot("write", path, errorToErrorCode(file.takeError()));
  pending.push_back({path, std::move(*file)});
  return writeAll(pending.back().file.FD, contents, path);
}

Error OutputFiles::commit() {
  for (Pending &entry : pending) {
    if (Error failed = entry.file.keep(entry.path)) {
      std::error_code reason = errorToErrorCode(std::move(failed));
      return cannot("write", entry.path, reason);
    }
  }
  pending.clear();
  return Error::success();
}

Expected<std::string> makeArchive(StringRef object, StringRef memberName) {
  NewArchiveMember member(MemoryBufferRef(object, memberName));
  std::string bytes;
  raw_string_ostream out(bytes);
  bytes.reserve(object.size() + 4096);
  if (Error failed =
          writeArchiveToStream(out, member, SymtabWritingMode::NormalSymtab, object::Archive::K_GNU,
                               /*Deterministic=*/true, /*Thin=*/false))
    return std::move(failed);
  return bytes;
}

} // namespace nnc
