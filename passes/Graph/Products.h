// Convolutions and matrix products with constant weights, under one description.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_GRAPH_PRODUCTS_H
#define NNC_PASSES_GRAPH_PRODUCTS_H

#include "lib/Reference/Tensor.h"

#include "mlir/IR/PatternMatch.h"

#include <optional>
#include <vector>

namespace nnc {

/// Which channels the elements of a weight tensor connect. The tensor is read as
/// repetitions × rows × columns × inner.
struct WeightIndex {
  int64_t rows = 1, columns = 1, inner = 1;
  int64_t rowsPerGroup = 1; ///< a group of rows has columns of its own
  bool rowsAreOutputs = true;

  /// Channel of the result and of the input that element i connects.
  int64_t output(int64_t i) const { return rowsAreOutputs ? row(i) : column(i); }
  int64_t input(int64_t i) const { return rowsAreOutputs ? column(i) : row(i); }

private:
  int64_t row(int64_t i) const { return i / (inner * columns) % rows; }
  int64_t column(int64_t i) const { return row(i) / rowsPerGroup * columns + i / inner % columns; }
};

/// A product of an input with constant floating-point weights.
struct Product {
  mlir::Operation *op = nullptr; ///< nn.conv, nn.conv_transpose or nn.matmul
  mlir::Value input, weights;
  mlir::Value bias; ///< null without one, and always for nn.matmul
  reference::Tensor elements;
  WeightIndex index;
  int64_t outputDim = 1, inputDim = 1; ///< of the channels in result and input
  bool sharedWeights = false;          ///< whether others read the weights too
  bool bordered = false; ///< whether some result elements see only a part of the weights

  bool isMatMul() const;
  /// The product of another input with other weights and bias. Without a bias for nn.matmul.
  mlir::Operation *rebuild(mlir::PatternRewriter &rewriter, mlir::Location loc,
                           mlir::Value newInput, mlir::Value newWeights, mlir::Value newBias) const;
};

/// The operator as a product, or nothing: null, other operators, weights that are not constant.
std::optional<Product> productOf(mlir::Operation *op);

/// The weights, each times the number of its output channel (else input channel), rounded once.
/// Nothing where that leaves the range of the element type: a number overflows, or the largest of
/// a channel falls below the normal numbers.
std::optional<reference::Tensor> scaleWeights(const Product &product,
                                              const std::vector<double> &scale, bool byOutput);

/// For each output channel the sum of all its weights times the number of their input channel.
std::vector<double> weightedSums(const Product &product, const std::vector<double> &inputs);

} // namespace nnc

#endif
