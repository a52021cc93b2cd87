// What nn-compile does with its options.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_COMPILE_H
#define NNC_LIB_DRIVER_COMPILE_H

#include "lib/Driver/Options.h"

namespace llvm {
class raw_ostream;
}

namespace nnc {

/// Compiles and writes what the options ask for: results to `out` or files, messages to
/// `diagnostics`. On any code but `Ok` no file has been written, except a reproducer after a
/// defect.
ExitCode compile(const CompileOptions &options, llvm::raw_ostream &out,
                 llvm::raw_ostream &diagnostics);

} // namespace nnc

#endif
