// Tensors by file name: one array, an archive of arrays, or an ONNX tensor.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/OutputFiles.h"
#include "lib/Runner/HostTensor.h"
#include "lib/Runner/Npz.h"
#include "lib/Runner/OnnxTensor.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace nnc {

using llvm::createFileError;
using llvm::createStringError;
using llvm::StringRef;

using Tensors = std::vector<HostTensor>;

/// The one tensor of a file; its name may have come about by chance.
static llvm::Expected<Tensors> alone(llvm::Expected<HostTensor> tensor, StringRef stem) {
  if (!tensor)
    return tensor.takeError();
  tensor->named = false;
  if (tensor->name.empty())
    tensor->name = stem.str();
  Tensors tensors;
  tensors.push_back(std::move(*tensor));
  return tensors;
}

static llvm::Expected<Tensors> parse(StringRef contents, StringRef path) {
  StringRef suffix = llvm::sys::path::extension(path), stem = llvm::sys::path::stem(path);
  if (suffix == ".npz")
    return parseNpz(contents);
  return alone(suffix == ".npy" ? parseNpy(contents, stem.str()) : parseOnnxTensor(contents), stem);
}

llvm::Expected<Tensors> readTensors(const std::string &path) {
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createFileError(path, createStringError(buffer.getError(), "cannot be read: %s",
                                                   buffer.getError().message().c_str()));
  StringRef suffix = llvm::sys::path::extension(path);
  if (suffix != ".npz" && suffix != ".npy" && suffix != ".pb")
    return createStringError("'" + path + "': unknown kind of tensor file; use .npz, .npy or .pb");
  llvm::Expected<Tensors> tensors = parse((*buffer)->getBuffer(), path);
  if (!tensors)
    return createFileError(path, tensors.takeError());
  return tensors;
}

llvm::Error writeNpz(const std::string &path, const Tensors &tensors) {
  llvm::Expected<std::string> bytes = formatNpz(tensors);
  if (!bytes)
    return createStringError("cannot write '" + path + "': " + llvm::toString(bytes.takeError()));
  OutputFiles files;
  if (llvm::Error failed = files.add(path, *bytes))
    return failed;
  return files.commit();
}

} // namespace nnc
