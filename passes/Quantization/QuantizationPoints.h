// Where a network in floating point is to be quantized. Internal to the group and to calibration.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_QUANTIZATION_QUANTIZATIONPOINTS_H
#define NNC_PASSES_QUANTIZATION_QUANTIZATIONPOINTS_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/GlobPattern.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>
#include <vector>

namespace nnc {

/// On the operator that computes a value, or on an argument: the least and largest number that its
/// integers shall stand for.
inline constexpr llvm::StringLiteral kRangeAttr = "nn.range";
/// On a product: the mean of each channel of its input.
inline constexpr llvm::StringLiteral kInputMeansAttr = "nn.input_means";

/// Names of nodes and tensors that stay in floating point.
class SkippedLayers {
public:
  /// Patterns with *, ? and [...].
  static llvm::Expected<SkippedLayers> parse(llvm::ArrayRef<std::string> patterns);
  bool contains(mlir::Operation *op) const;

private:
  std::vector<llvm::GlobPattern> patterns;
};

/// Where the integers of a network begin and end.
///
/// Values are quantized behind products, sums and products of two tensors, means, concatenations
/// and functions of one number, and where such an operator reads what another kind computes. What
/// only moves or limits elements is no place of its own: `nnc-fold-qdq` takes it along. So are
/// inputs and results on which `nn.io_type` asks for integers.
struct QuantizationPoints {
  /// In the order of the function, arguments first.
  llvm::SmallVector<mlir::Value> values;
  /// Products, and constants that sums read, whose weights become integers.
  llvm::SetVector<mlir::Operation *> products;
  /// Constant operands of sums and products of two tensors.
  llvm::SmallVector<mlir::OpOperand *> constants;
  /// Values from which only results of the function are computed, by nothing quantized: the range
  /// of these is never cut.
  llvm::DenseSet<mlir::Value> last;
};

/// Whether an operator's result holds elements of its first operand, or zeros, and nothing else.
bool movesElements(mlir::Operation *op);

QuantizationPoints findQuantizationPoints(mlir::func::FuncOp function,
                                          const SkippedLayers &skipped);

} // namespace nnc

#endif
