// Constant tensors: from the messages of a file to attributes.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_TENSOR_H
#define NNC_LIB_IMPORT_ONNX_TENSOR_H

#include "lib/Import/ONNX/ExternalData.h"
#include "lib/Import/ONNX/Proto.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>

namespace nnc::onnx {

/// Decodes a tensor into an attribute. Large data are taken out of the message without a
/// copy. `files` may be null where external data are not allowed.
mlir::FailureOr<mlir::ElementsAttr> decodeTensor(TensorProto &tensor, ExternalFiles *files,
                                                 mlir::MLIRContext *context, Report report);

/// Decodes a tensor that states only its non-zero elements.
mlir::FailureOr<mlir::ElementsAttr> decodeSparseTensor(SparseTensorProto &tensor,
                                                       ExternalFiles *files,
                                                       mlir::MLIRContext *context, Report report);

/// The attribute of elements that lie densely in `blob`, which has the size of `type`:
/// uniform ones become a splat, few are copied, many stay where they are. `name` becomes the
/// blob's name.
mlir::ElementsAttr elementsFrom(mlir::RankedTensorType type, mlir::AsmResourceBlob blob,
                                llvm::StringRef name);

/// The elements as integers, for tensors of integers or booleans that are small enough to be
/// read one by one.
std::optional<llvm::SmallVector<int64_t>> readIntegers(mlir::ElementsAttr elements);

/// The elements as floating-point numbers; likewise.
std::optional<llvm::SmallVector<double>> readFloats(mlir::ElementsAttr elements);

/// The number of elements of a shape, or nothing when a dimension is negative or the number
/// of elements or bytes is beyond what a file can describe.
std::optional<int64_t> countElements(llvm::ArrayRef<int64_t> shape);

/// A shape as diagnostics write it: [2, 3].
std::string describeShape(llvm::ArrayRef<int64_t> shape);

} // namespace nnc::onnx

#endif
