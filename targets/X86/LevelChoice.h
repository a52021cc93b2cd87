// The code that chooses between levels of x86-64 at run time.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_X86_LEVELCHOICE_H
#define NNC_TARGETS_X86_LEVELCHOICE_H

#include "include/nncompile/Target.h"

namespace nnc {

/// LLVM IR of `NAME_level`, `NAME_run`, `NAME_run_at` and `NAME_check`, where levels take an
/// executor also of `NAME_run_with` and `NAME_run_at_with`. They call the functions of
/// the levels, have no state and run on any 64-bit x86.
std::string writeLevelChoice(const LevelChoice &choice);

/// The object of `writeLevelChoice`, with its records of frames.
llvm::Expected<llvm::SmallVector<char, 0>> compileLevelChoice(const LevelChoice &choice);

} // namespace nnc

#endif
