// Whether this machine can run the code of a compilation.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_HOSTMACHINE_H
#define NNC_LIB_RUNNER_HOSTMACHINE_H

#include <string>

namespace llvm {
class TargetMachine;
}

namespace nnc {

/// What keeps code for `machine` from running in this process: another architecture or system, or
/// the instructions that this machine lacks. Empty where nothing does.
std::string whyNotRunnableHere(const llvm::TargetMachine &machine);

} // namespace nnc

#endif
