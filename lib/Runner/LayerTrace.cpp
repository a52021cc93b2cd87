// Traced runs.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/LayerTrace.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

namespace nnc {

using llvm::Expected;

/// As many runs as fit a second, 5 to 1000.
static uint64_t chooseRuns(uint64_t asked, double seconds) {
  constexpr double kFewest = 5, kMost = 1000;
  return asked ? asked
               : static_cast<uint64_t>(std::clamp(1.0 / std::max(seconds, 1e-9), kFewest, kMost));
}

Timing timeProgram(Program &program, const TensorSet &inputs, uint64_t warmup, uint64_t runs) {
  auto body = [&] { llvm::consumeError(program.run(inputs).takeError()); };
  double once = measure(body, warmup, 1).median;
  return measure(body, 0, chooseRuns(runs, once));
}

Expected<std::vector<Timing>> timeLayers(Program &program, const ModelInfo &info,
                                         const TensorSet &inputs, uint64_t warmup, uint64_t runs) {
  std::vector<std::vector<double>> samples(info.layers.size());
  uint64_t wanted = chooseRuns(runs, timeProgram(program, inputs, warmup, 1).median);
  for (uint64_t r = 0; r < wanted; ++r) {
    double last = now();
    Expected<TensorSet> outputs = program.runTraced(inputs, [&](uint32_t layer) {
      double time = now();
      if (layer < samples.size())
        samples[layer].push_back(time - last);
      last = now();
    });
    if (!outputs)
      return outputs.takeError();
  }
  std::vector<Timing> timings;
  for (std::vector<double> &layer : samples)
    timings.push_back(summarize(layer));
  return timings;
}

/// Copies a strided tensor into row-major order.
static HostTensor gather(const ResultInfo &result, const char *base) {
  HostTensor tensor{result.tensor, result.type, result.shape, {}};
  unsigned bytes = factsOf(result.type).bytes;
  int64_t count = tensor.elements();
  tensor.bytes.resize(count * bytes);
  for (int64_t i = 0; i < count; ++i) {
    int64_t rest = i, offset = 0;
    for (size_t d = result.shape.size(); d-- > 0; rest /= result.shape[d])
      offset += rest % result.shape[d] * result.strides[d];
    std::memcpy(tensor.bytes.data() + i * bytes, base + offset * bytes, bytes);
  }
  return tensor;
}

std::vector<std::string> unwrittenTensors(const ModelInfo &info,
                                          const std::vector<std::string> &names) {
  auto isWritten = [&](const std::string &name) {
    return llvm::any_of(info.layers, [&](const LayerInfo &layer) {
      return llvm::any_of(layer.results,
                          [&](const ResultInfo &result) { return result.tensor == name; });
    });
  };
  std::vector<std::string> missing;
  llvm::copy_if(names, std::back_inserter(missing),
                [&](const std::string &name) { return !isWritten(name); });
  return missing;
}

Expected<TensorSet> dumpTensors(Program &program, const ModelInfo &info, const TensorSet &inputs,
                                const std::vector<std::string> &names) {
  TensorSet dumped;
  Expected<TensorSet> outputs = program.runTraced(inputs, [&](uint32_t layer) {
    for (const ResultInfo &result : info.layers[layer].results)
      if (result.place == "arena" && llvm::is_contained(names, result.tensor))
        dumped.push_back(gather(result, program.arena() + result.offset));
  });
  if (!outputs)
    return outputs.takeError();
  for (const LayerInfo &layer : info.layers)
    for (const ResultInfo &result : layer.results)
      if (result.place == "output" && llvm::is_contained(names, result.tensor)) {
        dumped.push_back((*outputs)[result.offset]);
        dumped.back().name = result.tensor;
      }
  return dumped;
}

} // namespace nnc
