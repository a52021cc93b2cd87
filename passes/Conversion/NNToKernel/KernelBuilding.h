// What the patterns that make kernels share: the machine, constants packed so far, epilogues.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOKERNEL_KERNELBUILDING_H
#define NNC_PASSES_CONVERSION_NNTOKERNEL_KERNELBUILDING_H

#include "dialects/Kernel/Kernel.h"
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

/// The state of one run of nnc-convert-nn-to-kernel.
struct Conversion {
  TileMachine machine;
  int64_t cacheBytes; ///< what a block of tiles in a transform domain may fill
  WeightPacker &packer;

  kernel::TileAttr tile(mlir::MLIRContext *context, const TileChoice &choice) const;
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
};

/// Gives a kernel its epilogue: the sum, plus a constant or the first extra operand if there is
/// one.
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
