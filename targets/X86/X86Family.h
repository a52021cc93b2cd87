// x86-64 machines: presets x86-64-v1 to v4 and the host.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_X86_X86FAMILY_H
#define NNC_TARGETS_X86_X86FAMILY_H

#include "include/nncompile/Target.h"

namespace nnc {

/// The family of 64-bit x86 machines.
std::unique_ptr<TargetFamily> createX86Family();

} // namespace nnc

#endif
