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

/// Writes into what exists and is no regular file, like a device or a pipe: a rename would replace
/// it.
static Error writeInPlace(const std::string &path, StringRef contents) {
  int descriptor = -1;
  if (std::error_code reason =
          sys::fs::openFileForWrite(path, descriptor, sys::fs::CD_OpenExisting))
    return cannot("write", path, reason);
  Error failed = writeAll(descriptor, contents, path);
  sys::fs::file_t file = sys::fs::convertFDToNativeFile(descriptor);
  (void)sys::fs::closeFile(file);
  return failed;
}

/// Where a file goes: a link to a file stays a link.
static std::string behindLinks(const std::string &path) {
  SmallString<128> real;
  return sys::fs::is_symlink_file(path) && !sys::fs::real_path(path, real) ? real.str().str()
                                                                           : path;
}

Error OutputFiles::add(const std::string &path, StringRef contents) {
  sys::fs::file_status status;
  std::error_code missing = sys::fs::status(path, status);
  if (!missing && status.type() == sys::fs::file_type::directory_file)
    return createStringError("cannot write '" + path + "': it is a folder");
  if (!missing && status.type() != sys::fs::file_type::regular_file)
    return writeInPlace(path, contents);
  std::string place = behindLinks(path);
  Expected<sys::fs::TempFile> file = sys::fs::TempFile::create(place + ".%%%%%%%%.tmp", 0666);
  if (!file)
    return cannot("write", path, errorToErrorCode(file.takeError()));
  pending.push_back({place, std::move(*file)});
  return writeAll(pending.back().file.FD, contents, path);
}

Error OutputFiles::commit() {
  for (size_t i = 0; i < pending.size(); ++i) {
    if (Error failed = pending[i].file.keep(pending[i].path)) {
      std::error_code reason = errorToErrorCode(std::move(failed));
      for (size_t done = 0; done < i; ++done)
        (void)sys::fs::remove(pending[done].path);
      return cannot("write", pending[i].path, reason);
    }
  }
  pending.clear();
  return Error::success();
}

Expected<std::string> makeArchive(ArrayRef<ArchiveMember> members) {
  SmallVector<NewArchiveMember> list;
  size_t size = 4096;
  for (const ArchiveMember &member : members) {
    list.emplace_back(MemoryBufferRef(member.object, member.name));
    size += member.object.size();
  }
  std::string bytes;
  raw_string_ostream out(bytes);
  bytes.reserve(size);
  if (Error failed =
          writeArchiveToStream(out, list, SymtabWritingMode::NormalSymtab, object::Archive::K_GNU,
                               /*Deterministic=*/true, /*Thin=*/false))
    return std::move(failed);
  return bytes;
}

} // namespace nnc
