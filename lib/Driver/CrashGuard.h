// Turns crashes into exit code 70 with a reproducer.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_CRASHGUARD_H
#define NNC_LIB_DRIVER_CRASHGUARD_H

#include "lib/Driver/Options.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace nnc {

/// Runs `work`. Signals of a defect and fatal errors of libraries end it with `ExitCode::Internal`,
/// a message, a file that says how to repeat it, and without temporary files. Lack of memory is an
/// error of its own.
ExitCode guardAgainstCrashes(llvm::ArrayRef<std::string> commandLine,
                             llvm::function_ref<ExitCode()> work);

} // namespace nnc

#endif
