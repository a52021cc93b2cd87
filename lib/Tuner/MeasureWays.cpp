// Measurement in turn, in the thread's own time.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Tuner/MeasureWays.h"

#include "lib/Driver/Compilation.h"
#include "lib/Runner/InProcess.h"
#include "lib/Runner/Timing.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <ctime>

namespace nnc {

using llvm::Expected;

namespace {

/// Turns that are taken at least and at most, and the seconds after which no further one begins.
constexpr size_t kFewestTurns = 7, kMostTurns = 60;
constexpr double kSeconds = 0.4;
/// Runs in a turn; the first, which finds the caches full of another way's data, is not counted.
constexpr int kRuns = 3;

/// Seconds that this thread has run: others on the machine do not count.
double threadSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Zeros at an aligned address.
class Buffer {
public:
  explicit Buffer(uint64_t bytes, uint64_t alignment = 64)
      : storage(bytes + alignment), alignment(alignment) {}
  char *data() {
    return reinterpret_cast<char *>(llvm::alignAddr(storage.data(), llvm::Align(alignment)));
  }

private:
  std::vector<char> storage;
  uint64_t alignment;
};

/// A compiled layer in memory.
class LoadedLayer {
public:
  static Expected<LoadedLayer> load(const Compilation &compilation) {
    const ModelInfo &info = compilation.info();
    auto object = LoadedObject::load(compilation.object(), info.name);
    if (!object)
      return object.takeError();
    const auto layer = llvm::find_if(
        info.layers, [](const LayerInfo &layer) { return layer.name == kMeasuredLayer; });
    if (!object->runTraced() || layer == info.layers.end())
      return llvm::createStringError("the layer to measure is not in its object");
    return LoadedLayer(std::move(*object), info,
                       static_cast<uint32_t>(layer - info.layers.begin()));
  }

  /// Seconds of the layer in each counted run of a turn, the smallest.
  double turn() {
    double least = INFINITY;
    for (int run = 0; run < kRuns; ++run) {
      const void *inputs[] = {input.data()};
      void *outputs[] = {output.data()};
      seconds = 0;
      last = threadSeconds();
      object.runTraced()(inputs, outputs, arena.data(), afterLayer, this);
      if (run > 0)
        least = std::min(least, seconds);
    }
    return std::max(least, 1e-9);
  }

private:
  LoadedLayer(LoadedObject object, const ModelInfo &info, uint32_t index)
      : object(std::move(object)), index(index),
        arena(info.plan.arenaBytes, info.plan.arenaAlignment), input(info.inputs.front().bytes()),
        output(info.outputs.front().bytes()) {
    auto *values = reinterpret_cast<float *>(input.data());
    for (uint64_t i = 0; i < info.inputs.front().elements(); ++i)
      values[i] = static_cast<float>(i * 7 % 31) / 16 - 1;
  }

  static void afterLayer(void *user, uint32_t layer) {
    auto *self = static_cast<LoadedLayer *>(user);
    double time = threadSeconds();
    if (layer == self->index)
      self->seconds = time - self->last;
    self->last = threadSeconds();
  }

  LoadedObject object;
  uint32_t index;
  Buffer arena, input, output;
  double seconds = 0, last = 0;
};

/// A plan for the one layer, in a file that is removed at the end.
class PlanFile {
public:
  static Expected<std::unique_ptr<PlanFile>> write(const MeasuredWay &way) {
    llvm::SmallString<128> name;
    int descriptor = 0;
    if (std::error_code reason =
            llvm::sys::fs::createTemporaryFile("nn-compile-layer", "json", descriptor, name))
      return llvm::createStringError("cannot write a temporary file: " + reason.message());
    auto file = std::unique_ptr<PlanFile>(new PlanFile(name));
    llvm::raw_fd_ostream(descriptor, /*shouldClose=*/true)
        << writeConvPlan({"", {{kMeasuredLayer.str(), way.algorithm, way.tile, {}}}});
    return file;
  }
  std::string path() const { return name.str().str(); }

private:
  explicit PlanFile(llvm::StringRef name) : name(name), remover(name) {}
  llvm::SmallString<128> name;
  llvm::FileRemover remover;
};

Expected<LoadedLayer> compileWay(const LayerShape &shape, const MeasuredWay &way,
                                 const CompileOptions &options) {
  auto plan = PlanFile::write(way);
  if (!plan)
    return plan.takeError();
  CompileOptions layer;
  layer.tool = options.tool;
  layer.name = "tuned";
  layer.target = options.target;
  layer.optLevel = options.optLevel;
  layer.maxConvError = options.maxConvError;
  layer.convPlan = (*plan)->path();
  layer.trace = true;
  std::string messages;
  llvm::raw_string_ostream diagnostics(messages);
  Compilation compilation(layer, diagnostics);
  auto steps = {+[](Compilation &c, const LayerShape &) { return c.configure(); },
                +[](Compilation &c, const LayerShape &shape) {
                  return c.take(
                      [&](mlir::MLIRContext &context) { return buildLayerModel(shape, context); });
                },
                +[](Compilation &c, const LayerShape &) { return c.lower(Phase::LLVM); },
                +[](Compilation &c, const LayerShape &) { return c.makeLLVM(ConstantsIn::object); },
                +[](Compilation &c, const LayerShape &) { return c.generate(); }};
  for (auto step : steps)
    if (step(compilation, shape) != ExitCode::Ok)
      return llvm::createStringError(
          "the layer " + shape.text() +
          " cannot be compiled by itself: " + llvm::StringRef(messages).rtrim());
  return LoadedLayer::load(compilation);
}

} // namespace

Expected<std::vector<MeasuredWay>> measureWays(const LayerShape &shape,
                                               llvm::ArrayRef<MeasuredWay> ways,
                                               const CompileOptions &options) {
  std::vector<LoadedLayer> layers;
  for (const MeasuredWay &way : ways) {
    Expected<LoadedLayer> layer = compileWay(shape, way, options);
    if (!layer)
      return layer.takeError();
    layers.push_back(std::move(*layer));
  }
  std::vector<std::vector<double>> ratios(ways.size());
  std::vector<double> first;
  double start = now();
  for (size_t turn = 0; turn < kFewestTurns || (turn < kMostTurns && now() - start < kSeconds);
       ++turn) {
    double reference = layers.front().turn();
    first.push_back(reference);
    ratios.front().push_back(1);
    for (size_t i = 1; i < layers.size(); ++i)
      ratios[i].push_back(layers[i].turn() / reference);
  }
  double scale = 1e9 * summarize(first).median;
  std::vector<MeasuredWay> measured(ways.begin(), ways.end());
  for (auto [way, samples] : llvm::zip_equal(measured, ratios))
    way.nanoseconds = std::max(std::llround(summarize(samples).median * scale), 1LL);
  return measured;
}

} // namespace nnc
