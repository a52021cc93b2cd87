// Options of nn-run in groups; those of the compilation are nn-compile's.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/RunCommandLine.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

namespace nnc {
namespace {

void addDataOptions(CLI::App &app, RunModelOptions &options) {
  const char *group = "Data";
  app.add_option("-i,--inputs", options.inputs,
                 "Tensors by the inputs' names: .npz, .npy or .pb; none: seeded random data")
      ->option_text("FILE ...")
      ->group(group);
  app.add_option("--seed", options.seed, "Seed of random data (default: 0)")
      ->option_text("N")
      ->group(group);
  app.add_flag("--batch", options.batch, "The leading dimension of each array counts runs")
      ->group(group);
  app.add_option("--limit", options.limit, "At most so many runs of a batch")
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
  app.add_flag("--reference", options.reference,
               "Compare with the built-in reference evaluator of the imported model")
      ->group(group);
  app.add_option("--rtol", options.tolerance.relative,
                 "Tolerance relative to the expected element (default: 1e-3)")
      ->option_text("X")
      ->group(group);
  app.add_option("--atol", options.tolerance.absolute, "Absolute tolerance (default: 1e-7)")
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
      ->option_text("N")
      ->group(group);
  app.add_option("--runs", options.runs, "Timed runs (default: as many as fit a second, 5 to 1000)")
      ->option_text("N")
      ->group(group);
  app.add_option("--dump-layer", options.dump, "Show an intermediate tensor by its ONNX name")
      ->option_text("TENSOR ...")
      ->allow_extra_args(false)
      ->group(group);
  app.add_flag("--json", options.json, "Print one JSON object instead of tables")->group(group);
  app.add_flag("--quiet", options.quiet, "Print errors only")->group(group);
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
  compile.addMemoryPlacement();
  addDataOptions(compile.app(), options);
  addComparisonOptions(compile.app(), options);
  addObservationOptions(compile.app(), options);
  if (std::optional<ExitCode> exit = compile.parse(argc, argv, out, diagnostics))
    return {exit, {}};
  options.compile = compile.options();
  options.argv0 = argv[0];
  bool folder = llvm::sys::fs::is_directory(options.compare);
  auto usage = [&](const char *text) {
    return ParsedRunCommandLine{compile.refuse(text, diagnostics), {}};
  };
  if (folder && !options.inputs.empty())
    return usage("a test folder gives the inputs as well; leave out --inputs");
  if (!options.compare.empty() && !folder && options.inputs.empty())
    return usage("--compare with a file needs the inputs it was made from; add --inputs");
  if (options.reference && !options.compare.empty())
    return usage("--reference and --compare exclude each other");
  return {std::nullopt, std::move(options)};
}

} // namespace nnc
