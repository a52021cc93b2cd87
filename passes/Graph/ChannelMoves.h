// Operators that only move channels, and those that do not mind which channel is which.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_GRAPH_CHANNELMOVES_H
#define NNC_PASSES_GRAPH_CHANNELMOVES_H

#include "dialects/NN/NN.h"

#include <optional>

namespace nnc {

/// Channels of images (dimension 1).
inline int64_t channelsOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType()).getDimSize(1);
}

/// A permutation of channels written as reshape, transposition, reshape: channel c of the result is
/// channel order[c] of the input.
struct Shuffle {
  mlir::Value input;
  llvm::SmallVector<int64_t> order;

  /// Of the last of the three; nothing for other operators and where others read what lies between.
  static std::optional<Shuffle> endingWith(mlir::Operation *op);
};

/// Whether a slice takes some channels, in their order, and all else.
bool takesChannels(nn::SliceOp slice);
/// Whether a concatenation puts channels behind each other.
bool joinsChannels(nn::ConcatOp concat);

/// Whether an operator does the same to each channel, but for what constants say: its result has
/// permuted channels where its operand 0 has.
bool isChannelwise(mlir::Operation *op);
/// Such an operator on `input`, whose channel i is the former channel order[i].
mlir::Value onPermutedChannels(mlir::OpBuilder &builder, mlir::Operation *op, mlir::Value input,
                               llvm::ArrayRef<int64_t> order);

/// Whether `use` is read by a sum over all channels with known weights.
bool isSumOverChannels(mlir::OpOperand &use);
/// Lets such a reader read `input` instead.
void readPermutedChannels(mlir::OpBuilder &builder, mlir::OpOperand &use, mlir::Value input,
                          llvm::ArrayRef<int64_t> order);

} // namespace nnc

#endif
