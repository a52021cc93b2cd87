// Which operators compute one result element from a few operand elements, so that a tree of them is
// one loop nest. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_ELEMENTOPS_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_ELEMENTOPS_H

#include "dialects/NN/NN.h"

namespace nnc {

/// Whether the op is an element op: `unary binary compare select cast clamp iota broadcast
/// transpose reshape slice pad concat gather gather_elements gather_nd resize batch_norm
/// requantize`, or a constant that stays inside its layer.
bool isElementOp(mlir::Operation *op);

/// Whether a constant stays inside the layer that uses it: a splat, or a handful of elements.
bool isInlineConstant(nn::ConstantOp constant);

/// Whether computing the whole result of `op` reads each element of the operand at most once, so
/// that element ops before it cost nothing extra when they are computed on the fly. So say kernels
/// of operands that `nnc-fuse-prologues` wants to be computed there.
bool readsEachElementOnce(mlir::Operation *op, unsigned operand);

/// Whether every read of `input` while `stored` is computed as a tree of element ops is of the very
/// element that is written next: same shape, same strides, same width, and no operator on the way
/// that moves elements. Then both may share one buffer.
bool readsOnlyWrittenPlace(mlir::Value stored, mlir::Value input);

} // namespace nnc

#endif
