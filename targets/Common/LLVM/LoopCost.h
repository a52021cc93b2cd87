// What the loops of generated code cost, counted in the instructions of the machine.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_LOOPCOST_H
#define NNC_TARGETS_COMMON_LLVM_LOOPCOST_H

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace nnc {

/// Counts over a function's loops; an instruction in an inner loop stands for many of the outer
/// one.
struct LoopCost {
  int64_t stackAccesses = 0; ///< of spilled values: loads and stores
  double weight = 0;         ///< instructions, and what an access costs beyond one, by depth

  bool spills() const { return stackAccesses > 0; }
};

/// Generates the module's code, except for the object, and counts its loops by function. The
/// module's IR is not fit for another run.
llvm::Expected<llvm::StringMap<LoopCost>> countLoops(llvm::Module &module,
                                                     llvm::TargetMachine &machine);

} // namespace nnc

#endif
