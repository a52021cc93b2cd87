// Checks and arithmetic shared by the shape inference of the nn operators. Internal to the dialect.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_NNINFERENCE_H
#define NNC_DIALECTS_NN_NNINFERENCE_H

#include "dialects/NN/NN.h"

#include <optional>

namespace nnc::nn {

/// Wide enough for every sum and product of two 64-bit values that inference forms.
using Wide = __int128;

/// A failure that has been reported, for functions with and without a value.
struct Reported {
  operator mlir::LogicalResult() const { return mlir::failure(); }
  template <typename T> operator mlir::FailureOr<T>() const { return mlir::failure(); }
};

/// One call of `inferReturnTypes`: reports errors as the verifier would and builds result types.
/// Every function is safe on any attribute value; a failure has been reported.
class Inference {
public:
  Inference(std::optional<mlir::Location> loc, llvm::StringRef op) : loc(loc), op(op) {}

  template <typename... Args> Reported error(Args &&...args) const {
    (void)mlir::emitOptionalError(loc, "'", op, "' op ", std::forward<Args>(args)...);
    return {};
  }

  /// The value's type, or an error when it is not a ranked static tensor.
  mlir::FailureOr<mlir::RankedTensorType> tensor(mlir::Value value, llvm::StringRef name) const;

  /// `axis` must name one of `rank` dimensions.
  mlir::LogicalResult checkAxis(int64_t axis, int64_t rank) const;

  /// `axes` must be ascending, without repetition, each a dimension.
  mlir::LogicalResult checkAxes(llvm::ArrayRef<int64_t> axes, int64_t rank) const;

  /// An attribute must have `count` entries, none below `least`.
  mlir::LogicalResult checkList(llvm::StringRef name, llvm::ArrayRef<int64_t> values, int64_t count,
                                int64_t least) const;

  /// Two tensors must have one element type.
  mlir::LogicalResult checkElements(llvm::StringRef nameA, mlir::RankedTensorType a,
                                    llvm::StringRef nameB, mlir::RankedTensorType b) const;

  /// The same of the factors of a product: integers of 8 and 16 bits may differ.
  mlir::LogicalResult checkFactors(llvm::StringRef nameA, mlir::RankedTensorType a,
                                   llvm::StringRef nameB, mlir::RankedTensorType b) const;

  /// The numpy broadcast of two shapes.
  mlir::FailureOr<llvm::SmallVector<int64_t>> broadcast(llvm::ArrayRef<int64_t> a,
                                                        llvm::ArrayRef<int64_t> b) const;

  /// Appends a row-major result type, or reports that it is too large.
  mlir::LogicalResult result(llvm::ArrayRef<int64_t> shape, mlir::Type element,
                             llvm::SmallVectorImpl<mlir::Type> &types) const;

  /// Narrows a computed dimension, or reports that it is negative or too large.
  mlir::FailureOr<int64_t> dimension(Wide size, int64_t index) const;

private:
  std::optional<mlir::Location> loc;
  llvm::StringRef op;
};

/// The element type of sums of products: `i32` for integers of 8 or 16 bits, else the same.
mlir::Type sumType(mlir::Type factor);

/// A shape as in a type: 1x3x5.
std::string formatShape(llvm::ArrayRef<int64_t> shape);

} // namespace nnc::nn

#endif
