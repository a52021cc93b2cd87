// The memory plan's figures as an attribute.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_PLANREPORT_H
#define NNC_PASSES_MEMORY_PLANREPORT_H

#include "passes/Memory/Regions.h"

namespace nnc::memory {

/// The dictionary that `rt.plan` on the module holds; see docs/pipeline.md. Reads the model's
/// function before it is converted.
mlir::DictionaryAttr describePlan(const BufferModel &model, const RegionsPlan &plan,
                                  mlir::func::FuncOp function);

} // namespace nnc::memory

#endif
