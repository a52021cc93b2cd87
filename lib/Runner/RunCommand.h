// What nn-run does with a compiled model: feed, run, compare, time, trace, report.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_RUNCOMMAND_H
#define NNC_LIB_RUNNER_RUNCOMMAND_H

#include "lib/Runner/Compare.h"
#include "lib/Runner/Program.h"

#include <string>
#include <vector>

namespace nnc {

/// Options of a run that do not concern compilation.
struct RunOptions {
  std::vector<std::string> inputs; ///< .npz, .npy or .pb files; none: seeded random data
  uint64_t seed = 0;
  bool batch = false;  ///< the leading dimension of the given arrays counts runs
  int64_t limit = 0;   ///< at most so many runs of a batch; 0: all
  std::string compare; ///< an ONNX test folder or a tensor file
  Tolerance tolerance;
  std::string output; ///< .npz to write
  bool json = false, quiet = false;
};

/// Inputs of some runs and what they should give; `expected` is empty or has one set per run.
struct RunData {
  std::vector<TensorSet> inputs, expected;
};

/// Data for the interface as the options say. A comparison folder with several `test_data_set_*`
/// gives several runs.
llvm::Expected<RunData> gatherData(const ProgramInterface &interface, const RunOptions &options);

/// What came out of all runs, and how it compares.
struct RunOutcome {
  std::vector<TensorSet> outputs;
  int64_t comparedTensors = 0, disagreeingTensors = 0;
  double worstRelative = 0; ///< largest difference relative to the tensor's largest magnitude
  std::vector<std::string> complaints; ///< one line per disagreeing tensor
};

/// The inputs of the comparison folder's first data set, each with the file that holds it.
llvm::Expected<std::vector<std::pair<std::string, std::string>>>
bindableInputs(const std::string &compareFolder);

/// Compares all outputs with the expectations.
RunOutcome judge(const ProgramInterface &interface, std::vector<TensorSet> outputs,
                 const RunData &data, const Tolerance &tolerance);

/// Rows of a table for people: name, type and shape, smallest, largest and mean value, first
/// values.
std::string summarizeTensor(const HostTensor &tensor);

} // namespace nnc

#endif
