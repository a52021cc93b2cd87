// Groups of constants as bytes in read-only memory.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_CONSTANTGROUPS_H
#define NNC_TARGETS_COMMON_LLVM_CONSTANTGROUPS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Support/LLVM.h"

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace nnc {

/// Writes the elements as they lie in memory: little-endian, `i1` as one byte, a splat repeated.
/// False where `out` has another size or the data are missing.
bool writeElementBytes(mlir::ElementsAttr elements, llvm::MutableArrayRef<char> out);

/// Replaces each `rt.constants` by a private constant of bytes and frees the parts' memory, group
/// by group: a model's weights are not held twice.
mlir::LogicalResult lowerConstantGroups(mlir::ModuleOp module);

/// Frees the data of all resources that nothing in `module` refers to any more. Call it when passes
/// have replaced weights by packed or folded ones: the context would keep the old ones until it
/// dies.
void freeUnusedResources(mlir::ModuleOp module);

} // namespace nnc

#endif
