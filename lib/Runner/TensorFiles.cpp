// Tensors by file name: one array, an archive of arrays, or an ONNX tensor.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/HostTensor.h"
#include "lib/Runner/OnnxTensor.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <zip.h>

namespace nnc {

using llvm::createStringError;
using llvm::StringRef;

namespace {
struct ZipCloser {
  void operator()(zip_t *archive) const { zip_discard(archive); }
  void operator()(zip_file_t *file) const { zip_fclose(file); }
};
} // namespace

/// The whole contents of member `index`.
static llvm::Expected<std::string> readMember(zip_t *archive, zip_uint64_t index,
                                              const std::string &path) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  std::unique_ptr<zip_file_t, ZipCloser> file;
  if (zip_stat_index(archive, index, 0, &stat) == 0)
    file.reset(zip_fopen_index(archive, index, 0));
  // An array of more than 2 GiB is not an input of a model; a larger size is a damaged or hostile
  // directory.
  if (!file || stat.size > (uint64_t(1) << 31))
    return createStringError("'" + path + "': cannot read member " + std::to_string(index));
  std::string contents(stat.size, '\0');
  if (zip_fread(file.get(), contents.data(), stat.size) != static_cast<zip_int64_t>(stat.size))
    return createStringError("'" + path + "': member '" + stat.name + "' is damaged");
  return contents;
}

static llvm::Expected<std::vector<HostTensor>> readNpz(const std::string &path) {
  int code = 0;
  std::unique_ptr<zip_t, ZipCloser> archive(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (!archive)
    return createStringError("'" + path + "' is not a usable .npz archive (libzip error " +
                             std::to_string(code) + ")");
  std::vector<HostTensor> tensors;
  for (zip_int64_t i = 0, n = zip_get_num_entries(archive.get(), 0); i < n; ++i) {
    llvm::Expected<std::string> contents = readMember(archive.get(), i, path);
    if (!contents)
      return contents.takeError();
    StringRef name = zip_get_name(archive.get(), i, 0);
    name.consume_back(".npy");
    llvm::Expected<HostTensor> tensor = parseNpy(*contents, name.str());
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

llvm::Expected<std::vector<HostTensor>> readTensors(const std::string &path) {
  StringRef suffix = llvm::sys::path::extension(path);
  if (suffix == ".npz")
    return readNpz(path);
  if (suffix != ".npy" && suffix != ".pb")
    return createStringError("'" + path + "': unknown kind of tensor file; use .npz, .npy or .pb");
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError("cannot read '" + path + "': " + buffer.getError().message());
  llvm::Expected<HostTensor> tensor =
      suffix == ".npy" ? parseNpy((*buffer)->getBuffer(), llvm::sys::path::stem(path).str())
                       : parseOnnxTensor((*buffer)->getBuffer(), path);
  if (!tensor)
    return tensor.takeError();
  std::vector<HostTensor> tensors;
  tensors.push_back(std::move(*tensor));
  return tensors;
}

llvm::Error writeNpz(const std::string &path, const std::vector<HostTensor> &tensors) {
  int code = 0;
  std::unique_ptr<zip_t, ZipCloser> archive(
      zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (!archive)
    return createStringError("cannot write '" + path + "' (libzip error " + std::to_string(code) +
                             ")");
  std::vector<std::string> contents; // libzip reads them when it closes the archive
  for (const HostTensor &tensor : tensors)
    contents.push_back(formatNpy(tensor));
  for (size_t i = 0; i < tensors.size(); ++i) {
    zip_source_t *source =
        zip_source_buffer(archive.get(), contents[i].data(), contents[i].size(), 0);
    zip_int64_t index = zip_file_add(archive.get(), (tensors[i].name + ".npy").c_str(), source,
                                     ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8);
    if (index < 0 || zip_set_file_compression(archive.get(), index, ZIP_CM_STORE, 0) < 0)
      return createStringError("cannot write '" + path + "': " + zip_strerror(archive.get()));
  }
  if (zip_close(archive.get()) < 0)
    return createStringError("cannot write '" + path + "': " + zip_strerror(archive.get()));
  (void)archive.release(); // closed
  return llvm::Error::success();
}

} // namespace nnc
