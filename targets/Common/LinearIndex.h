// Index arithmetic with what is known at compile time folded: constant + Σ coefficient · value.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LINEARINDEX_H
#define NNC_TARGETS_COMMON_LINEARINDEX_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

#include <optional>

namespace nnc {

/// An element offset or a loop bound. Operations are built only when a value is asked for, the
/// constant last, so that it ends up in the displacement of a machine address.
class LinearIndex {
public:
  LinearIndex(int64_t constant = 0) : constant(constant) {}
  LinearIndex(mlir::Value value) : terms{{value, 1}} {}

  LinearIndex operator+(const LinearIndex &other) const;
  LinearIndex operator*(int64_t factor) const;
  /// The number, if no value takes part.
  std::optional<int64_t> asConstant() const;
  /// Builds the sum as an index value.
  mlir::Value build(mlir::OpBuilder &builder, mlir::Location loc) const;

private:
  int64_t constant = 0;
  llvm::SmallVector<std::pair<mlir::Value, int64_t>, 4> terms;
};

using Values = llvm::SmallVector<mlir::Value>;

/// for (i = begin; i < end; i += step) carried = body(i, carried); the result is what the last turn
/// carried. No loop is built where the bounds say that there is at most one turn.
Values buildLoop(mlir::OpBuilder &builder, mlir::Location loc, const LinearIndex &begin,
                 const LinearIndex &end, int64_t step, mlir::ValueRange carried,
                 llvm::function_ref<Values(const LinearIndex &, mlir::ValueRange)> body);

/// The same without carried values.
void buildLoop(mlir::OpBuilder &builder, mlir::Location loc, const LinearIndex &begin,
               const LinearIndex &end, int64_t step,
               llvm::function_ref<void(const LinearIndex &)> body);

} // namespace nnc

#endif
