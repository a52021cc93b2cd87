// Options of nn-run in groups; those of the compilation are nn-compile's.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/RunCommandLine.h"

#include "lib/Driver/OptionValues.h"
#include "lib/Runner/Boards.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>
#include <limits>

namespace nnc {
namespace {

void addDataOptions(CLI::App &app, RunModelOptions &options) {
  const char *group = "Data";
  app.add_option("-i,--inputs", options.inputs,
                 "Tensors by the inputs' names: .npz, .npy or .pb; none: seeded random data")
      ->option_text("FILE ...")
      ->group(group);
  app.add_option("--seed", options.seed, "Seed of random data (default: 0)")
      ->check(countFrom(0, std::numeric_limits<int64_t>::max()))
      ->option_text("N")
      ->group(group);
  app.add_flag("--batch", options.batch, "The leading dimension of each array counts runs")
      ->group(group);
  app.add_option("--limit", options.limit, "At most so many runs of a batch")
      ->check(countFrom(1))
      ->option_text("N")
      ->group(group);
  app.add_option("-o,--output", options.output, "Write the outputs of the first run as .npz")
      ->option_text("FILE")
      ->group(group);
  app.add_flag("--bind-inputs", options.bindInputs,
               "Where shapes depend on the values of inputs, compile these in as constants from "
               "the comparison data")
      ->group(group);
}

void addComparisonOptions(CLI::App &app, RunModelOptions &options) {
  const char *group = "Comparison";
  app.add_option("--compare", options.compare,
                 "ONNX test folder (with test_data_set_*; also gives the inputs), or .npz, .npy, "
                 ".pb with the outputs' names")
      ->option_text("PATH")
      ->group(group);
  app.add_flag(
         "--reference", options.reference,
         "Compare with the built-in reference evaluator of the imported model; a quantized one "
         "is evaluated with its integers")
      ->group(group);
  app.add_option("--rtol", options.tolerance.relative,
                 "Tolerance relative to the expected element (default: 1e-3)")
      ->check(notNegative())
      ->option_text("X")
      ->group(group);
  app.add_option("--atol", options.tolerance.absolute, "Absolute tolerance (default: 1e-7)")
      ->check(notNegative())
      ->option_text("X")
      ->group(group);
  app.add_flag("--of-largest", options.tolerance.ofLargest,
               "--rtol is relative to the tensor's largest magnitude")
      ->group(group);
}

void addObservationOptions(CLI::App &app, RunModelOptions &options) {
  const char *group = "Observation";
  app.add_flag("--time", options.time, "Time whole runs: median and spread")->group(group);
  app.add_flag("--layers", options.layers, "Time each layer")->group(group);
  app.add_option("--warmup", options.warmup, "Runs before timing (default: 3)")
      ->check(countFrom(0))
      ->option_text("N")
      ->group(group);
  app.add_option("--runs", options.runs, "Timed runs (default: as many as fit a second, 5 to 1000)")
      ->check(countFrom(1))
      ->option_text("N")
      ->group(group);
  app.add_option("--dump-layer", options.dump, "Show an intermediate tensor by its ONNX name")
      ->option_text("TENSOR ...")
      ->allow_extra_args(false)
      ->group(group);
  app.add_flag("--json", options.json, "Print one JSON object instead of tables")->group(group);
  app.add_flag("--quiet", options.quiet, "Print errors only")->group(group);
}

/// What is wrong with a combination of options; null when nothing is.
const char *findContradiction(const CLI::App &app, const RunModelOptions &options) {
  bool folder = llvm::sys::fs::is_directory(options.compare);
  bool timed = options.time || options.layers;
  auto given = [&](const char *name) { return app[name]->count() > 0; };
  if (options.compile.input.empty())
    return "MODEL is required";
  if (folder && !options.inputs.empty())
    return "a test folder gives the inputs as well; leave out --inputs";
  if (!options.compare.empty() && llvm::sys::fs::exists(options.compare) && !folder &&
      options.inputs.empty())
    return "--compare with a file needs the inputs it was made from; add --inputs";
  if (options.reference && !options.compare.empty())
    return "--reference and --compare exclude each other";
  if (options.bindInputs && options.compare.empty())
    return "--bind-inputs takes values from a test folder; add --compare";
  if (given("--limit") && !options.batch)
    return "--limit counts the runs of a batch; add --batch";
  if ((given("--runs") || given("--warmup")) && !timed)
    return "--runs and --warmup count timed runs; add --time or --layers";
  if (timed && boardFor(options.compile.target.target))
    return "an emulated machine has no clock that means anything; leave out --time and --layers";
  if (given("--output") && options.output.empty())
    return "-o names nothing; give a file";
  return nullptr;
}

} // namespace

ParsedRunCommandLine parseRunCommandLine(int argc, char **argv, llvm::raw_ostream &out,
                                         llvm::raw_ostream &diagnostics) {
  RunModelOptions options;
  CompileArguments compile(
      "nn-run",
      "Compiles a model, loads the very object and runs it, here or on an emulated machine.");
  compile.addModelOptions();
  compile.addTargetOptions();
  compile.addQuantization();
  compile.addConvolutionOptions();
  compile.addThreads();
  compile.addMemoryPlacement();
  addDataOptions(compile.app(), options);
  addComparisonOptions(compile.app(), options);
  addObservationOptions(compile.app(), options);
  if (std::optional<ExitCode> exit = compile.parse(argc, argv, out, diagnostics))
    return {exit, {}};
  options.compile = compile.options();
  options.argv0 = argv[0];
  if (const char *problem = findContradiction(compile.app(), options))
    return {compile.refuse(problem, diagnostics), {}};
  return {std::nullopt, std::move(options)};
}

} // namespace nnc
