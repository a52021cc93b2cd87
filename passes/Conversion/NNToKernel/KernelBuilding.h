// What the patterns that make kernels share: the machine, constants packed so far, epilogues.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOKERNEL_KERNELBUILDING_H
#define NNC_PASSES_CONVERSION_NNTOKERNEL_KERNELBUILDING_H

#include "dialects/Kernel/Kernel.h"
#include "passes/Conversion/NNToKernel/IntegerWeights.h"
#include "passes/Conversion/NNToKernel/PackWeights.h"
#include "passes/Conversion/NNToKernel/TileChoice.h"

#include "mlir/IR/PatternMatch.h"

namespace nnc {

inline mlir::RankedTensorType typeOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}

/// The values of a constant operand that can be packed; null for others.
mlir::ElementsAttr readableConstant(mlir::Value value);

/// Why no kernel computes a convolution of these types with this filter; null where one does.
const char *whyNoKernel(mlir::RankedTensorType input, mlir::RankedTensorType result,
                        mlir::Value filter);

/// What the machine's products of integers want of the activations.
enum class Sign : uint8_t { Any, Unsigned, Signed };

/// What a kernel multiplies: f32 by a constant of f32, integers by constant integers, or f32 by
/// constant integers.
struct Factors {
  TileMachine machine; ///< for sums of them
  mlir::ElementsAttr weights;
  std::optional<IntegerWeights> integers;
  bool widens = false;   ///< the kernel makes f32 of the integers
  bool flip = false;     ///< the kernel inverts the top bit of what it reads
  int64_t zeroPoint = 0; ///< of what the kernel reads, before that

  /// What the kernel reads of a number is so much more than the number.
  int64_t excess = 0;

  /// No more than `channels` of them lie side by side in memory.
  void takeGroups(int64_t channels);
};

/// The state of one run of nnc-convert-nn-to-kernel.
struct Conversion {
  TileMachine machine;
  int64_t cacheBytes; ///< what a block of tiles in a transform domain may fill
  WeightPacker &packer;
  TileMachine integerMachine = machine; ///< for products of integers
  Sign sign = Sign::Any;

  /// The tile for f32, and for a machine.
  kernel::TileAttr tile(mlir::MLIRContext *context, const TileChoice &choice) const {
    return tile(context, choice, machine);
  }
  kernel::TileAttr tile(mlir::MLIRContext *context, const TileChoice &choice,
                        const TileMachine &of) const;
  /// What a product of these operands multiplies, if kernels do that.
  std::optional<Factors> factorsOf(mlir::RankedTensorType input, int64_t inputZero,
                                   mlir::Value weights, int64_t weightZero) const;
  /// The same of f32 and constant integers that are cast to f32.
  std::optional<Factors> widenedFactorsOf(mlir::RankedTensorType input, mlir::Value weights) const;
  /// The packed form of weights.
  mlir::Value packed(mlir::PatternRewriter &rewriter, mlir::Location loc, const Factors &factors,
                     const WeightMatrix &matrix) const;
  /// A constant with the packed form of `source`.
  mlir::Value packed(mlir::PatternRewriter &rewriter, mlir::Location loc, mlir::ElementsAttr source,
                     const WeightMatrix &matrix) const;
};

/// The bias of a convolution: an extra operand M×1…×1, or a number where all elements are equal, or
/// neither.
struct Bias {
  llvm::SmallVector<mlir::Value, 1> extra;
  mlir::TypedAttr splat;

  /// `bias` may be null; the result of the convolution has `rank` dimensions.
  static Bias of(mlir::PatternRewriter &rewriter, mlir::Value bias, int64_t rank);
  /// The same with what zero points of integers make of it: less excess·Σw for each column. `shape`
  /// is that of a bias among the extra operands.
  static Bias of(mlir::PatternRewriter &rewriter, mlir::Location loc, mlir::Value bias,
                 const Factors &factors, const WeightMatrix &matrix, llvm::ArrayRef<int64_t> shape);
};

/// Gives a kernel its epilogue: the sum, plus a constant, plus the extra operands.
void buildEpilogue(mlir::PatternRewriter &rewriter, kernel::ProductOpInterface op,
                   mlir::TypedAttr constant = nullptr);

/// nn.conv_transpose → kernel.conv_transpose.
void populateConvTransposePatterns(mlir::RewritePatternSet &patterns, const Conversion &conversion);
/// nn.recurrent → kernel.recurrent.
void populateRecurrentPatterns(mlir::RewritePatternSet &patterns, const Conversion &conversion);
/// fastconv.winograd → kernel.winograd, fastconv.fft → kernel.fft.
void populateFastConvPatterns(mlir::RewritePatternSet &patterns, const Conversion &conversion);

} // namespace nnc

#endif
