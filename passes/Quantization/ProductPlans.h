// Products of integers: weights, biases and bounds of sums. Internal to the group.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_QUANTIZATION_PRODUCTPLANS_H
#define NNC_PASSES_QUANTIZATION_PRODUCTPLANS_H

#include "passes/Quantization/StoredValues.h"

#include <string>

namespace nnc {

/// The weights of a product as integers around zero, column by column: one for each output channel.
struct Weights {
  reference::Tensor integers; ///< of 8 bits where that is enough, else of 16, with zero point 0
  llvm::SmallVector<double> scales;  ///< of each column
  llvm::SmallVector<int64_t> bounds; ///< Σ |w| of each column
};

/// Reads constant weights whose columns lie along `axis`; null with a reason.
std::optional<Weights> readWeights(const Stored &stored, int64_t axis, std::string &reason);

/// The bias of each column, a constant, in the steps of its sums: of integers with about this scale
/// the integers themselves. Null with a reason.
std::optional<std::vector<double>> readBias(mlir::Value bias, llvm::ArrayRef<double> steps,
                                            std::string &reason);

/// All that both products need: exact sums stay within 32 bits.
struct ProductPlan {
  Weights weights;
  llvm::SmallVector<int32_t> bias; ///< in steps of the sums
  llvm::SmallVector<double> scales;
  int64_t bound = 0; ///< of all sums
};

/// Plans sums of x·w + bias with constant weights. Without a type of the result the scales are
/// those of the sums. Null with a reason.
std::optional<ProductPlan> planProduct(const Stored &x, const Stored &w, int64_t columnAxis,
                                       mlir::Value bias, mlir::quant::UniformQuantizedType result,
                                       std::string &reason);

/// Plans sums of a·b + bias, both computed. Null with a reason.
std::optional<ProductPlan> planComputed(const Stored &a, const Stored &b, int64_t depth,
                                        int64_t columns, mlir::Value bias,
                                        mlir::quant::UniformQuantizedType result,
                                        std::string &reason);

mlir::Value weightConstant(mlir::OpBuilder &builder, mlir::Location loc, const Weights &weights);

} // namespace nnc

#endif
