// The command line of nn-run.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_RUNCOMMANDLINE_H
#define NNC_LIB_RUNNER_RUNCOMMANDLINE_H

#include "lib/Driver/CompileArguments.h"
#include "lib/Runner/RunModel.h"

namespace nnc {

using ParsedRunCommandLine = Parsed<RunModelOptions>;

/// Parses; help goes to `out`, complaints to `diagnostics`.
ParsedRunCommandLine parseRunCommandLine(int argc, char **argv, llvm::raw_ostream &out,
                                         llvm::raw_ostream &diagnostics);

} // namespace nnc

#endif
