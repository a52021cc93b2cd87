// Options of a compilation in groups, as --help shows them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/CompileArguments.h"

#include "lib/Driver/InterfaceTypes.h"
#include "lib/Driver/OptionValues.h"
#include "lib/Driver/Version.h"
#include "lib/Numerics/QuantizedRange.h"
#include "lib/Pipelines/Phases.h"
#include "lib/Support/Identifier.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

namespace nnc {
namespace {

/// Machine options have one dash, as in other compilers: they are parsed and shown with two only
/// inside.
constexpr llvm::StringLiteral kMachineOptions[] = {"mcpu", "mattr", "mfloat-abi"};

class HelpFormatter : public CLI::Formatter {
public:
  HelpFormatter() { column_width(34); }

  std::string make_usage(const CLI::App *app, std::string) const override {
    return "Usage: " + app->get_name() + " MODEL [options]\n";
  }

  std::string make_option_name(const CLI::Option *option, bool isPositional) const override {
    std::string name = CLI::Formatter::make_option_name(option, isPositional);
    for (llvm::StringRef machine : kMachineOptions)
      if (name == ("--" + machine).str())
        return name.substr(1);
    return name;
  }

  std::string make_option_opts(const CLI::Option *option) const override {
    const std::string &text = option->get_option_text();
    return text.empty() || text.starts_with("=") ? text : " " + text;
  }
};

std::vector<std::string> rewriteArguments(int argc, char **argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  for (std::string &argument : arguments)
    for (llvm::StringRef machine : kMachineOptions)
      if (llvm::StringRef(argument).starts_with(("-" + machine).str()))
        argument.insert(argument.begin(), '-');
  return arguments;
}

/// The parser's complaint in words of this command line.
std::string describe(const CLI::Error &error) {
  std::string text = error.what();
  if (llvm::StringRef(text).starts_with("--"))
    for (llvm::StringRef machine : kMachineOptions)
      if (llvm::StringRef(text).drop_front(2).starts_with(machine))
        text.erase(text.begin());
  llvm::StringRef option = llvm::StringRef(text).split(':').first;
  if (dynamic_cast<const CLI::ArgumentMismatch *>(&error))
    return option.str() + (text.find("At Most") != std::string::npos ? " is given more than once"
                                                                     : " needs a value");
  if (dynamic_cast<const CLI::ExtrasError *>(&error)) {
    llvm::StringRef extras = llvm::StringRef(text).rsplit(": ").second;
    return "unknown or superfluous: " + extras.str();
  }
  return text;
}

/// Splits NAME=VALUE at the last '=': names of tensors may contain one.
std::pair<std::string, std::string> splitBinding(const std::string &text, const char *form) {
  size_t at = text.rfind('=');
  if (at == std::string::npos || at == 0 || at + 1 == text.size())
    throw CLI::ValidationError("'" + text + "' is not of the form " + form);
  return {text.substr(0, at), text.substr(at + 1)};
}

/// TYPE, for all, or NAME=TYPE.
std::pair<std::string, std::string> splitInterfaceType(const std::string &text) {
  bool forAll = text.find('=') == std::string::npos;
  auto request = forAll ? std::pair(std::string(), text) : splitBinding(text, "NAME=TYPE");
  std::vector<std::string> types = interfaceTypeNames();
  if (!llvm::is_contained(types, request.second))
    throw CLI::ValidationError("--io-type: '" + request.second + "' is no type; there are " +
                               llvm::join(types, ", "));
  return request;
}

int64_t parseSize(llvm::StringRef text, const std::string &whole) {
  int64_t size = 0;
  if (text.trim().getAsInteger(10, size) || size < 0)
    throw CLI::ValidationError("'" + text.str() + "' in '" + whole +
                               "' is not a size, expected a whole number from 0");
  return size;
}

/// NAME:BYTES,…
std::vector<MemoryRegion> parseRegions(const std::string &text) {
  std::vector<MemoryRegion> regions;
  for (llvm::StringRef part : llvm::split(text, ',')) {
    auto [name, size] = part.split(':');
    std::optional<uint64_t> bytes = parseByteSize(size);
    if (!isUsableIdentifier(name) || !bytes || *bytes == 0)
      throw CLI::ValidationError("'" + part.str() + "' in '" + text +
                                 "' is not of the form NAME:BYTES with a C identifier and a size, "
                                 "for example fast:64K");
    for (const MemoryRegion &other : regions)
      if (name.equals_insensitive(other.name))
        throw CLI::ValidationError("'" + name.str() + "' is named twice in '" + text + "'");
    regions.push_back({name.str(), *bytes});
  }
  return regions;
}

} // namespace

struct CompileArguments::Implementation {
  CLI::App app;
  std::string tool;
  CompileOptions options;
  std::vector<std::string> dims, shapes, binds, ioTypes;
  std::string memory;

