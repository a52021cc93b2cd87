// The command line of nn-compile.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_COMMANDLINE_H
#define NNC_LIB_DRIVER_COMMANDLINE_H

#include "lib/Driver/CompileArguments.h"

namespace nnc {

using ParsedCommandLine = Parsed<CompileOptions>;

/// Parses; help goes to `out`, complaints to `diagnostics`.
ParsedCommandLine parseCommandLine(int argc, char **argv, llvm::raw_ostream &out,
                                   llvm::raw_ostream &diagnostics);

} // namespace nnc

#endif
