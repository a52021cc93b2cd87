// Reading protobuf files.
//
// The file is streamed, not mapped: the parser copies every byte once into the message, and
// large tensors later move from there into the IR, so a mapping would only double the
// resident memory. A file that changes while it is read cannot fault either.
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/ModelFile.h"

#include "llvm/ADT/ScopeExit.h"
#include "mlir/IR/Diagnostics.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#pragma clang diagnostic pop

using namespace mlir;

namespace nnc::onnx {

/// Protobuf counts in `int`; a longer message cannot be told apart from a damaged one.
static constexpr int64_t maxFileBytes = (int64_t{1} << 31) - 1;

/// Messages nest: graphs in attributes, types in types. Deeper files are refused.
static constexpr int maxNesting = 100;

namespace {
/// Feeds the parser from a file descriptor and remembers a read error.
class DescriptorStream : public google::protobuf::io::CopyingInputStream {
public:
  explicit DescriptorStream(int fd) : fd(fd) {}
  int Read(void *buffer, int size) override {
    ssize_t n;
    do
      n = ::read(fd, buffer, static_cast<size_t>(size));
    while (n < 0 && errno == EINTR);
    if (n < 0)
      error = errno;
    return static_cast<int>(n);
  }
  int error = 0;

private:
  int fd;
};
} // namespace

/// A hint for files that are something else, from their first bytes; empty when unknown.
static StringRef guessFormat(StringRef head) {
  if (head.starts_with("PK\x03\x04"))
    return "it looks like a zip archive (a PyTorch checkpoint?); export the model to ONNX";
  if (head.substr(4).starts_with("TFL3"))
    return "it looks like a TensorFlow Lite model; convert it to ONNX";
  if (head.substr(4).starts_with("ORTM"))
    return "it looks like an ONNX Runtime (.ort) model; use the .onnx file it was made from";
  if (head.starts_with("\x7f"
                       "ELF"))
    return "it looks like an object file or a program";
  if (head.starts_with("\x89HDF"))
    return "it looks like an HDF5 (Keras) file; export the model to ONNX";
  if (head.starts_with("version https://git-lfs"))
    return "it is a Git LFS pointer; fetch the real file with 'git lfs pull'";
  return "";
}

/// Opens a regular file of sensible size. Returns the descriptor.
static FailureOr<int> openFile(StringRef path, Location loc, int64_t &size) {
  // Without O_NONBLOCK opening a pipe without a writer would hang.
  int fd = ::open(path.str().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return emitError(loc) << "the file cannot be opened: " << std::strerror(errno);
  struct stat status;
  auto fail = [&]() {
    ::close(fd);
    return emitError(loc);
  };
  if (::fstat(fd, &status) != 0)
    return fail() << "the file cannot be read: " << std::strerror(errno);
  if (S_ISDIR(status.st_mode))
    return fail() << "this is a folder, expected an ONNX file";
  if (!S_ISREG(status.st_mode))
    return fail() << "this is not a regular file";
  if (status.st_size == 0)
    return fail() << "the file is empty";
  if (status.st_size > maxFileBytes)
    return fail() << "the file has " << int64_t{status.st_size}
                  << " bytes, a model file has at most " << maxFileBytes
                  << "; save it with external data";
  size = status.st_size;
  return fd;
}

/// Parses one message that fills the whole file.
template <typename Message>
static FailureOr<std::unique_ptr<Message>> readMessage(StringRef path, Location loc,
                                                       StringRef what) {
  int64_t size = 0;
  FailureOr<int> fd = openFile(path, loc, size);
  if (failed(fd))
    return failure();
  llvm::scope_exit closing([&] { ::close(*fd); });
  char head[32] = {};
  ssize_t headSize = std::max<ssize_t>(0, ::pread(*fd, head, sizeof head, 0));

  DescriptorStream file(*fd);
  google::protobuf::io::CopyingInputStreamAdaptor stream(&file);
  google::protobuf::io::CodedInputStream coded(&stream);
  coded.SetRecursionLimit(maxNesting);
  coded.SetTotalBytesLimit(static_cast<int>(size));
  auto message = std::make_unique<Message>();
  bool good = message->ParseFromCodedStream(&coded) && coded.ConsumedEntireMessage();
  if (file.error)
    return emitError(loc) << "the file cannot be read: " << std::strerror(file.error);
  if (good)
    return message;

  InFlightDiagnostic error = emitError(loc);
  StringRef hint = guessFormat(StringRef(head, static_cast<size_t>(headSize)));
  if (!hint.empty())
    return error << "the file is not " << what << ": " << hint;
  return error << "the file is not " << what
               << ", or it is damaged or truncated: its structure breaks off before byte "
               << int64_t{coded.CurrentPosition()} << " of " << size;
}

FailureOr<std::unique_ptr<ModelProto>> readModelFile(StringRef path, Location loc) {
  auto model = readMessage<ModelProto>(path, loc, "an ONNX model");
  if (failed(model))
    return failure();
  // Almost any short byte string is a valid protobuf message; these two fields are what
  // makes it a model.
  if (!(*model)->has_ir_version())
    return emitError(loc) << "the file is not an ONNX model: it states no IR version";
  if (!(*model)->has_graph())
    return emitError(loc) << "the file is not a complete ONNX model: it has no graph";
  return model;
}

FailureOr<std::unique_ptr<TensorProto>> readTensorProto(StringRef path, Location loc) {
  return readMessage<TensorProto>(path, loc, "an ONNX tensor");
}

} // namespace nnc::onnx
