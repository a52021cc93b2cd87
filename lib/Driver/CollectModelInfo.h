// Reads what header and report need out of the IR, at the phases where it stands there plainly.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_COLLECTMODELINFO_H
#define NNC_LIB_DRIVER_COLLECTMODELINFO_H

#include "lib/Artifacts/ModelInfo.h"
#include "lib/Pipelines/Phases.h"
#include "targets/Common/LLVM/ObjectFile.h"

#include "mlir/IR/BuiltinOps.h"

namespace nnc {

/// Adds what the module shows after a phase. Later phases add to what earlier ones gave; where IR
/// of a later phase was read from a file, shapes and node names are missing and buffers stand for
/// them. A model that cannot be called is an error.
mlir::LogicalResult collectModelInfo(mlir::ModuleOp module, Phase after, ModelInfo &info);

/// Adds sizes and frames of the functions of the object.
void collectObjectFacts(const ObjectFacts &facts, ModelInfo &info);

} // namespace nnc

#endif
