// nn-compile's own options; those of every compilation are in CompileArguments.cpp.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/CommandLine.h"

#include "lib/Driver/CompileLevels.h"
#include "lib/Driver/OptionValues.h"
#include "lib/Driver/Targets.h"
#include "lib/Pipelines/Phases.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

namespace nnc {

static std::vector<std::string> phaseNames() {
  std::vector<std::string> names;
  for (const PhaseInfo &info : phases())
    names.push_back(info.name.str());
  return names;
}

static void addOutputOptions(CLI::App &app, CompileOptions &options) {
  const std::map<std::string, Emit> forms = {{"obj", Emit::Object},    {"lib", Emit::Library},
                                             {"header", Emit::Header}, {"asm", Emit::Assembly},
                                             {"llvm", Emit::LLVMIR},   {"mlir", Emit::MLIR},
                                             {"report", Emit::Report}};
  const std::vector<std::string> names = {"obj", "lib", "header", "asm", "llvm", "mlir", "report"};
  app.add_option("-o,--output", options.output,
                 "Folder for library, header and report (default: this folder); with --emit a "
                 "file, '-' for standard output")
      ->option_text("PATH")
      ->group("Output");
  app.add_option("--emit", options.emit,
                 "Write one form only: obj, lib, header, asm, llvm, mlir or report")
      // The transformation that is added last comes first.
      ->transform(CLI::Transformer(forms).description(""))
      ->transform(oneOf(names))
      ->option_text("FORM")
      ->group("Output");
  app.add_option("--name", options.name, "Prefix of all C names (default: from the file's name)")
      ->option_text("NAME")
      ->group("Output");
  app.add_option("--write-depfile", options.writeDepfile,
                 "Write the files that were read to a file that make, Ninja and CMake understand")
      ->option_text("FILE")
      ->group("Output");
  app.add_flag("--trace", options.trace,
               "Also emit NAME_run_traced, which calls back after each layer")
      ->group("Output");
}

static void addConvPlanOptions(CLI::App &app, CompileOptions &options) {
  app.add_option("--write-conv-plan", options.writeConvPlan,
                 "Write how convolutions are computed to a file that --conv-plan takes")
      ->option_text("FILE")
      ->group("Output");
}

static void addTuningOptions(CLI::App &app, CompileOptions &options) {
  app.add_flag("--tune", options.tune,
               "Compute convolutions in the way that is fastest on this machine; --write-conv-plan "
               "keeps it")
      ->group("Tuning");
  app.add_option("--tune-cache", options.tuneCache,
                 "File that remembers measurements (default: nn-compile/convolutions.json in "
                 "XDG_CACHE_HOME or ~/.cache)")
      ->option_text("FILE")
      ->group("Tuning");
  app.add_option("--tune-limit", options.tuneLimit,
                 "Measure nothing more after so many seconds; the model decides the rest")
      ->check(notNegative())
      ->option_text("SECONDS")
      ->group("Tuning");
}

/// What is wrong with options of plans and tuning; null when nothing is.
static const char *findPlanContradiction(const CLI::App &app, const CompileOptions &options) {
  if (app["--conv-plan"]->count() > 0 && options.convPlan.empty())
    return "--conv-plan names nothing; leave it out for no plan";
  if (app["--write-conv-plan"]->count() > 0 && options.writeConvPlan.empty())
    return "--write-conv-plan names nothing; leave it out to write no plan";
  if (!options.writeConvPlan.empty() && !options.compileTo.empty() &&
      *findPhase(options.compileTo) < Phase::Algorithm)
    return "--compile-to stops before convolutions are decided; --write-conv-plan needs the phase "
           "algorithm";
  if (options.tune && (!options.convPlan.empty() || options.convAlgorithm != "auto"))
    return "--tune decides by measurement; leave out --conv-plan and --conv-algorithm";
  if (options.tune && options.printPipeline)
    return "--tune needs a model to run; leave it out for --print-pipeline";
  if (!options.tune && (app["--tune-cache"]->count() > 0 || options.tuneLimit))
    return "--tune-cache and --tune-limit are for --tune";
  if (app["--tune-cache"]->count() > 0 && options.tuneCache.empty())
    return "--tune-cache names nothing; leave it out for the usual file";
  return nullptr;
}

static void addMemoryOptions(CLI::App &app, CompileOptions &options) {
  auto budget = [&](const char *name, std::optional<uint64_t> &value, const char *help) {
    app.add_option(name, value, help)->transform(byteSize())->option_text("BYTES")->group("Memory");
  };
  budget("--ram", options.ramBudget,
         "Fail with code 3 where arena, inputs, outputs and stack take more; 32K, 1M");
  budget("--flash", options.flashBudget, "Fail with code 3 where constants and code take more");
  budget("--stack", options.stackBudget, "Fail with code 3 where the deepest call path takes more");
}

static void addSectionOptions(CLI::App &app, CompileOptions &options) {
  auto section = [&](const char *name, std::string &value, const char *help) {
    app.add_option(name, value, help)->check(sectionName())->option_text("PREFIX")->group("Memory");
  };
  section("--code-section", options.sections.code,
          "What names of sections with code begin with, for linker scripts (default: .text.nn)");
  section("--weights-section", options.sections.weights,
          "The same for constants, for example .ext_flash (default: .rodata.nn)");
}

static void addInspectionOptions(CLI::App &app, CompileOptions &options) {
  std::string names = llvm::join(phaseNames(), ", ");
  app.add_option("--compile-to", options.compileTo, "Stop after a phase and print its IR: " + names)
      ->check(oneOf(phaseNames()))
      ->option_text("PHASE")
      ->group("Inspection");
  app.add_option("--print-ir-after-phase", options.printAfter,
                 "Print the IR after a phase on standard error")
      ->check(oneOf(phaseNames()))
      ->option_text("PHASE ...")
      ->allow_extra_args(false)
      ->group("Inspection");
  app.add_flag("--print-pipeline", options.printPipeline,
               "Print the passes as text for nn-opt --pass-pipeline and stop")
      ->group("Inspection");
  app.add_flag("--explain", options.explain, "Print layers, memory and decisions on standard error")
      ->group("Inspection");
}

/// What is wrong with a combination of options; null when nothing is.
static const char *findContradiction(const CLI::App &app, const CompileOptions &options) {
  if (options.input.empty() && !options.printPipeline)
    return "MODEL is required";
  if (!options.compileTo.empty() && options.emit != Emit::All && options.emit != Emit::MLIR)
    return "--compile-to stops before the form that --emit asks for; use one of them";
  if (app["--output"]->count() > 0 && options.output.empty())
    return "-o names nothing; give a folder, or a file with --emit";
  if (app["--name"]->count() > 0 && options.name.empty())
    return "--name names nothing; leave it out for a name from the file's";
  if (!options.quantize.type.empty() && options.printPipeline)
    return "--quantize needs a model to run; leave it out for --print-pipeline";
  if (!options.ioTypes.empty() && options.printPipeline)
    return "--io-type changes a model that is read; leave it out for --print-pipeline";
  if (const char *problem = findPlanContradiction(app, options))
    return problem;
  if (const char *problem = findLevelContradiction(options))
    return problem;
  bool writesText = options.emit == Emit::Assembly || options.emit == Emit::LLVMIR ||
                    options.emit == Emit::MLIR || !options.compileTo.empty();
  if (options.output == "-" && options.emit == Emit::All && options.compileTo.empty())
    return "-o - takes one form; choose it with --emit";
  if (app["--write-depfile"]->count() > 0 && options.writeDepfile.empty())
    return "--write-depfile names nothing; leave it out to write none";
  bool textByDefault = writesText || options.emit == Emit::Header || options.emit == Emit::Report;
  if (!options.writeDepfile.empty() &&
      (options.output == "-" || (textByDefault && options.output.empty())))
    return "--write-depfile says what a file depends on; name that file with -o";
  if (writesText && (options.ramBudget || options.flashBudget || options.stackBudget))
    return "budgets can be checked where an object is made; leave out --ram, --flash and --stack";
  return nullptr;
}

ParsedCommandLine parseCommandLine(int argc, char **argv, llvm::raw_ostream &out,
                                   llvm::raw_ostream &diagnostics) {
  bool listTargets = false;
  CompileArguments arguments(
      "nn-compile",
      "Compiles a neural network in ONNX format to a standalone object file with a C header.");
  arguments.app()
      .add_flag("--list-targets", listTargets, "Print the names that --target takes")
      ->group("General");
  addOutputOptions(arguments.app(), arguments.options());
  arguments.addModelOptions();
  arguments.addTargetOptions();
  arguments.addQuantization();
  arguments.addConvolutionOptions();
  addConvPlanOptions(arguments.app(), arguments.options());
  addTuningOptions(arguments.app(), arguments.options());
  arguments.addThreads();
  addMemoryOptions(arguments.app(), arguments.options());
  arguments.addMemoryPlacement();
  addSectionOptions(arguments.app(), arguments.options());
  addInspectionOptions(arguments.app(), arguments.options());
  if (std::optional<ExitCode> exit = arguments.parse(argc, argv, out, diagnostics))
    return {exit, {}};
  if (listTargets) {
    for (const auto &[name, help] : targetRegistry().presets())
      out << llvm::left_justify(name, 14) << help << '\n';
    return {ExitCode::Ok, {}};
  }
  if (const char *problem = findContradiction(arguments.app(), arguments.options()))
    return {arguments.refuse(problem, diagnostics), {}};
  return {std::nullopt, std::move(arguments.options())};
}

} // namespace nnc
