// From options to an exit code: compile, gather, run, judge, print.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/RunModel.h"

#include "lib/Driver/Compilation.h"
#include "lib/Runner/Boards.h"
#include "lib/Runner/Emulated.h"
#include "lib/Runner/LayerTrace.h"
#include "lib/Runner/ReferenceRun.h"
#include "lib/Runner/RunReport.h"
#include "lib/Runner/Timing.h"

#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

namespace nnc {

using llvm::Error;
using llvm::Expected;

namespace {
/// One invocation; holds what its steps share.
class Session {
public:
  Session(const RunModelOptions &options, llvm::raw_ostream &out, llvm::raw_ostream &diagnostics)
      : options(options), out(out), diagnostics(diagnostics),
        compilation(this->options.compile, diagnostics) {
    this->options.compile.trace |= options.layers || !options.dump.empty();
  }

  ExitCode run() {
    if (ExitCode code = readModel(); code != ExitCode::Ok)
      return code;
    // Shapes are known before lowering, which consumes the model that the reference evaluates.
    Expected<RunData> gathered = gatherData(interface, options);
    if (!gathered)
      return complain(gathered.takeError());
    data = std::move(*gathered);
    if (options.reference)
      if (Error error = addReference(compilation.module(), interface, data))
        return complain(std::move(error));
    if (ExitCode code = compileObject(); code != ExitCode::Ok)
      return code;
    Error error = boardFor(options.compile.target.target) ? runEmulated() : runHere();
    if (error)
      return complain(std::move(error));
    if (!options.output.empty())
      if (Error failure = writeNpz(options.output, result.outcome.outputs.front())) {
        (void)complain(std::move(failure));
        return ExitCode::InputOutput;
      }
    printResult(options, compilation.info(), data, result, out, diagnostics);
    return result.outcome.disagreeingTensors ? ExitCode::Verification : ExitCode::Ok;
  }

private:
  ExitCode complain(Error error) {
    diagnostics << "nn-run: error: " << llvm::toString(std::move(error)) << "\n";
    return ExitCode::ModelError;
  }

  ExitCode readModel() {
    if (ExitCode code = compilation.configure(); code != ExitCode::Ok)
      return code;
    if (ExitCode code = compilation.read(); code != ExitCode::Ok)
      return code;
    interface = interfaceOf(compilation.info());
    return ExitCode::Ok;
  }

  ExitCode compileObject() {
    if (ExitCode code = compilation.lower(Phase::LLVM); code != ExitCode::Ok)
      return code;
    if (ExitCode code = compilation.makeLLVM(); code != ExitCode::Ok)
      return code;
    if (ExitCode code = compilation.generate(); code != ExitCode::Ok)
      return code;
    interface = interfaceOf(compilation.info());
    return ExitCode::Ok;
  }

  /// Runs every set of inputs; then, when asked, once more with measurement.
  Error runHere() {
    Expected<Program> program = Program::load(compilation.object(), interface);
    if (!program)
      return program.takeError();
    std::vector<TensorSet> outputs;
    for (const TensorSet &inputs : data.inputs) {
      Expected<TensorSet> computed = program->run(inputs);
      if (!computed)
        return computed.takeError();
      outputs.push_back(std::move(*computed));
    }
    result.outcome = judge(interface, std::move(outputs), data, options.tolerance);
    if (!options.dump.empty()) {
      Expected<TensorSet> dumped =
          dumpTensors(*program, compilation.info(), data.inputs.front(), options.dump);
      if (!dumped)
        return dumped.takeError();
      result.dumped = std::move(*dumped);
    }
    if (options.time)
      result.timing = timeProgram(*program, data.inputs.front(), options.warmup, options.runs);
    if (options.layers) {
      Expected<std::vector<Timing>> layers = timeLayers(
          *program, compilation.info(), data.inputs.front(), options.warmup, options.runs);
      if (!layers)
        return layers.takeError();
      result.layers = std::move(*layers);
    }
    return Error::success();
  }

  Error runEmulated() {
    Expected<std::string> support = findEmulationSupport(options.argv0.c_str());
    if (!support)
      return support.takeError();
    const CompileOptions &compile = options.compile;
    EmulationJob job{compile.target.target,
                     compile.target.cpu,
                     compile.target.floatAbi,
                     interface.prefix,
                     compilation.object(),
                     interface.arenaBytes,
                     {},
                     {}};
    for (const TensorInfo &tensor : compilation.info().inputs)
      job.inputBytes.push_back(tensor.bytes());
    for (const TensorInfo &tensor : compilation.info().outputs)
      job.outputBytes.push_back(tensor.bytes());
    std::vector<std::vector<std::vector<char>>> inputs;
    for (const TensorSet &set : data.inputs)
      llvm::transform(set, std::back_inserter(inputs.emplace_back()),
                      [](const HostTensor &tensor) { return tensor.bytes; });
    Expected<EmulationResult> emulated = emulate(job, inputs, *support);
    if (!emulated)
      return emulated.takeError();
    std::vector<TensorSet> outputs;
    for (auto &set : emulated->outputs) {
      TensorSet &tensors = outputs.emplace_back(interface.outputs);
      for (auto [tensor, bytes] : llvm::zip_equal(tensors, set))
        tensor.bytes = std::move(bytes);
    }
    result.stackBytes = emulated->stackBytes;
    result.arenaEndUsed = emulated->arenaEndUsed;
    result.outcome = judge(interface, std::move(outputs), data, options.tolerance);
    return Error::success();
  }

  static ProgramInterface interfaceOf(const ModelInfo &info) {
    ProgramInterface interface{info.name, {}, {}, info.plan.arenaBytes, info.plan.arenaAlignment};
    for (auto [from, to] :
         {std::pair{&info.inputs, &interface.inputs}, {&info.outputs, &interface.outputs}})
      for (const TensorInfo &tensor : *from)
        to->push_back({tensor.name, tensor.type, tensor.shape, {}});
    return interface;
  }

  RunModelOptions options;
  llvm::raw_ostream &out, &diagnostics;
  Compilation compilation;
  ProgramInterface interface;
  RunData data;
  RunResult result;
};
} // namespace

/// The first attempt's complaints are shown only when there is no second.
static ExitCode runBindingInputs(const RunModelOptions &options, llvm::raw_ostream &out,
                                 llvm::raw_ostream &diagnostics) {
  std::string complaints;
  llvm::raw_string_ostream first(complaints);
  ExitCode code = Session(options, out, first).run();
  RunModelOptions bound = options;
  if (code == ExitCode::ModelError) {
    Expected<std::vector<std::pair<std::string, std::string>>> bindable =
        bindableInputs(options.compare);
    if (bindable)
      bound.compile.binds = std::move(*bindable);
    else
      llvm::consumeError(bindable.takeError());
  }
  if (!bound.compile.binds.empty())
    return Session(bound, out, diagnostics).run();
  diagnostics << complaints;
  return code;
}

ExitCode runModel(const RunModelOptions &options, llvm::raw_ostream &out,
                  llvm::raw_ostream &diagnostics) {
  if (options.bindInputs)
    return runBindingInputs(options, out, diagnostics);
  return Session(options, out, diagnostics).run();
}

} // namespace nnc
