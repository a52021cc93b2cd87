// Convolutions to measure: their shapes, and small models that hold one of them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_TUNER_LAYERMODEL_H
#define NNC_LIB_TUNER_LAYERMODEL_H

#include "llvm/ADT/SmallVector.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>

namespace nnc {

/// All that the time of a convolution of stride 1 with constant filters depends on.
struct LayerShape {
  llvm::SmallVector<int64_t> input, filter; ///< N×C×H×W, M×C×r×r
  llvm::SmallVector<int64_t> padsBegin, padsEnd;

  /// As text: equal for equal shapes only.
  std::string text() const;
};

/// A convolution of a model, in the order in which the model has them.
struct LayerToTune {
  std::string name; ///< of its node
  LayerShape shape;
};

/// The convolutions of a module.
std::vector<LayerToTune> collectConvolutions(mlir::ModuleOp module);

/// The name of the one layer that is measured.
inline constexpr llvm::StringLiteral kMeasuredLayer = "layer";

/// A model with the convolution between two layers, so that its input and result lie in memory as
/// inside a network, with random filters and bias.
mlir::OwningOpRef<mlir::ModuleOp> buildLayerModel(const LayerShape &shape,
                                                  mlir::MLIRContext &context);

} // namespace nnc

#endif
