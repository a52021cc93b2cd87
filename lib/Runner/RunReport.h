// What nn-run prints.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_RUNREPORT_H
#define NNC_LIB_RUNNER_RUNREPORT_H

#include "lib/Artifacts/ModelInfo.h"
#include "lib/Runner/RunCommand.h"
#include "lib/Runner/RunModel.h"
#include "lib/Runner/Timing.h"

#include <optional>

namespace nnc {

struct RunResult {
  RunOutcome outcome;
  std::optional<Timing> timing;
  std::vector<Timing> layers;
  TensorSet dumped;
  std::optional<uint64_t> stackBytes; ///< emulated runs
  bool arenaEndUsed = false;
};

/// Tables for people, or one JSON object; complaints about disagreeing outputs go to `diagnostics`.
void printResult(const RunModelOptions &options, const ModelInfo &info, const RunData &data,
                 const RunResult &result, llvm::raw_ostream &out, llvm::raw_ostream &diagnostics);

} // namespace nnc

#endif
