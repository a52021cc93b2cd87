// The operands of a kernel, and what builds its loops.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_KERNELEMITTER_H
#define NNC_TARGETS_COMMON_KERNELEMITTER_H

#include "dialects/Kernel/Kernel.h"
#include "dialects/RT/RT.h"
#include "targets/Common/Prologue.h"

namespace nnc {

/// Some columns of a result that have a place of their own.
struct ResultPiece {
  int64_t first, end; ///< of the result's columns
  Operand operand;
};

/// A kernel's operands and result, with strides per dimension of the result for the result and the
/// extra operands. A pool has no b.
struct ProductOperands {
  Operand a, b, result;
  llvm::SmallVector<Operand> extra;
  mlir::Region *epilogue; ///< null: sums are stored as they are
  Prologue prologue = {}; ///< computes a, which has no buffer then
  /// Where the columns lie if not all in `result`; others are not stored.
  llvm::SmallVector<ResultPiece> pieces = {};
  bool flip = false; ///< the top bit of elements of a is inverted when they are read
  std::optional<int64_t> outside = std::nullopt; ///< elements outside a, if they count

  /// The type of sums: f32, or i32 for integers.
  mlir::Type sumType() const { return kernel::sumTypeOf(a.element); }

  /// The strides of a or, with a prologue, of its inputs.
  llvm::SmallVector<llvm::SmallVector<int64_t> *> inputStrides();
  /// Those of the result and of the extra operands.
  llvm::SmallVector<llvm::SmallVector<int64_t> *> resultStrides();
  /// Moves the stride of channels behind those of the spatial dimensions, for all but b.
  void moveChannelsLast();
};

/// Resolves all operands of a kernel whose result, or pieces of it, `stores` write.
mlir::FailureOr<ProductOperands> resolveOperands(kernel::ProductOpInterface op,
                                                 llvm::ArrayRef<rt::StoreOp> stores);

/// Each builds, before the builder's place, the loops that compute a kernel into its result's
/// buffer. Operands come with the strides of their types.
/// `scratch`: buffers of `op.getScratchTypes()`.
void emitConvolution(const Emission &emission, kernel::ConvOp op, ProductOperands operands,
                     llvm::ArrayRef<mlir::Value> scratch);
void emitConvTranspose(const Emission &emission, kernel::ConvTransposeOp op,
                       ProductOperands operands);
void emitDepthwise(const Emission &emission, kernel::DepthwiseOp op, ProductOperands operands);
void emitPool(const Emission &emission, kernel::PoolOp op, ProductOperands operands);
void emitMatMul(const Emission &emission, kernel::MatMulOp op, ProductOperands operands,
                llvm::ArrayRef<mlir::Value> scratch);
/// The operands of a recurrent kernel, with the strides of their types. Results that nobody wants
/// have no buffer.
struct RecurrentOperands {
  Operand input, weights;
  std::optional<Operand> innerWeights, lengths;
  llvm::SmallVector<Operand> initial, extra, last;
  Operand result;
};
void emitRecurrent(const Emission &emission, kernel::RecurrentOp op, RecurrentOperands operands,
                   llvm::ArrayRef<mlir::Value> scratch);
void emitWinograd(const Emission &emission, kernel::WinogradOp op, ProductOperands operands,
                  llvm::ArrayRef<mlir::Value> scratch);
void emitFft(const Emission &emission, kernel::FftOp op, ProductOperands operands,
             llvm::ArrayRef<mlir::Value> scratch);

} // namespace nnc

#endif
