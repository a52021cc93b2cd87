// Looks into a run layer by layer: time and intermediate tensors.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_LAYERTRACE_H
#define NNC_LIB_RUNNER_LAYERTRACE_H

#include "lib/Artifacts/ModelInfo.h"
#include "lib/Runner/Program.h"
#include "lib/Runner/Timing.h"

namespace nnc {

/// Times whole runs; `runs` 0 takes as many as fit a second, at least 5.
Timing timeProgram(Program &program, const TensorSet &inputs, uint64_t warmup, uint64_t runs);

/// Time of each layer, in the order of calls. The object must have been compiled with tracing.
llvm::Expected<std::vector<Timing>> timeLayers(Program &program, const ModelInfo &info,
                                               const TensorSet &inputs, uint64_t warmup,
                                               uint64_t runs);

/// Of these tensors, the ones that no layer writes: inputs, constants, and what lies inside a fused
/// layer and is never in memory.
std::vector<std::string> unwrittenTensors(const ModelInfo &info,
                                          const std::vector<std::string> &names);

/// Intermediate tensors by their ONNX names, read right after the layer that computes them.
llvm::Expected<TensorSet> dumpTensors(Program &program, const ModelInfo &info,
                                      const TensorSet &inputs,
                                      const std::vector<std::string> &names);

} // namespace nnc

#endif
