// What a layer function in the memory form promises about its buffers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_LAYERCONTRACT_H
#define NNC_PASSES_MEMORY_LAYERCONTRACT_H

#include "dialects/RT/RT.h"
#include "passes/Memory/Footprint.h"

#include <vector>

namespace nnc::memory {

/// One buffer argument of a layer.
struct LayerArgument {
  Footprint footprint;
  bool isScratch = false;
  bool mayAlias = false;
  rt::SweepAttr sweep; ///< how the result may overlap it; may be null
};

/// The arguments of a layer function, or an error where they contradict their marks: inputs,
/// results, scratch in this order; stored to exactly where marked `rt.result`; no larger than the
/// tensors in them; read and written both only in a way that is safe in place.
mlir::FailureOr<std::vector<LayerArgument>> readLayerContract(mlir::func::FuncOp layer);

/// Whether result `writer` may begin at the very byte where `input` begins: the layer has no other
/// result and reads each element of the input right before it writes the result's at that place.
bool mayShareBytes(mlir::func::FuncOp layer, unsigned writer, unsigned input);

} // namespace nnc::memory

#endif
