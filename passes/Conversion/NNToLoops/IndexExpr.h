// IndexExpr: a place along one dimension, as a linear combination of loop variables known in range.
// Slices, transposes and most reshapes keep places linear, so addresses come out as one sum without
// divisions. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_INDEXEXPR_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_INDEXEXPR_H

#include "mlir/IR/Builders.h"

#include <concepts>
#include <optional>

namespace nnc {

/// Something that takes the values 0 … count−1.
struct IndexVariable {
  int64_t count = 1;
  /// The value in the IR. Empty while no loop exists, and for an outer variable whose loop is
  /// folded into its inner neighbour's: then the neighbour's value stands for both and this
  /// variable for 0.
  mlir::Value value;
  /// Whether a loop runs over it; else it was read from memory or computed.
  bool isLoop = true;
};

/// constant + Σ factor·variable.
class IndexExpr {
public:
  struct Term {
    IndexVariable *variable;
    int64_t factor;
    bool operator==(const Term &) const = default;
  };

  IndexExpr() = default;
  template <std::integral T> IndexExpr(T constant) : offset(static_cast<int64_t>(constant)) {}
  explicit IndexExpr(IndexVariable *variable) : terms{{variable, 1}} {}

  llvm::ArrayRef<Term> getTerms() const { return terms; }
  int64_t getConstant() const { return offset; }
  bool isConstant() const { return terms.empty(); }
  /// How much the expression grows with the variable.
  int64_t factorOf(const IndexVariable *variable) const;
  /// Smallest and largest value.
  int64_t minimum() const;
  int64_t maximum() const;

  IndexExpr operator+(const IndexExpr &other) const;
  IndexExpr operator-(const IndexExpr &other) const { return *this + other * -1; }
  IndexExpr operator*(int64_t factor) const;
  bool operator==(const IndexExpr &) const = default;

  /// The expression with a variable replaced by another expression.
  IndexExpr substitute(const IndexVariable *variable, const IndexExpr &by) const;

  /// Quotient and remainder of a division by `divisor` (rounding down) where both are linear.
  std::optional<std::pair<IndexExpr, IndexExpr>> divide(int64_t divisor) const;
  /// A loop variable and the size of an inner part of it that would make `divide` succeed.
  std::optional<std::pair<IndexVariable *, int64_t>> splitForDivision(int64_t divisor) const;

  /// Builds the value, of type `index`.
  mlir::Value materialize(mlir::OpBuilder &builder, mlir::Location loc) const;

private:
  llvm::SmallVector<Term, 4> terms; ///< ordered by first use, each variable once, no factor 0
  int64_t offset = 0;
};

/// Σ place·stride.
IndexExpr linearize(llvm::ArrayRef<IndexExpr> index, llvm::ArrayRef<int64_t> strides);

} // namespace nnc

#endif
