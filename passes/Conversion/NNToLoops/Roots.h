// Root operators: those that have loops of their own. Each function computes one operator's results
// into memory. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_ROOTS_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_ROOTS_H

#include "passes/Conversion/NNToLoops/LayerEmitter.h"

namespace nnc {

/// Where a root operator writes.
struct RootPlaces {
  /// One per result; without a buffer where the result is not stored.
  llvm::SmallVector<Place> results;
  /// As `nn::scratchTypes` asked for.
  llvm::SmallVector<mlir::Value> scratch;
};

/// Builds the loops of a root operator. Fails with a diagnostic on an operator that is none.
mlir::LogicalResult emitRoot(LayerEmitter &emitter, mlir::Operation *op, const RootPlaces &places);

void emitReduce(LayerEmitter &emitter, nn::ReduceOp op, const RootPlaces &places);
void emitArgReduce(LayerEmitter &emitter, nn::ArgReduceOp op, const RootPlaces &places);
void emitPool(LayerEmitter &emitter, nn::PoolOp op, const RootPlaces &places);
void emitSoftmax(LayerEmitter &emitter, nn::SoftmaxOp op, const RootPlaces &places);
void emitNormalize(LayerEmitter &emitter, nn::NormalizeOp op, const RootPlaces &places);
void emitLRN(LayerEmitter &emitter, nn::LRNOp op, const RootPlaces &places);
void emitCumulate(LayerEmitter &emitter, nn::CumulateOp op, const RootPlaces &places);
void emitTopK(LayerEmitter &emitter, nn::TopKOp op, const RootPlaces &places);
void emitRecurrent(LayerEmitter &emitter, nn::RecurrentOp op, const RootPlaces &places);
void emitScatterElements(LayerEmitter &emitter, nn::ScatterElementsOp op, const RootPlaces &places);
void emitScatterND(LayerEmitter &emitter, nn::ScatterNDOp op, const RootPlaces &places);
void emitConv(LayerEmitter &emitter, nn::ConvOp op, const RootPlaces &places);
void emitConvTranspose(LayerEmitter &emitter, nn::ConvTransposeOp op, const RootPlaces &places);
void emitMatMul(LayerEmitter &emitter, nn::MatMulOp op, const RootPlaces &places);

} // namespace nnc

#endif
