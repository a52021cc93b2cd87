// Integers behind the real numbers of a graph, and back. Internal to the group.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_QUANTIZATION_STOREDVALUES_H
#define NNC_PASSES_QUANTIZATION_STOREDVALUES_H

#include "dialects/NN/NN.h"
#include "lib/Reference/Tensor.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/PatternMatch.h"

#include <optional>

namespace nnc {

/// The type of a value of `nn`.
mlir::RankedTensorType typeOf(mlir::Value value);

/// A real value that an `nn.dequantize` gives.
struct Stored {
  mlir::Value quantized;
  mlir::quant::QuantizedType type;

  /// What is behind a value, or nothing.
  static std::optional<Stored> of(mlir::Value real);

  /// Whether one scale holds for all elements.
  bool isUniform() const { return mlir::isa<mlir::quant::UniformQuantizedType>(type); }
  unsigned bits() const { return type.getStorageTypeIntegralWidth(); }
  /// The largest |q − z| where one scale holds for all.
  int64_t reach() const;
  /// Scale and zero point, for all elements or of index `i` of the axis.
  double scale(size_t i = 0) const;
  int64_t zeroPoint(size_t i = 0) const;
  /// The axis of several scales.
  int64_t axis() const;
  size_t scales() const;

  /// The integers, as `i8` or `ui8` and so on.
  mlir::Value integers(mlir::OpBuilder &builder) const;
  /// Their elements, where they are a constant.
  std::optional<reference::Tensor> constant() const;
};

/// Reads quantized numbers as integers or integers as quantized numbers.
mlir::Value storageCast(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
                        mlir::Type element);

/// A constant of 32-bit integers; no shape where all are equal.
mlir::Value integerConstant(mlir::OpBuilder &builder, mlir::Location loc,
                            llvm::ArrayRef<int32_t> values, llvm::ArrayRef<int64_t> shape);

/// Integers widened to `i32`.
mlir::Value widen(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value integers);

/// Whether sums that stand for s·acc steps of a result can be requantized, for each s of `scales`.
bool canRequantize(llvm::ArrayRef<double> scales, mlir::quant::UniformQuantizedType result);

/// Exact sums, none beyond ±`bound`.
struct Sums {
  mlir::Value value;
  int64_t bound;
};

/// Integers of the result's type from exact sums; constants get `shape`, which broadcasts to the
/// sums. Only after `canRequantize`.
mlir::Value requantize(mlir::OpBuilder &builder, mlir::Location loc, Sums sums,
                       llvm::ArrayRef<double> scales, llvm::ArrayRef<int64_t> shape,
                       mlir::quant::UniformQuantizedType result);

} // namespace nnc

#endif
