// The steps of --quantize: simplify, equalize, calibrate, quantize, measure.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantizer/QuantizeModel.h"

#include "dialects/NN/NN.h"
#include "dialects/NN/NodeNames.h"
#include "lib/Artifacts/ModelInfo.h"
#include "lib/Driver/Diagnostics.h"
#include "lib/Driver/Progress.h"
#include "lib/Quantizer/Calibration.h"
#include "lib/Quantizer/CalibrationData.h"
#include "lib/Quantizer/ObservedProgram.h"
#include "passes/Quantization/Passes.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <fmt/format.h>

using namespace mlir;

namespace nnc {

using llvm::Error;
using llvm::Expected;

namespace {

class Quantizer {
public:
  Quantizer(const CompileOptions &options, const PipelineOptions &pipeline, ModelInfo &info,
            llvm::raw_ostream &diagnostics)
      : options(options), pipeline(pipeline), info(info), diagnostics(diagnostics),
        progress(options.progress) {}

  ExitCode run(ModuleOp module) {
    if (isQuantized(module))
      return fail(ExitCode::ModelError, "the model is quantized already; leave out --quantize");
    auto skipped = SkippedLayers::parse(options.quantize.skip);
    if (!skipped)
      return fail(skipped.takeError());
    auto samples =
        readCalibrationData(options.quantize.data, inputsOf(module), options.quantize.samples);
    if (!samples)
      return fail(samples.takeError());
    if (!runPasses(module, [&](OpPassManager &manager) { addSimplification(manager); }))
      return ExitCode::ModelError;
    QuantizationPoints points = findQuantizationPoints(entryOf(module), *skipped);
    if (points.values.empty())
      return fail(ExitCode::ModelError,
                  "--quantize finds nothing to quantize: no operator with constant weights has an "
                  "integer form, or --quantize-skip names all");
    if (Error error = calibrate(module, points, *samples, calibrationOptions(samples->size())))
      return fail(std::move(error));
    OwningOpRef<ModuleOp> real = module.clone();
    QuantizePassOptions quantize;
    quantize.skip.assign(options.quantize.skip.begin(), options.quantize.skip.end());
    if (!runPasses(module, [&](OpPassManager &manager) {
          manager.addNestedPass<func::FuncOp>(createQuantizePass(quantize));
        }))
      return ExitCode::ModelError;
    if (Error error = measure(*real, module, *skipped, *samples))
      return fail(std::move(error));
    progress.clear();
    return ExitCode::Ok;
  }

private:
  ExitCode fail(ExitCode code, const llvm::Twine &message) {
    progress.clear();
    diagnostics << options.tool << ": error: " << message << '\n';
    return code;
  }
  ExitCode fail(Error error) {
    bool isFile = error.isA<llvm::FileError>();
    return fail(isFile ? ExitCode::InputOutput : ExitCode::ModelError,
                llvm::toString(std::move(error)));
  }

  static bool isQuantized(ModuleOp module) {
    return module
        .walk([](Operation *op) {
          return isa<nn::QuantizeOp, nn::DequantizeOp>(op) ? WalkResult::interrupt()
                                                           : WalkResult::advance();
        })
        .wasInterrupted();
  }

  bool runPasses(ModuleOp module, llvm::function_ref<void(OpPassManager &)> add) {
    PassManager manager(module.getContext());
    add(manager);
    DiagnosticPrinter printer(module.getContext(), diagnostics, options.tool, options.explain);
    return succeeded(manager.run(module));
  }

  /// Norms must be in the weights before these are quantized, at any level.
  void addSimplification(OpPassManager &manager) const {
    PipelineOptions graph = pipeline;
    if (!graph.level->graph)
      graph.level = findOptLevel("1");
    addPhase(manager, Phase::Graph, graph);
    manager.addNestedPass<func::FuncOp>(createEqualizePass());
  }

  CalibrationOptions calibrationOptions(size_t count) {
    CalibrationOptions calibration;
    calibration.method = *numerics::findRangeMethod(options.quantize.method);
    calibration.progress = [this, count](size_t number) { show("calibrating", number, count); };
    return calibration;
  }

  void show(const char *what, size_t number, size_t count) {
    progress.show(fmt::format("{}: sample {} of {}", what, number + 1, count));
  }

