// Tensor data in files beside the model.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_EXTERNALDATA_H
#define NNC_LIB_IMPORT_ONNX_EXTERNALDATA_H

#include "lib/Import/ONNX/Proto.h"

#include "llvm/ADT/StringMap.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Support/LLVM.h"

#include <string>
#include <vector>

namespace nnc::onnx {

/// Begins an error about the thing being read.
using Report = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// The files that tensors of one model may refer to: regular files in the model's folder or
/// below, reached without symbolic links. This is the only place that opens tensor files.
class ExternalFiles {
public:
  /// `modelPath` is the model's file; its folder is where locations start.
  explicit ExternalFiles(llvm::StringRef modelPath);
  ~ExternalFiles();
  ExternalFiles(const ExternalFiles &) = delete;
  ExternalFiles &operator=(const ExternalFiles &) = delete;

  /// Reads the bytes that `tensor.external_data` describes; there must be exactly `bytes`.
  mlir::FailureOr<mlir::AsmResourceBlob> read(const TensorProto &tensor, uint64_t bytes,
                                              Report report);

  /// Paths of the files read so far, in the order of the first reading.
  llvm::ArrayRef<std::string> filesRead() const { return paths; }

private:
  struct Entry;
  mlir::FailureOr<Entry> parse(const TensorProto &tensor, Report report) const;
  mlir::FailureOr<int> open(llvm::StringRef location, Report report);
  mlir::LogicalResult verifyChecksum(int fd, const Entry &entry, Report report);

  std::string folder;
  int folderDescriptor = -1;
  std::vector<std::string> paths;
  llvm::StringMap<std::string> digests; ///< SHA-1 of files already read, in hexadecimal
};

} // namespace nnc::onnx

#endif
