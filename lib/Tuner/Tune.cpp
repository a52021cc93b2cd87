// From a model to a plan: which convolutions there are, what is known of them, what must be
// measured. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Tuner/Tune.h"

#include "lib/Driver/Compilation.h"
#include "lib/Driver/Compile.h"
#include "lib/Driver/Progress.h"
#include "lib/Driver/Version.h"
#include "lib/Runner/HostMachine.h"
#include "lib/Runner/Timing.h"
#include "lib/Tuner/CodeGeneratorId.h"
#include "lib/Tuner/LayerModel.h"
#include "lib/Tuner/MeasureWays.h"
#include "lib/Tuner/TuneCache.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"

#include <fmt/format.h>
#include <set>

namespace nnc {

using llvm::Error;
using llvm::Expected;

namespace {

/// Ways that the model predicts to take more than this many times the shortest are not measured.
constexpr double kHopeless = 2.5;
/// Share of the direct sum's time below which a transform pays for larger weights and scratch.
constexpr double kGain = 0.95;

/// A convolution with what may be measured of it.
struct TunedLayer {
  std::string name, key;
  LayerShape shape;
  std::vector<MeasuredWay> ways; ///< the direct sum first; one only: nothing to measure
  MeasuredWay byModel;           ///< what is taken where nothing is measured
};

class TuneCommand {
public:
  TuneCommand(const CompileOptions &options, llvm::raw_ostream &diagnostics)
      : options(options), diagnostics(diagnostics), progress(options.progress) {}

  /// Fills the plan.
  ExitCode run(ConvPlan &plan) {
    if (ExitCode code = readModel(); code != ExitCode::Ok)
      return code;
    std::string path = options.tuneCache.empty() ? defaultTuneCache() : options.tuneCache;
    if (!path.empty()) {
      Expected<TuneCache> opened = TuneCache::open(path);
      if (!opened)
        return fail(opened.takeError());
      cache = std::move(*opened);
    }
    if (ExitCode code = measureAll(); code != ExitCode::Ok)
      return code;
    progress.clear();
    plan.target = target;
    for (const TunedLayer &layer : layers)
      if (const auto *measured =
              layer.ways.size() > 1 ? cache.find(layer.key, layer.ways) : nullptr)
        plan.convolutions.push_back(choose(layer, *measured));
      else if (hasNamesake(layer)) // one entry would be for all of that name
        plan.convolutions.push_back({layer.name, layer.byModel.algorithm, layer.byModel.tile, {}});
    return ExitCode::Ok;
  }

private:
  ExitCode fail(Error error) {
    bool isFile = error.isA<llvm::FileError>();
    return fail(isFile ? ExitCode::InputOutput : ExitCode::ModelError, std::move(error));
  }

  ExitCode fail(ExitCode code, Error error) {
    progress.clear();
    diagnostics << options.tool << ": error: " << llvm::toString(std::move(error)) << '\n';
    return code;
  }

  bool hasNamesake(const TunedLayer &layer) const {
    return llvm::count_if(layers,
                          [&](const TunedLayer &other) { return other.name == layer.name; }) > 1;
  }

  /// Collects the convolutions and the ways that are possible.
  ExitCode readModel() {
    CompileOptions reading = options;
    reading.explain = reading.progress = false;
    // Warnings are the following compilation's to print.
    std::string messages;
    llvm::raw_string_ostream stream(messages);
    Compilation compilation(reading, stream);
    ExitCode code = collectLayers(compilation);
    if (code != ExitCode::Ok)
      diagnostics << messages;
    return code;
  }

  ExitCode collectLayers(Compilation &compilation) {
    if (ExitCode code = compilation.configure(); code != ExitCode::Ok)
      return code;
    target = compilation.info().target;
    if (std::string obstacle = whyNotRunnableHere(compilation.machine()); !obstacle.empty())
      return fail(llvm::createStringError(
          "cannot measure code for " + target + " here: " + obstacle +
          "; leave out --tune, or give --conv-plan a plan that was measured on such a machine"));
    if (ExitCode code = compilation.read(); code != ExitCode::Ok)
      return code;
    if (ExitCode code = compilation.lower(Phase::Graph); code != ExitCode::Ok)
      return code;
    std::vector<LayerToTune> found = collectConvolutions(compilation.module());
    if (ExitCode code = compilation.lower(Phase::Algorithm); code != ExitCode::Ok)
      return code;
    const ModelInfo &info = compilation.info();
    for (auto [layer, convolution] : llvm::zip(found, info.convolutions)) {
      const ConvCandidateInfo &first = convolution.candidates.front();
      layers.push_back({layer.name,
                        keyOf(info, layer.shape),
                        layer.shape,
                        waysOf(convolution),
                        {first.algorithm, first.tile, 0}});
    }
    return ExitCode::Ok;
  }

