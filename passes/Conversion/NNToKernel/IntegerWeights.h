// Weights that are integers, less their zero point, and what follows from them at compile time.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOKERNEL_INTEGERWEIGHTS_H
#define NNC_PASSES_CONVERSION_NNTOKERNEL_INTEGERWEIGHTS_H

#include "passes/Conversion/NNToKernel/PackWeights.h"

#include "mlir/IR/Value.h"

#include <optional>
#include <vector>

namespace nnc {

/// Weights w − zero point that fit 8 bits with sign, in the order of the constant.
struct IntegerWeights {
  mlir::ElementsAttr source;
  int64_t zeroPoint;
  std::vector<int8_t> values;

  /// Those of a constant of 8-bit integers; nothing where the values are not there or do not fit.
  static std::optional<IntegerWeights> of(mlir::Value constant, int64_t zeroPoint);
  /// Σ_k w[k, n] for each column of each group.
  std::vector<int32_t> sums(const WeightMatrix &matrix) const;
};

/// A tensor of i32 with these elements.
mlir::ElementsAttr integersOf(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> shape,
                              llvm::ArrayRef<int32_t> values);

/// The elements of a constant of i32, if they are there.
std::optional<std::vector<int32_t>> readIntegers(mlir::Value constant);

} // namespace nnc

#endif
