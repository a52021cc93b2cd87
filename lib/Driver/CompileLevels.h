// One library with code for several levels of x86-64.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_COMPILELEVELS_H
#define NNC_LIB_DRIVER_COMPILELEVELS_H

#include "lib/Driver/Options.h"

namespace llvm {
class raw_ostream;
}

namespace nnc {

/// What options ask for that a library of several levels cannot be or have; null where its target
/// names one, or nothing is wrong.
const char *findLevelContradiction(const CompileOptions &options);

/// As `compile`, for a target such as x86-64-v2+v3: compiles each level by itself, with a prefix of
/// its own, and adds an object that chooses.
ExitCode compileLevels(const CompileOptions &options, llvm::raw_ostream &out,
                       llvm::raw_ostream &diagnostics);

} // namespace nnc

#endif