  /// What a time depends on: compiler, machine, target, level, shape.
  std::string keyOf(const ModelInfo &info, const LayerShape &shape) const {
    return fmt::format("{} {} {}; {} for {} {} {} {}; {}", options.tool, kVersion.str(),
                       codeGeneratorId(), llvm::sys::getHostCPUName().str(), info.target, info.cpu,
                       info.features, info.optLevel, shape.text());
  }

  static std::vector<MeasuredWay> waysOf(const ConvolutionInfo &convolution) {
    int64_t least = INT64_MAX;
    for (const ConvCandidateInfo &candidate : convolution.candidates)
      least = std::min(least, candidate.cycles);
    std::vector<MeasuredWay> ways;
    for (const ConvCandidateInfo &candidate : convolution.candidates)
      if (candidate.tile == 0)
        ways.insert(ways.begin(), {candidate.algorithm, 0, 0});
      else if (static_cast<double>(candidate.cycles) <= kHopeless * static_cast<double>(least))
        ways.push_back({candidate.algorithm, candidate.tile, 0});
    return ways;
  }

  /// Measures what the cache does not know, each shape once, until the time is over.
  ExitCode measureAll() {
    std::vector<const TunedLayer *> missing;
    std::set<std::string> keys;
    for (const TunedLayer &layer : layers)
      if (layer.ways.size() > 1 && !cache.find(layer.key, layer.ways) &&
          keys.insert(layer.key).second)
        missing.push_back(&layer);
    double start = now();
    for (auto [i, layer] : llvm::enumerate(missing)) {
      if (options.tuneLimit && now() - start >= *options.tuneLimit) {
        progress.clear();
        diagnostics << fmt::format(
            "{}: note: --tune-limit is reached: of {} kinds of convolutions to measure {} are not; "
            "the model decides about them, and --tune goes on with them another time\n",
            options.tool, missing.size(), missing.size() - i);
        return ExitCode::Ok;
      }
      progress.show(fmt::format("measuring '{}', {} of {}", layer->name, i + 1, missing.size()));
      auto measured = measureWays(layer->shape, layer->ways, options);
      if (!measured)
        return fail(measured.takeError());
      if (Error error = cache.add(layer->key, std::move(*measured)))
        return fail(ExitCode::InputOutput, std::move(error));
    }
    return ExitCode::Ok;
  }

  static PlannedConvolution choose(const TunedLayer &layer,
                                   const std::vector<MeasuredWay> &measured) {
    auto cost = [](const MeasuredWay &way) {
      return static_cast<double>(way.nanoseconds) * (way.tile == 0 ? kGain : 1);
    };
    auto isPossible = [&](const MeasuredWay &way) {
      return llvm::any_of(layer.ways, [&](const MeasuredWay &other) {
        return way.algorithm == other.algorithm && way.tile == other.tile;
      });
    };
    PlannedConvolution entry{layer.name, "", 0, {}};
    llvm::copy_if(measured, std::back_inserter(entry.measured), isPossible);
    auto best = llvm::min_element(entry.measured,
                                  [&](const auto &a, const auto &b) { return cost(a) < cost(b); });
    entry.algorithm = best->algorithm;
    entry.tile = best->tile;
    return entry;
  }

  const CompileOptions &options;
  llvm::raw_ostream &diagnostics;
  ProgressLine progress;
  std::string target;
  std::vector<TunedLayer> layers;
  TuneCache cache;
};

} // namespace

ExitCode compileTuned(const CompileOptions &options, llvm::raw_ostream &out,
                      llvm::raw_ostream &diagnostics) {
  ConvPlan plan;
  if (ExitCode code = TuneCommand(options, diagnostics).run(plan); code != ExitCode::Ok)
    return code;
  llvm::SmallString<128> path;
  int descriptor = 0;
  if (std::error_code reason =
          llvm::sys::fs::createTemporaryFile("nn-compile-plan", "json", descriptor, path)) {
    diagnostics << options.tool << ": error: cannot write a temporary file: " << reason.message()
                << '\n';
    return ExitCode::InputOutput;
  }
  llvm::FileRemover remover(path);
  llvm::raw_fd_ostream(descriptor, /*shouldClose=*/true) << writeConvPlan(plan);
  CompileOptions tuned = options;
  tuned.convPlan = path.str().str();
  return compile(tuned, out, diagnostics);
}

} // namespace nnc
