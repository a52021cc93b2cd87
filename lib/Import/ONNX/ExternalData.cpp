// Reading tensor files that a model names.
//
// The names come from a file that may be hostile, so a location is walked one component at a
// time with openat and O_NOFOLLOW: no "..", no absolute path, no symbolic link anywhere, and
// the file at the end must be regular and have one name only (a second hard link could belong
// to anybody). Data are read, not mapped: a file cut short later cannot fault the compiler.
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/ExternalData.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA1.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace mlir;

namespace nnc::onnx {

/// Good for every element type and for vector loads of constants.
static constexpr size_t blobAlignment = 64;

struct ExternalFiles::Entry {
  std::string location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
  std::string checksum;
};

ExternalFiles::ExternalFiles(StringRef modelPath)
    : folder(llvm::sys::path::parent_path(modelPath).str()) {
  if (folder.empty())
    folder = ".";
}

ExternalFiles::~ExternalFiles() {
  if (folderDescriptor >= 0)
    ::close(folderDescriptor);
}

/// Parses a decimal number that fits 63 bits.
static bool parseSize(StringRef text, uint64_t &value) {
  return !text.empty() && llvm::all_of(text, llvm::isDigit) && !text.getAsInteger(10, value) &&
         value <= static_cast<uint64_t>(INT64_MAX);
}

FailureOr<ExternalFiles::Entry> ExternalFiles::parse(const TensorProto &tensor,
                                                     Report report) const {
  Entry entry;
  llvm::SmallVector<StringRef> seen;
  for (const StringStringEntryProto &pair : tensor.external_data()) {
    StringRef key = pair.key(), value = pair.value();
    if (llvm::is_contained(seen, key))
      return report() << "external data state '" << key << "' twice";
    seen.push_back(key);
    uint64_t number = 0;
    if (key == "location") {
      entry.location = value.str();
    } else if (key == "offset" || key == "length") {
      if (!parseSize(value, number))
        return report() << "external data have " << key << " '" << value
                        << "', expected a number of bytes";
      if (key == "offset")
        entry.offset = number;
      else
        entry.length = number;
    } else if (key == "checksum") {
      entry.checksum = value.lower();
    } else if (key != "basepath") { // written by old tools, never needed
      return report() << "external data have an unknown key '" << key
                      << "', expected location, offset, length or checksum";
    }
  }
  if (entry.location.empty())
    return report() << "external data name no location";
  return entry;
}

/// Why a location may not be followed, judged by its text alone; empty when it may.
static StringRef judgeLocation(StringRef location) {
  if (location.contains('\0'))
    return "contains a null character";
  if (location.starts_with("/"))
    return "is an absolute path, expected one inside the model's folder";
  SmallVector<StringRef> components;
  location.split(components, '/');
  if (llvm::is_contained(components, ".."))
    return "leaves the model's folder";
  if (components.back().empty() || components.back() == ".")
    return "names a folder, expected a file";
  return "";
}

FailureOr<int> ExternalFiles::open(StringRef location, Report report) {
  auto refuse = [&](const llvm::Twine &why) {
    size_t end = strnlen(location.data(), location.size()); // show no null characters
    return report() << "external data location '" << location.take_front(end) << "' " << why;
  };
  if (StringRef why = judgeLocation(location); !why.empty())
    return refuse(why);
  if (folderDescriptor < 0)
    folderDescriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folderDescriptor < 0)
    return refuse(llvm::Twine("cannot be opened: ") + std::strerror(errno));

  SmallVector<StringRef> components;
  location.split(components, '/', -1, /*KeepEmpty=*/false);
  int current = folderDescriptor;
  for (auto [i, component] : llvm::enumerate(components)) {
    bool last = i + 1 == components.size();
    // O_NONBLOCK: a pipe must be refused below, not waited for.
    int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | (last ? O_NONBLOCK : O_DIRECTORY);
    int next = ::openat(current, component.str().c_str(), flags);
    int error = errno;
    if (current != folderDescriptor)
      ::close(current);
    // O_NOFOLLOW gives ELOOP, together with O_DIRECTORY it gives ENOTDIR.
    if (next < 0 && error == ELOOP)
      return refuse("passes through a symbolic link");
    if (next < 0 && error == ENOTDIR)
      return refuse("passes through something that is not a folder");
    if (next < 0)
      return refuse(llvm::Twine("cannot be opened: ") + std::strerror(error));
    current = next;
  }
  return current;
}

/// Reads exactly `size` bytes; false when the file ends early or cannot be read.
static bool readFully(int fd, char *data, uint64_t size, uint64_t offset) {
  while (size > 0) {
    ssize_t n = ::pread(fd, data, std::min<uint64_t>(size, 1u << 30), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    data += n;
    offset += static_cast<uint64_t>(n);
    size -= static_cast<uint64_t>(n);
  }
  return true;
}

LogicalResult ExternalFiles::verifyChecksum(int fd, const Entry &entry, Report report) {
  std::string &digest = digests[entry.location];
  if (digest.empty()) {
    llvm::SHA1 hash;
    std::vector<uint8_t> buffer(1 << 20);
    ssize_t n;
    for (off_t at = 0; (n = ::pread(fd, buffer.data(), buffer.size(), at)) > 0; at += n)
      hash.update(llvm::ArrayRef<uint8_t>(buffer.data(), static_cast<size_t>(n)));
    digest = llvm::toHex(hash.final(), /*LowerCase=*/true);
  }
  if (digest == entry.checksum)
    return success();
  return report() << "external file '" << entry.location << "' has SHA-1 " << digest
                  << ", expected " << entry.checksum << "; the file was changed or damaged";
}

FailureOr<AsmResourceBlob> ExternalFiles::read(const TensorProto &tensor, uint64_t bytes,
                                               Report report) {
  FailureOr<Entry> entry = parse(tensor, report);
  if (failed(entry))
    return failure();
  FailureOr<int> fd = open(entry->location, report);
  if (failed(fd))
    return failure();
  llvm::scope_exit closing([&] { ::close(*fd); });
  struct stat status;
  if (::fstat(*fd, &status) != 0)
    return report() << "external file '" << entry->location
                    << "' cannot be read: " << std::strerror(errno);
  if (!S_ISREG(status.st_mode))
    return report() << "external file '" << entry->location << "' is not a regular file";
  if (status.st_nlink != 1)
    return report() << "external file '" << entry->location << "' has " << uint64_t{status.st_nlink}
                    << " hard links, expected one; copy it";

  uint64_t fileSize = static_cast<uint64_t>(status.st_size);
  if (entry->offset > fileSize)
    return report() << "external data begin at byte " << entry->offset << " of '" << entry->location
                    << "', which has " << fileSize;
  uint64_t length = entry->length.value_or(fileSize - entry->offset);
  if (length > fileSize - entry->offset)
    return report() << "external data end at byte " << entry->offset + length << " of '"
                    << entry->location << "', which has " << fileSize;
  if (length != bytes)
    return report() << "external data have " << length << " bytes, expected " << bytes
                    << " for its shape and element type";
  if (!entry->checksum.empty() && failed(verifyChecksum(*fd, *entry, report)))
    return failure();
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(bytes, blobAlignment);
  if (!readFully(*fd, blob.getMutableData().data(), bytes, entry->offset))
    return report() << "external file '" << entry->location << "' cannot be read to its end";
  SmallString<128> path(folder);
  llvm::sys::path::append(path, entry->location);
  if (!llvm::is_contained(paths, path.str()))
    paths.push_back(path.str().str());
  return blob;
}

} // namespace nnc::onnx
