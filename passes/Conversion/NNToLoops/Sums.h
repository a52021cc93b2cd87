// Accumulation: the arithmetic that reductions, windows and products share.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_SUMS_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_SUMS_H

#include "passes/Conversion/NNToLoops/LayerEmitter.h"

namespace nnc {

/// Arithmetic on accumulators of one type.
///
/// Only `add` and `multiplyAdd` of floats allow reordering (`reassoc`, and `contract` for the
/// product): LLVM then keeps several partial sums in a vector. The order depends on the machine's
/// vector width, never on data or time.
class Sums {
public:
  /// `element` is the tensors' element type, `accumulator` the (signless) type of sums.
  Sums(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type element, mlir::Type accumulator)
      : builder(builder), loc(loc), elementType(element), type(accumulator) {}

  /// Whether an element in memory can serve as an accumulator.
  bool fitsInMemory() const;

  mlir::Value widen(mlir::Value element) const;
  mlir::Value narrow(mlir::Value accumulator) const;
  /// An element of another type as a factor: less its zero point.
  mlir::Value factor(mlir::Value element, mlir::Type type, uint64_t zeroPoint) const;
  mlir::Value number(double value) const;
  mlir::Value add(mlir::Value accumulator, mlir::Value value) const;
  mlir::Value multiplyAdd(mlir::Value accumulator, mlir::Value a, mlir::Value b) const;
  mlir::Value multiply(mlir::Value accumulator, mlir::Value value) const;
  /// The quotient by a count, truncated for integers.
  mlir::Value divide(mlir::Value accumulator, int64_t count) const;
  /// The same with a count of type `index`; by 0 gives 0.
  mlir::Value divide(mlir::Value accumulator, mlir::Value count) const;
  /// The value that every element exceeds (or is equal to), or its opposite.
  mlir::Value lowest() const { return extreme(false); }
  mlir::Value highest() const { return extreme(true); }
  bool isUnsigned() const;

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type elementType, type;

private:
  mlir::Value extreme(bool highest) const;
  /// The accumulator's type with the signedness of the elements, for conversions.
  mlir::Type typeWithSign() const;
};

} // namespace nnc

#endif
