// Options in groups, as --help shows them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/CommandLine.h"

#include "lib/Driver/Targets.h"
#include "lib/Driver/Version.h"
#include "lib/Pipelines/Phases.h"

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

  std::string make_usage(const CLI::App *, std::string) const override {
    return "Usage: nn-compile MODEL [options]\n";
  }

  std::string make_option_name(const CLI::Option *option, bool isPositional) const override {
    std::string name = CLI::Formatter::make_option_name(option, isPositional);
    for (llvm::StringRef machine : kMachineOptions)
      if (name == ("--" + machine).str())
        return name.substr(1);
    return name;
  }

  std::string make_option_opts(const CLI::Option *option) const override {
    std::string text = option->get_option_text();
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

/// Splits NAME=VALUE at the last '=': names of tensors may contain one.
std::pair<std::string, std::string> splitBinding(const std::string &text, const char *form) {
  size_t at = text.rfind('=');
  if (at == std::string::npos || at == 0 || at + 1 == text.size())
    throw CLI::ValidationError("'" + text + "' is not of the form " + form);
  return {text.substr(0, at), text.substr(at + 1)};
}

int64_t parseSize(llvm::StringRef text, const std::string &whole) {
  int64_t size = 0;
  if (text.trim().getAsInteger(10, size) || size < 0)
    throw CLI::ValidationError("'" + text.str() + "' in '" + whole + "' is not a size");
  return size;
}

/// The parser and what it fills before options can be made of it.
class Parser {
public:
  Parser() {
    app.formatter(std::make_shared<HelpFormatter>());
    app.set_help_flag("-h,--help", "Print this help")->group("General");
    app.set_version_flag("--version", versionText())->group("General");
    app.add_flag("--list-targets", listTargets, "Print the names that --target takes")
        ->group("General");
    addOutputOptions();
    addModelOptions();
    addTargetOptions();
    addMemoryOptions();
    addInspectionOptions();
  }

  CLI::App app{
      "Compiles a neural network in ONNX format to a standalone object file with a C header."};
  CompileOptions options;
  bool listTargets = false;

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
    if (listTargets)
      return;
    if (options.input.empty() && !options.printPipeline)
      throw CLI::RequiredError("MODEL");
    if (!options.compileTo.empty() && options.emit != Emit::All && options.emit != Emit::MLIR)
      throw CLI::ValidationError(
          "--compile-to stops before the form that --emit asks for; use one of them");
  }

private:
  static std::string versionText() {
    return "nn-compile " + kVersion.str() + " (LLVM " LLVM_VERSION_STRING ")";
  }

  static std::vector<std::string> phaseNames() {
    std::vector<std::string> names;
    for (const PhaseInfo &info : phases())
      names.push_back(info.name.str());
    return names;
  }

  void addOutputOptions() {
    const std::map<std::string, Emit> forms = {{"obj", Emit::Object},    {"lib", Emit::Library},
                                               {"header", Emit::Header}, {"asm", Emit::Assembly},
                                               {"llvm", Emit::LLVMIR},   {"mlir", Emit::MLIR},
                                               {"report", Emit::Report}};
    app.add_option("-o,--output", options.output,
                   "Folder for library, header and report (default: this folder); with --emit a "
                   "file, '-' for standard output")
        ->option_text("PATH")
        ->group("Output");
    app.add_option("--emit", options.emit,
                   "Write one form only: obj, lib, header, asm, llvm, mlir or report")
        ->transform(CLI::CheckedTransformer(forms).description(""))
        ->option_text("FORM")
        ->group("Output");
    app.add_option("--name", options.name, "Prefix of all C names (default: from the file's name)")
        ->option_text("NAME")
        ->group("Output");
    app.add_flag("--trace", options.trace,
                 "Also emit NAME_run_traced, which calls back after each layer")
        ->group("Output");
  }

  void addModelOptions() {
    app.add_option("MODEL", options.input,
                   "ONNX model, or IR of this compiler (.mlir) after any phase")
        ->option_text(" ");
    app.add_option("--dim", dims, "Size of a named dimension, for example --dim batch=1")
        ->option_text("SYMBOL=N ...")
        ->allow_extra_args(false)
        ->group("Model");
    app.add_option("--shape", shapes, "Shape of an input, for example --shape image=1,3,480,640")
        ->option_text("INPUT=N,N,... ...")
        ->allow_extra_args(false)
        ->group("Model");
    app.add_option("--bind", binds,
                   "Make an input a constant; the file holds one ONNX tensor (.pb)")
        ->option_text("INPUT=FILE ...")
        ->allow_extra_args(false)
        ->group("Model");
  }

  void addTargetOptions() {
    app.add_option("--target", options.target.target,
                   "Machine: see --list-targets, or a triple (default: native)")
        ->option_text("NAME")
        ->group("Target");
    app.add_option("--mcpu", options.target.cpu, "CPU, for targets that leave it open")
        ->option_text("=CPU")
        ->group("Target");
    app.add_option("--mattr", options.target.features,
                   "CPU features to add or remove, for example -mattr=+avx2,-fma")
        ->option_text("=LIST")
        ->group("Target");
    app.add_option("--mfloat-abi", options.target.floatAbi, "Cortex-M: soft, softfp or hard")
        ->option_text("=ABI")
        ->group("Target");
    std::string levels;
    std::vector<std::string> names;
    for (const OptLevel &level : optLevels()) {
      names.push_back(level.name.str());
      levels += (levels.empty() ? "" : "; ") + level.name.str() + ": " + level.help.str();
    }
    app.add_option("-O", options.optLevel, levels)
        ->check(CLI::IsMember(names).description(""))
        ->option_text("LEVEL")
        ->group("Target");
  }

  void addMemoryOptions() {
    auto budget = [&](const char *name, std::optional<uint64_t> &value, const char *help) {
      app.add_option(name, value, help)
          ->transform(CLI::AsSizeValue(false).description(""))
          ->option_text("BYTES")
          ->group("Memory");
    };
    budget("--ram", options.ramBudget,
           "Fail with code 3 where arena, inputs, outputs and stack take more; 32K, 1M");
    budget("--flash", options.flashBudget, "Fail with code 3 where constants and code take more");
    budget("--stack", options.stackBudget,
           "Fail with code 3 where the deepest call path takes more");
    app.add_flag("--io-in-arena", options.ioInArena, "Place inputs and outputs in the arena too")
        ->group("Memory");
  }

  void addInspectionOptions() {
    std::string names = llvm::join(phaseNames(), ", ");
    app.add_option("--compile-to", options.compileTo,
                   "Stop after a phase and print its IR: " + names)
        ->check(CLI::IsMember(phaseNames()).description(""))
        ->option_text("PHASE")
        ->group("Inspection");
    app.add_option("--print-ir-after-phase", options.printAfter,
                   "Print the IR after a phase on standard error")
        ->check(CLI::IsMember(phaseNames()).description(""))
        ->option_text("PHASE ...")
        ->allow_extra_args(false)
        ->group("Inspection");
    app.add_flag("--print-pipeline", options.printPipeline,
                 "Print the passes as text for nn-opt --pass-pipeline and stop")
        ->group("Inspection");
    app.add_flag("--explain", options.explain,
                 "Print layers, memory and decisions on standard error")
        ->group("Inspection");
  }

  std::vector<std::string> dims, shapes, binds;
};

} // namespace

ParsedCommandLine parseCommandLine(int argc, char **argv, llvm::raw_ostream &out,
                                   llvm::raw_ostream &diagnostics) {
  Parser parser;
  std::vector<std::string> arguments = rewriteArguments(argc, argv);
  std::reverse(arguments.begin(), arguments.end()); // the parser takes them from the back
  try {
    parser.app.parse(arguments);
    parser.finish();
  } catch (const CLI::CallForHelp &) {
    out << parser.app.help();
    return {ExitCode::Ok, {}};
  } catch (const CLI::CallForVersion &version) {
    out << version.what() << '\n';
    return {ExitCode::Ok, {}};
  } catch (const CLI::Error &error) {
    diagnostics << "nn-compile: error: " << error.what()
                << "\nnn-compile --help lists the options\n";
    return {ExitCode::Usage, {}};
  }
  if (parser.listTargets) {
    for (const auto &[name, help] : targetRegistry().presets())
      out << llvm::left_justify(name, 14) << help << '\n';
    return {ExitCode::Ok, {}};
  }
  parser.options.commandLine.assign(argv, argv + argc);
  return {std::nullopt, std::move(parser.options)};
}

} // namespace nnc
