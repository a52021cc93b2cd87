// The end of a tool's standard output.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_STANDARDOUTPUT_H
#define NNC_LIB_DRIVER_STANDARDOUTPUT_H

#include "lib/Driver/Options.h"

#include "llvm/ADT/StringRef.h"

namespace nnc {

/// Writes what standard output still holds back. Where that fails, for example on a full disk, says
/// so and returns `ExitCode::InputOutput` in place of success.
ExitCode finishStandardOutput(llvm::StringRef tool, ExitCode code);

} // namespace nnc

#endif