  /// Runs the very integers beside the numbers that they stand for.
  Error measure(ModuleOp real, ModuleOp quantized, const SkippedLayers &skipped,
                ArrayRef<TensorSet> samples) {
    QuantizationPoints points = findQuantizationPoints(entryOf(real), skipped);
    SmallVector<Value> integers;
    quantized.walk([&](nn::QuantizeOp op) { integers.push_back(op.getResult()); });
    if (integers.size() != points.values.size())
      return llvm::createStringError("not every value has got a range");
    auto first = ObservedProgram::compile(real, points.values);
    if (!first)
      return first.takeError();
    auto second = ObservedProgram::compile(quantized, integers);
    if (!second)
      return second.takeError();
    std::vector<numerics::SignalToNoise> ratios;
    for (auto [number, sample] : llvm::enumerate(samples)) {
      show("measuring", number, samples.size());
      Expected<TensorSet> expected = (*first)->run(sample), actual = (*second)->run(sample);
      if (!expected || !actual)
        return llvm::joinErrors(expected.takeError(), actual.takeError());
      ratios.resize(expected->size());
      for (auto [ratio, x, y] : llvm::zip_equal(ratios, *expected, *actual))
        if (x.type == ElementType::F32)
          ratio.add({realsOf(x).data(), realsOf(x).size()}, {realsOf(y).data(), realsOf(y).size()});
    }
    report(real, integers, ratios, samples.size());
    return Error::success();
  }

  void report(ModuleOp real, ArrayRef<Value> integers, ArrayRef<numerics::SignalToNoise> ratios,
              size_t samples) {
    PostTrainingInfo &quantization = info.quantization.emplace();
    quantization.method = options.quantize.method;
    quantization.samples = samples;
    func::FuncOp function = entryOf(real);
    size_t own = function.getNumResults();
    for (size_t i = 0; i < own; ++i) {
      auto name = function.getResultAttrOfType<StringAttr>(static_cast<unsigned>(i), "nn.name");
      quantization.outputs.push_back({name ? name.str() : "", "", 0, 0, ratios[i].decibels()});
    }
    for (auto [value, ratio] : llvm::zip_equal(integers, ratios.drop_front(own)))
      quantization.values.push_back(describe(value, ratio));
  }

  static QuantizedValueInfo describe(Value value, const numerics::SignalToNoise &ratio) {
    auto type =
        cast<quant::UniformQuantizedType>(cast<RankedTensorType>(value.getType()).getElementType());
    Value source = value.getDefiningOp<nn::QuantizeOp>().getInput();
    QuantizedValueInfo described;
    if (auto argument = dyn_cast<BlockArgument>(source)) {
      auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
      if (auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "nn.name"))
        described.tensor = name.str();
    } else {
      described.tensor = nn::tensorName(source.getLoc()).str();
      described.layer = nn::nodeName(source.getLoc()).str();
    }
    described.scale = type.getScale();
    described.zeroPoint = type.getZeroPoint();
    described.decibels = ratio.decibels();
    return described;
  }

  const CompileOptions &options;
  const PipelineOptions &pipeline;
  ModelInfo &info;
  llvm::raw_ostream &diagnostics;
  ProgressLine progress;
};

} // namespace

namespace {

/// A quantized model, for the next compilation of the same: one of several levels, or the one
/// behind the measurements of --tune. Samples need not be run again.
struct QuantizedOnce {
  std::string key;      ///< what else than the model it depends on
  std::string bytecode; ///< contexts differ
  std::optional<PostTrainingInfo> info;

  static std::string keyOf(const CompileOptions &options, const PipelineOptions &pipeline) {
    return printPipeline(Phase::Import, Phase::Graph, pipeline) + " " +
           llvm::join(options.exposed, " ");
  }

  void keep(ModuleOp module, const ModelInfo &modelInfo) {
    bytecode.clear();
    llvm::raw_string_ostream stream(bytecode);
    (void)writeBytecodeToFile(module, stream);
    info = modelInfo.quantization;
  }

  /// Puts it in the place of a model that was read; what the module says of its machine stays.
  ExitCode restore(ModuleOp module, ModelInfo &modelInfo) const {
    auto kept = parseSourceString<ModuleOp>(bytecode, ParserConfig(module.getContext()));
    if (!kept)
      return ExitCode::Internal;
    module.getBodyRegion().takeBody(kept->getBodyRegion());
    modelInfo.quantization = info;
    return ExitCode::Ok;
  }
};

} // namespace

void addQuantizer(CompileOptions &options, llvm::raw_ostream &diagnostics) {
  if (options.quantize.type.empty())
    return;
  if (options.quantize.data == kRandomData)
    diagnostics << options.tool
                << ": warning: --calibrate=random gives ranges of random inputs: size and speed of "
                   "the result are right, its answers are not; pass samples of real inputs for "
                   "those\n";
  options.adapt =
      [once = std::make_shared<QuantizedOnce>()](ModuleOp module, const CompileOptions &options,
                                                 const PipelineOptions &pipeline, ModelInfo &info,
                                                 llvm::raw_ostream &diagnostics) {
        std::string key = QuantizedOnce::keyOf(options, pipeline);
        if (once->key == key)
          return once->restore(module, info);
        ExitCode code = Quantizer(options, pipeline, info, diagnostics).run(module);
        if (code != ExitCode::Ok)
          return code;
        once->key = std::move(key);
        once->keep(module, info);
        return code;
      };
}

} // namespace nnc
