// ARM machines: AArch64 and Cortex-M.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_ARM_ARMFAMILY_H
#define NNC_TARGETS_ARM_ARMFAMILY_H

#include "include/nncompile/Target.h"

namespace nnc {

/// 64-bit ARM with NEON, with an operating system or without.
std::unique_ptr<TargetFamily> createAArch64Family();

/// Cortex-M microcontrollers without an operating system.
std::unique_ptr<TargetFamily> createCortexMFamily();

} // namespace nnc

#endif
