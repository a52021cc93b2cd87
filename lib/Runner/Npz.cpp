// Archives in memory: reading and writing files is done elsewhere, with messages in words.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/Npz.h"

#include <memory>
#include <zip.h>

namespace nnc {

using llvm::createStringError;
using llvm::StringRef;

namespace {
struct ZipCloser {
  void operator()(zip_t *archive) const { zip_discard(archive); }
  void operator()(zip_file_t *file) const { zip_fclose(file); }
  void operator()(zip_source_t *source) const { zip_source_free(source); }
};
template <typename T> using Handle = std::unique_ptr<T, ZipCloser>;

/// What a call that failed has to say.
class Reason {
public:
  Reason() { zip_error_init(&error); }
  ~Reason() { zip_error_fini(&error); }
  zip_error_t *get() { return &error; }
  std::string text() { return zip_error_strerror(&error); }

private:
  zip_error_t error;
};
} // namespace

/// The whole contents of member `index`.
static llvm::Expected<std::string> readMember(zip_t *archive, zip_uint64_t index) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(archive, index, 0, &stat) != 0)
    return createStringError("member " + std::to_string(index) + ": " + zip_strerror(archive));
  std::string name = stat.name;
  auto bad = [&](const std::string &why) {
    return createStringError("member '" + name + "': " + why);
  };
  Handle<zip_file_t> file(zip_fopen_index(archive, index, 0));
  if (!file)
    return bad(zip_strerror(archive));
  // An array of more than 2 GiB is not an input of a model; a larger size is a damaged or hostile
  // directory.
  if (stat.size > (uint64_t(1) << 31))
    return bad("it claims to have " + std::to_string(stat.size) + " bytes");
  std::string contents(stat.size, '\0');
  char behind;
  // The checksum is verified when the end is reached.
  bool complete =
      zip_fread(file.get(), contents.data(), stat.size) == static_cast<zip_int64_t>(stat.size) &&
      zip_fread(file.get(), &behind, 1) == 0;
  if (complete)
    return contents;
  std::string why = zip_file_strerror(file.get());
  return bad("it is damaged (" + (why == "No error" ? "it ends early" : why) + ")");
}

/// An archive in the bytes of `source`, which it takes over.
static llvm::Expected<Handle<zip_t>> openArchive(Handle<zip_source_t> source, int flags) {
  Reason reason;
  Handle<zip_t> archive(zip_open_from_source(source.get(), flags, reason.get()));
  if (!archive)
    return createStringError("not a usable .npz archive: " + reason.text());
  (void)source.release();
  return archive;
}

llvm::Expected<std::vector<HostTensor>> parseNpz(StringRef bytes) {
  Reason reason;
  Handle<zip_source_t> source(
      zip_source_buffer_create(bytes.data(), bytes.size(), /*freep=*/0, reason.get()));
  if (!source)
    return createStringError(reason.text());
  llvm::Expected<Handle<zip_t>> archive = openArchive(std::move(source), ZIP_RDONLY);
  if (!archive)
    return archive.takeError();
  std::vector<HostTensor> tensors;
  zip_int64_t count = zip_get_num_entries(archive->get(), 0);
  if (count <= 0)
    return createStringError("not a usable .npz archive: it holds no arrays");
  for (zip_int64_t i = 0; i < count; ++i) {
    llvm::Expected<std::string> contents = readMember(archive->get(), i);
    if (!contents)
      return contents.takeError();
    StringRef name = zip_get_name(archive->get(), i, 0);
    llvm::Expected<HostTensor> tensor = parseNpy(*contents, name.str());
    if (!tensor)
      return createStringError("member '" + name.str() +
                               "': " + llvm::toString(tensor.takeError()));
    name.consume_back(".npy");
    tensor->name = name.str();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

/// The bytes that a closed archive has left in `source`.
static llvm::Expected<std::string> bytesOf(zip_source_t *source) {
  auto failed = [&] { return createStringError(zip_error_strerror(zip_source_error(source))); };
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_source_stat(source, &stat) < 0 || zip_source_open(source) < 0)
    return failed();
  std::string bytes(stat.size, '\0');
  zip_int64_t count = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  return count == static_cast<zip_int64_t>(bytes.size()) ? llvm::Expected<std::string>(bytes)
                                                         : failed();
}

llvm::Expected<std::string> formatNpz(const std::vector<HostTensor> &tensors) {
  constexpr zip_uint16_t kFirstDay = 1 << 5 | 1; // 1980-01-01: the time must not be in the bytes
  Reason reason;
  Handle<zip_source_t> target(zip_source_buffer_create(nullptr, 0, /*freep=*/0, reason.get()));
  if (!target)
    return createStringError(reason.text());
  zip_source_keep(target.get()); // one reference is the archive's
  llvm::Expected<Handle<zip_t>> archive =
      openArchive(Handle<zip_source_t>(target.get()), ZIP_CREATE | ZIP_TRUNCATE);
  if (!archive)
    return archive.takeError();
  std::vector<std::string> contents; // the archive reads them when it is closed
  for (const HostTensor &tensor : tensors)
    contents.push_back(formatNpy(tensor));
  for (size_t i = 0; i < tensors.size(); ++i) {
    zip_source_t *source =
        zip_source_buffer(archive->get(), contents[i].data(), contents[i].size(), 0);
    zip_int64_t index = zip_file_add(archive->get(), (tensors[i].name + ".npy").c_str(), source,
                                     ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8);
    if (index < 0 || zip_set_file_compression(archive->get(), index, ZIP_CM_STORE, 0) < 0 ||
        zip_file_set_dostime(archive->get(), index, 0, kFirstDay, 0) < 0)
      return createStringError(zip_strerror(archive->get()));
  }
  if (zip_close(archive->get()) < 0)
    return createStringError(zip_strerror(archive->get()));
  (void)archive->release(); // closed
  return bytesOf(target.get());
}

} // namespace nnc
