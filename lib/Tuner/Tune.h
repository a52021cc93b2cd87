// nn-compile --tune: convolutions are computed in the way that is fastest on this machine.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_TUNER_TUNE_H
#define NNC_LIB_TUNER_TUNE_H

#include "lib/Driver/Options.h"

namespace llvm {
class raw_ostream;
}

namespace nnc {

/// Measures the ways to compute each different convolution of the model and compiles with the plan
/// that follows. Exit codes are those of a compilation; 1 also where this machine cannot run the
/// target's code.
ExitCode compileTuned(const CompileOptions &options, llvm::raw_ostream &out,
                      llvm::raw_ostream &diagnostics);

} // namespace nnc

#endif
