// Tensors in files: .npy, .npz and ONNX's serialised TensorProto.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_HOSTTENSOR_H
#define NNC_LIB_RUNNER_HOSTTENSOR_H

#include "lib/Support/ElementType.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace nnc {

/// A tensor in host memory: row-major, little-endian, one byte per boolean.
struct HostTensor {
  std::string name;
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape;
  std::vector<char> bytes;
  /// Whether the name says which tensor this is. One array alone in a file is often named by
  /// chance.
  bool named = true;

  int64_t elements() const;
};

/// "f32[1,3,28,28]", for messages.
std::string describe(const HostTensor &tensor);

/// Reads all tensors of a file by its suffix: `.npy` (named after the file), `.npz`, `.pb`.
/// A file that cannot be read, is damaged, or holds column-major arrays or types that ONNX does not
/// have gives an `llvm::FileError`; another suffix is an error of another kind.
llvm::Expected<std::vector<HostTensor>> readTensors(const std::string &path);

/// Writes an uncompressed `.npz` archive that numpy reads; equal tensors give equal bytes. A device
/// or a pipe is written, a file appears whole or not at all.
llvm::Error writeNpz(const std::string &path, const std::vector<HostTensor> &tensors);

/// Decodes and encodes the contents of one `.npy` file. Format: numpy.lib.format, versions 1 to 3.
llvm::Expected<HostTensor> parseNpy(llvm::StringRef contents, const std::string &name);
std::string formatNpy(const HostTensor &tensor);

} // namespace nnc

#endif