  /// What is wrong with options of quantization; null when nothing is.
  const char *findQuantizationProblem() const {
    const QuantizeRequest &request = options.quantize;
    auto given = [&](const char *name) {
      const CLI::Option *option = app.get_option_no_throw(name);
      return option && option->count() > 0;
    };
    if (given("--calibrate") && request.data.empty())
      return "--calibrate names nothing; give samples of the inputs";
    if (request.type.empty())
      return given("--calibrate") || given("--calibration-samples") ||
                     given("--calibration-method") || given("--quantize-skip")
                 ? "--calibrate, --calibration-samples, --calibration-method and --quantize-skip "
                   "are for --quantize=int8"
                 : nullptr;
    if (request.data.empty())
      return "--quantize needs samples of the inputs, to learn the ranges of values: "
             "--calibrate=DATA with an .npz (arrays [N, ...] by the inputs' names), a folder of "
             ".npy files, or a .raw, .bin or .f32 file; --calibrate=random gives right size and "
             "speed, "
             "but wrong answers";
    return nullptr;
  }

  /// What CLI11 cannot do by itself.
  void finish() {
    for (const std::string &text : dims) {
      auto [name, size] = splitBinding(text, "SYMBOL=N");
      options.dims.emplace_back(name, parseSize(size, text));
    }
    for (const std::string &text : shapes) {
      auto [name, list] = splitBinding(text, "INPUT=N,N,...");
      std::vector<int64_t> sizes;
      for (llvm::StringRef size : llvm::split(list, ','))
        sizes.push_back(parseSize(size, text));
      options.shapes.emplace_back(name, sizes);
    }
    for (const std::string &text : binds)
      options.binds.push_back(splitBinding(text, "INPUT=FILE"));
    if (app.get_option_no_throw("--memory") && app["--memory"]->count() > 0)
      options.regions = parseRegions(memory);
    for (const std::string &text : ioTypes)
      options.ioTypes.push_back(splitInterfaceType(text));
  }
};

CompileArguments::CompileArguments(const char *tool, const char *summary)
    : implementation(std::make_unique<Implementation>()) {
  CLI::App &parser = implementation->app;
  implementation->tool = implementation->options.tool = tool;
  parser.name(tool);
  parser.description(summary);
  parser.formatter(std::make_shared<HelpFormatter>());
  parser.set_help_flag("-h,--help", "Print this help")->group("General");
  parser
      .set_version_flag("--version", std::string(tool) + " " + kVersion.str() +
                                         " (LLVM " LLVM_VERSION_STRING ")")
      ->group("General");
}

CompileArguments::~CompileArguments() = default;
CLI::App &CompileArguments::app() { return implementation->app; }
CompileOptions &CompileArguments::options() { return implementation->options; }

void CompileArguments::addModelOptions() {
  implementation->app
      .add_option("MODEL", implementation->options.input,
                  "ONNX model, or IR of this compiler (.mlir) after any phase")
      ->option_text(" ");
  implementation->app
      .add_option("--dim", implementation->dims,
                  "Size of a named dimension, for example --dim batch=1")
      ->option_text("SYMBOL=N ...")
      ->allow_extra_args(false)
      ->group("Model");
  implementation->app
      .add_option("--shape", implementation->shapes,
                  "Shape of an input, for example --shape image=1,3,480,640")
      ->option_text("INPUT=N,N,... ...")
      ->allow_extra_args(false)
      ->group("Model");
  implementation->app
      .add_option("--bind", implementation->binds,
                  "Make an input a constant; the file holds one ONNX tensor (.pb)")
      ->option_text("INPUT=FILE ...")
      ->allow_extra_args(false)
      ->group("Model");
}

void CompileArguments::addTargetOptions() {
  implementation->app
      .add_option("--target", implementation->options.target.target,
                  "Machine: see --list-targets, or a triple (default: native); x86-64-v2+v3+v4: a "
                  "library that chooses at run time (nn-compile)")
      ->option_text("NAME")
      ->group("Target");
  implementation->app
      .add_option("--mcpu", implementation->options.target.cpu,
                  "CPU, for targets that leave it open")
      ->option_text("=CPU")
      ->group("Target");
  implementation->app
      .add_option("--mattr", implementation->options.target.features,
                  "CPU features to add or remove, for example -mattr=+avx2,-fma")
      ->option_text("=LIST")
      ->group("Target");
  implementation->app
      .add_option("--mfloat-abi", implementation->options.target.floatAbi,
                  "Cortex-M: soft, softfp or hard")
      ->option_text("=ABI")
      ->group("Target");
  std::string levels;
  std::vector<std::string> names;
  for (const OptLevel &level : optLevels()) {
    names.push_back(level.name.str());
    levels += (levels.empty() ? "" : "; ") + level.name.str() + ": " + level.help.str();
  }
  implementation->app.add_option("-O", implementation->options.optLevel, levels)
      ->check(oneOf(names))
      ->option_text("LEVEL")
      ->group("Target");
}

void CompileArguments::addQuantization() {
  const char *group = "Quantization";
  QuantizeRequest &request = implementation->options.quantize;
  implementation->app
      .add_option("--quantize", request.type,
                  "Compute with integers of 8 bits where the model has floating-point numbers: "
                  "int8; needs --calibrate")
      ->check(oneOf({"int8"}))
      ->option_text("TYPE")
      ->group(group);
  implementation->app
      .add_option("--calibrate", request.data,
                  "Samples of the inputs: .npz with arrays [N, ...] by their names, a folder of "
                  ".npy, .raw, .bin or .f32; 'random' for size and speed only")
      ->option_text("DATA")
      ->group(group);
  implementation->app
      .add_option("--calibration-samples", request.samples,
                  "Use at most so many samples (default: all)")
      ->check(countFrom(1))
      ->option_text("N")
      ->group(group);
  implementation->app
      .add_option("--calibration-method", request.method,
                  "How the range of a value is chosen: mse (default), minmax, percentile or kl")
      ->check(oneOf({numerics::kRangeMethods.begin(), numerics::kRangeMethods.end()}))
      ->option_text("NAME")
      ->group(group);
  implementation->app
      .add_option("--quantize-skip", request.skip,
                  "Leave nodes or tensors of these names in floating point; *, ?, [...]")
      ->option_text("PATTERN ...")
      ->allow_extra_args(false)
      ->group(group);
  implementation->app
      .add_option("--io-type", implementation->ioTypes,
                  "Pass quantized inputs and outputs, or the one that is named, as int8, uint8, "
                  "int16, uint16 or float; the header says scale and zero point")
      ->option_text("[NAME=]TYPE ...")
      ->allow_extra_args(false)
      ->group(group);
}

void CompileArguments::addConvolutionOptions() {
  implementation->app
      .add_option("--conv-algorithm", implementation->options.convAlgorithm,
                  "auto: the fastest by a model, with -O3 on machines with vectors (default); "
                  "direct; winograd or fft: "
                  "wherever it is possible")
      ->check(CLI::IsMember(
                  std::vector<std::string>(std::begin(kConvAlgorithms), std::end(kConvAlgorithms)))
                  .description(""))
      ->option_text("NAME")
      ->group("Target");
  implementation->app
      .add_option("--max-conv-error", implementation->options.maxConvError,
                  "Largest estimate of a convolution's relative rounding error (default: 2e-5)")
      ->check(CLI::NonNegativeNumber.description(""))
      ->option_text("X")
      ->group("Target");
  implementation->app
      .add_option(
          "--conv-plan", implementation->options.convPlan,
          "Compute the convolutions that a file names as it says (see docs/passes/algorithm.md)")
      ->option_text("FILE")
      ->group("Target");
}

void CompileArguments::addThreads() {
  implementation->app
      .add_option("--threads", implementation->options.threads,
                  "Divide layers into up to N parts that an executor can run at the same time "
                  "(default: 1)")
      ->check(countFrom(1, kMaxThreads))
      ->option_text("N")
      ->group("Target");
}

void CompileArguments::addMemoryPlacement() {
  implementation->app
      .add_option("--memory", implementation->memory,
                  "Divide the arena among memories, the fastest first, each with its limit: "
                  "fast:64K,slow:512K; code 3 where it does not fit")
      ->option_text("NAME:BYTES,...")
      ->group("Memory");
  implementation->app
      .add_flag("--io-in-arena", implementation->options.ioInArena,
                "Place inputs and outputs in the arena too")
      ->group("Memory");
}

ExitCode CompileArguments::refuse(const char *problem, llvm::raw_ostream &diagnostics) const {
  const std::string &tool = implementation->tool;
  diagnostics << tool << ": error: " << problem << '\n' << tool << " --help lists the options\n";
  return ExitCode::Usage;
}

std::optional<ExitCode> CompileArguments::parse(int argc, char **argv, llvm::raw_ostream &out,
                                                llvm::raw_ostream &diagnostics) {
  std::vector<std::string> arguments = rewriteArguments(argc, argv);
  std::reverse(arguments.begin(), arguments.end()); // the parser takes them from the back
  try {
    implementation->app.parse(arguments);
    implementation->finish();
  } catch (const CLI::CallForHelp &) {
    out << implementation->app.help();
    return ExitCode::Ok;
  } catch (const CLI::CallForVersion &version) {
    out << version.what() << '\n';
    return ExitCode::Ok;
  } catch (const CLI::Error &error) {
    return refuse(describe(error).c_str(), diagnostics);
  }
  implementation->options.commandLine.assign(argv, argv + argc);
  if (const char *problem = implementation->findQuantizationProblem())
    return refuse(problem, diagnostics);
  return std::nullopt;
}

} // namespace nnc
