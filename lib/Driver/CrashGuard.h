// Turns crashes into exit code 70 with a reproducer.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_CRASHGUARD_H
#define NNC_LIB_DRIVER_CRASHGUARD_H

#include "lib/Driver/Options.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace nnc {

/// Runs `work` of a tool. Signals of a defect and fatal errors of libraries end it with
/// `ExitCode::Internal`, a message, a file that says how to repeat it, and without temporary files.
/// Lack of memory is `ExitCode::ModelError`; a limit on the size of files makes writing fail and
/// does not kill the process.
ExitCode guardAgainstCrashes(llvm::StringRef tool, llvm::ArrayRef<std::string> commandLine,
                             llvm::function_ref<ExitCode()> work);

} // namespace nnc

#endif
