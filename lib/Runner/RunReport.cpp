// Tables and JSON of a run.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/RunReport.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace nnc {

static void printTiming(const Timing &timing, llvm::raw_ostream &out) {
  out << fmt::format(
      "time: median {:.4f} ms, fastest {:.4f}, quartiles {:.4f} to {:.4f}, {} runs\n",
      1e3 * timing.median, 1e3 * timing.fastest, 1e3 * timing.lowerQuartile,
      1e3 * timing.upperQuartile, timing.runs);
}

/// The part of the time that goes into layers without multiply-adds.
static double shareOutsideProducts(const ModelInfo &info, const std::vector<Timing> &layers) {
  double total = 0, outside = 0;
  for (auto [layer, timing] : llvm::zip_equal(info.layers, layers)) {
    total += timing.median;
    if (layer.macs == 0)
      outside += timing.median;
  }
  return total > 0 ? outside / total : 0;
}

static void printLayers(const ModelInfo &info, const std::vector<Timing> &layers,
                        llvm::raw_ostream &out) {
  double total = 0;
  for (const Timing &timing : layers)
    total += timing.median;
  out << fmt::format("{:<44} {:>10} {:>7} {:>9}  {}\n", "layer", "median us", "share", "GMAC/s",
                     "operations");
  for (size_t i = 0; i < layers.size(); ++i) {
    const LayerInfo &layer = info.layers[i];
    double seconds = layers[i].median;
    std::string ops;
    for (const std::string &op : layer.ops)
      ops += (ops.empty() ? "" : " ") + op;
    std::string rate =
        layer.macs ? fmt::format("{:9.2f}", 1e-9 * static_cast<double>(layer.macs) / seconds)
                   : std::string(9, ' ');
    out << fmt::format("{:<44} {:10.2f} {:6.1f}% {}  {}\n", layer.name, 1e6 * seconds,
                       100 * seconds / total, rate, ops);
  }
  out << fmt::format("{:<44} {:>10} {:6.1f}%\n", "layers without multiply-adds", "",
                     100 * shareOutsideProducts(info, layers));
}

static void printTables(const RunModelOptions &options, const ModelInfo &info, const RunData &data,
                        const RunResult &result, llvm::raw_ostream &out) {
  if (result.outcome.comparedTensors)
    out << fmt::format("compared {} tensors of {} runs: {} disagree, largest difference {:.2e} of "
                       "the largest magnitude\n",
                       result.outcome.comparedTensors, data.inputs.size(),
                       result.outcome.disagreeingTensors, result.outcome.worstRelative);
  else
    for (const HostTensor &tensor : result.outcome.outputs.front())
      out << summarizeTensor(tensor) << "\n";
  for (const HostTensor &tensor : result.dumped)
    out << summarizeTensor(tensor) << "\n";
  if (result.timing)
    printTiming(*result.timing, out);
  if (!result.layers.empty())
    printLayers(info, result.layers, out);
  if (result.stackBytes)
    out << fmt::format("emulated {}: stack {} bytes used, bound {}; arena {} bytes\n",
                       options.compile.target.target, *result.stackBytes, info.stackBytes,
                       info.plan.arenaBytes);
}

static nlohmann::json timingJson(const Timing &timing) {
  return {{"median_s", timing.median},
          {"fastest_s", timing.fastest},
          {"lower_quartile_s", timing.lowerQuartile},
          {"upper_quartile_s", timing.upperQuartile},
          {"runs", timing.runs}};
}

static nlohmann::json tensorJson(const HostTensor &tensor) {
  nlohmann::json values = nlohmann::json::array();
  for (int64_t i = 0, n = tensor.elements(); i < n; ++i)
    values.push_back(elementAsDouble(tensor, i));
  return {{"name", tensor.name},
          {"type", factsOf(tensor.type).name},
          {"shape", tensor.shape},
          {"values", values}};
}

static void printJson(const ModelInfo &info, const RunData &data, const RunResult &result,
                      llvm::raw_ostream &out) {
  nlohmann::json json = {{"runs", data.inputs.size()},
                         {"arena_bytes", info.plan.arenaBytes},
                         {"stack_bound_bytes", info.stackBytes},
                         {"compared_tensors", result.outcome.comparedTensors},
                         {"disagreeing_tensors", result.outcome.disagreeingTensors},
                         {"worst_relative_difference", result.outcome.worstRelative}};
  if (result.stackBytes) {
    json["stack_bytes"] = *result.stackBytes;
    json["arena_end_used"] = result.arenaEndUsed;
  }
  if (result.timing)
    json["time"] = timingJson(*result.timing);
  for (size_t i = 0; i < result.layers.size(); ++i)
    json["layers"].push_back({{"name", info.layers[i].name},
                              {"operations", info.layers[i].ops},
                              {"macs", info.layers[i].macs},
                              {"time", timingJson(result.layers[i])}});
  if (!result.layers.empty())
    json["share_outside_products"] = shareOutsideProducts(info, result.layers);
  for (const HostTensor &tensor : result.dumped)
    json["tensors"].push_back(tensorJson(tensor));
  // Names of models are any bytes.
  out << json.dump(2, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace)
      << "\n";
}

void printResult(const RunModelOptions &options, const ModelInfo &info, const RunData &data,
                 const RunResult &result, llvm::raw_ostream &out, llvm::raw_ostream &diagnostics) {
  constexpr size_t kMost = 20;
  for (size_t i = 0; i < std::min(kMost, result.outcome.complaints.size()); ++i)
    diagnostics << "nn-run: " << result.outcome.complaints[i] << "\n";
  if (result.outcome.complaints.size() > kMost)
    diagnostics << "nn-run: and " << result.outcome.complaints.size() - kMost << " more\n";
  if (options.json)
    printJson(info, data, result, out);
  else if (!options.quiet)
    printTables(options, info, data, result, out);
}

} // namespace nnc
