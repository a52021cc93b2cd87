// nn-run: compiles a model, loads the very object, and does with it what the options say.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_RUNMODEL_H
#define NNC_LIB_RUNNER_RUNMODEL_H

#include "lib/Driver/Options.h"
#include "lib/Runner/RunCommand.h"

namespace llvm {
class raw_ostream;
}

namespace nnc {

/// The whole of nn-run's options.
struct RunModelOptions : RunOptions {
  CompileOptions compile;
  bool time = false;             ///< time the runs
  uint64_t warmup = 3, runs = 0; ///< runs 0: as many as fit a second, at least 5
  bool layers = false;           ///< table of time per layer
  std::vector<std::string> dump; ///< tensors, by their ONNX names
  bool bindInputs =
      false;              ///< inputs that shapes depend on are compiled in from the comparison data
  bool reference = false; ///< compare with the reference evaluator
  std::string argv0;      ///< where the tools lie
};

/// Exit codes: 0, those of a compilation, 1 for a failing run or data that do not fit, 4 when an
/// output disagrees, 5 for tensor files that cannot be read or written.
ExitCode runModel(const RunModelOptions &options, llvm::raw_ostream &out,
                  llvm::raw_ostream &diagnostics);

} // namespace nnc

#endif
