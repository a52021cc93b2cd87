// Creates LLVM target machines the way that objects of this project need them; checks names of CPUs
// and features. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_MACHINE_H
#define NNC_TARGETS_COMMON_LLVM_MACHINE_H

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

#include <memory>
#include <string>

namespace nnc {

/// A machine in LLVM's words.
struct MachineSpec {
  llvm::Triple triple;
  std::string cpu;
  std::string features; ///< "+a,-b"
  llvm::FloatABI::ABIType floatAbi = llvm::FloatABI::Default;
};

/// The subtarget of a spec, for questions about features; an error names an unknown triple, CPU or
/// feature and what is known that looks like it. The target's own library must be initialised.
llvm::Expected<std::unique_ptr<llvm::MCSubtargetInfo>> describeMachine(const MachineSpec &spec);

/// The machine: a section for each function and constant, a record of frame sizes,
/// position-independent code where an operating system is named, no fused operations that the
/// program does not ask for. `optLevel` is 0…3.
std::unique_ptr<llvm::TargetMachine> createMachine(const MachineSpec &spec, unsigned optLevel);

} // namespace nnc

#endif
