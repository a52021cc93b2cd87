// From options to an exit code: compile, gather, run, judge, print.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/RunModel.h"

#include "lib/Driver/Compilation.h"
#include "lib/Runner/Boards.h"
#include "lib/Runner/Emulated.h"
#include "lib/Runner/HostMachine.h"
#include "lib/Runner/LayerTrace.h"
#include "lib/Runner/ReferenceRun.h"
#include "lib/Runner/RunReport.h"
#include "lib/Runner/Timing.h"

#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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
    Expected<RunData> gathered = gatherData(open, options);
    if (!gathered)
      return complain(gathered.takeError());
    data = std::move(*gathered);
    if (options.reference)
      if (Error error = addReference(compilation.module(), open, data))
        return complain(std::move(error));
    if (ExitCode code = compileObject(); code != ExitCode::Ok)
      return code;
    if (missing = findMissing(); !missing.empty())
      return ExitCode::Ok;
    Error error = isEmulated() ? runEmulated() : runHere();
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

  /// Tensors to show that the object does not hold in memory; where there are some, nothing has
  /// run.
  const std::vector<std::string> &missingTensors() const { return missing; }

private:
  /// An emulated machine is not looked into: there only outputs can be shown.
  std::vector<std::string> findMissing() const {
    std::vector<std::string> names = namesToRead();
    return isEmulated() ? names : unwrittenTensors(compilation.info(), names);
  }

  /// Tensors to show that are no outputs of the object.
  std::vector<std::string> namesToRead() const {
    std::vector<std::string> names = options.dump;
    llvm::erase_if(names, [&](const std::string &name) {
      return llvm::is_contained(options.compile.exposed, name);
    });
    return names;
  }

  /// Judges the model's own outputs; exposed tensors of the first run are shown.
  void takeOutputs(std::vector<TensorSet> outputs) {
    for (TensorSet &set : outputs) {
      auto firstExposed = set.begin() + static_cast<ptrdiff_t>(open.outputs.size());
      if (&set == &outputs.front())
        result.dumped.assign(firstExposed, set.end());
      set.erase(firstExposed, set.end());
    }
    result.outcome = judge(open, std::move(outputs), data, options.tolerance);
  }

  ExitCode complain(Error error) {
    ExitCode code = error.isA<llvm::FileError>() ? ExitCode::InputOutput : ExitCode::ModelError;
    diagnostics << "nn-run: error: " << llvm::toString(std::move(error)) << "\n";
    return code;
  }

  /// Refuses code that would end this process with an illegal instruction.
  Error checkHost() {
    if (isEmulated())
      return Error::success();
    std::string obstacle = whyNotRunnableHere(compilation.machine());
    if (obstacle.empty())
      return Error::success();
    return llvm::createStringError(
        fmt::format("cannot run code for {} here: {}; use --target=native, or an emulated machine: "
                    "{}",
                    compilation.info().target, obstacle, fmt::join(boardNames(), ", ")));
  }

  bool isEmulated() const { return boardFor(options.compile.target.target) != nullptr; }

  ExitCode readModel() {
    if (ExitCode code = compilation.configure(); code != ExitCode::Ok)
      return code;
    if (Error error = checkHost())
      return complain(std::move(error));
    if (ExitCode code = compilation.read(); code != ExitCode::Ok)
      return code;
    interface = interfaceOf(compilation.info());
    open = interface;
    open.outputs.resize(interface.outputs.size() - options.compile.exposed.size());
    return ExitCode::Ok;
  }

  ExitCode compileObject() {
    if (ExitCode code = compilation.lower(Phase::LLVM); code != ExitCode::Ok)
      return code;
    if (ExitCode code = compilation.makeLLVM(ConstantsIn::object); code != ExitCode::Ok)
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
    takeOutputs(std::move(outputs));
    if (!options.dump.empty()) {
      Expected<TensorSet> dumped =
          dumpTensors(*program, compilation.info(), data.inputs.front(), namesToRead());
      if (!dumped)
        return dumped.takeError();
      llvm::append_range(result.dumped, *dumped);
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
                     {},
                     {},
                     {},
                     interface.inputOffsets,
                     interface.outputOffsets};
    const PlanInfo &plan = compilation.info().plan;
    if (!plan.isDivided())
      job.arenas.push_back({0, plan.arenaBytes});
    else
      for (const RegionInfo &region : plan.regions)
        job.arenas.push_back({region.start, region.bytes});
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
    takeOutputs(std::move(outputs));
    return Error::success();
  }

  static ProgramInterface interfaceOf(const ModelInfo &info) {
    ProgramInterface interface;
    interface.prefix = info.name;
    interface.arenaBytes = info.plan.extent();
    if (info.plan.isDivided())
      for (const RegionInfo &region : info.plan.regions)
        interface.regionStarts.push_back(region.start);
    interface.arenaAlignment = info.plan.arenaAlignment;
    interface.threads = info.threads;
    for (auto [from, to, offsets] :
         {std::tuple{&info.inputs, &interface.inputs, &interface.inputOffsets},
          {&info.outputs, &interface.outputs, &interface.outputOffsets}})
      for (const TensorInfo &tensor : *from) {
        to->push_back({tensor.name, tensor.type, tensor.shape, {}});
        if (tensor.arenaOffset)
          offsets->push_back(*tensor.arenaOffset);
      }
    return interface;
  }

  RunModelOptions options;
  llvm::raw_ostream &out, &diagnostics;
  Compilation compilation;
  ProgramInterface interface; ///< of the object
  ProgramInterface open;      ///< without exposed tensors
  std::vector<std::string> missing;
  RunData data;
  RunResult result;
};
} // namespace

ExitCode runModel(const RunModelOptions &options, llvm::raw_ostream &out,
                  llvm::raw_ostream &diagnostics) {
  RunModelOptions adapted = options;
  if (options.bindInputs) {
    Expected<std::vector<std::pair<std::string, std::string>>> bindable =
        bindableInputs(options.compare);
    if (bindable)
      adapted.compile.bindsIfNeeded = std::move(*bindable);
    else
      llvm::consumeError(bindable.takeError()); // gathering the data complains
  }
  Session session(adapted, out, diagnostics);
  ExitCode code = session.run();
  if (session.missingTensors().empty())
    return code;
  // Fusion has removed these tensors; they are computed in an object that returns them.
  adapted.compile.exposed = session.missingTensors();
  return Session(adapted, out, diagnostics).run();
}

} // namespace nnc
