// What a compilation is asked to do, and how it can end.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_OPTIONS_H
#define NNC_LIB_DRIVER_OPTIONS_H

#include "include/nncompile/Target.h"
#include "lib/Pipelines/Phases.h"
#include "lib/Support/MemoryRegion.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace llvm {
class raw_ostream;
}

namespace nnc {

struct ModelInfo;

/// Exit codes of the tools.
enum class ExitCode : int {
  Ok = 0,
  ModelError = 1, ///< the model or an option's value is wrong or not supported
  Usage = 2,      ///< the command line cannot be understood
  Budget = 3,     ///< compiled, but larger than --ram, --flash, --stack or --memory allow
  Verification = 4,
  InputOutput = 5, ///< a file cannot be read or written
  Internal = 70,   ///< a defect of the compiler; a reproducer was written
};

/// What is written.
enum class Emit { All, Object, Library, Header, Assembly, LLVMIR, MLIR, Report };

/// How a model in floating point becomes one of integers.
struct QuantizeRequest {
  std::string type;              ///< "int8"; empty: it stays as it is
  std::string data;              ///< samples of inputs
  int64_t samples = 0;           ///< at most so many; 0: all
  std::string method = "mse";    ///< how ranges are chosen
  std::vector<std::string> skip; ///< patterns of names that stay in floating point
};

/// The options of nn-compile.
struct CompileOptions {
  std::string tool = "nn-compile"; ///< the program that speaks in messages
  std::string input;
  std::string
      output; ///< folder for `Emit::All`, else a file; "-": standard output; empty: chosen by form
  Emit emit = Emit::All;
  std::string name;         ///< empty: from the file's name
  std::string writeDepfile; ///< file that says in make's syntax what was read
  TargetRequest target;
  std::string optLevel = "3";

  std::vector<std::pair<std::string, int64_t>> dims;                ///< --dim SYMBOL=N
  std::vector<std::pair<std::string, std::vector<int64_t>>> shapes; ///< --shape INPUT=1,3,48,320

  std::vector<std::pair<std::string, std::string>>
      binds; ///< --bind INPUT=FILE: a tensor that becomes a constant
  std::vector<std::pair<std::string, std::string>>
      bindsIfNeeded; ///< the same, where the model must know the value at compile time
  std::vector<std::string> exposed; ///< tensors that become outputs behind the model's own

  std::vector<std::pair<std::string, std::string>>
      ioTypes; ///< --io-type [NAME=]TYPE: how inputs and outputs are passed; no name: all

  QuantizeRequest quantize;
  /// What is done with a model that was read, before all phases; empty: nothing. A part of the
  /// program above this one sets it.
  std::function<ExitCode(mlir::ModuleOp, const CompileOptions &, const PipelineOptions &,
                         ModelInfo &, llvm::raw_ostream &)>
      adapt;

  std::string convAlgorithm = "auto";
  double maxConvError = kMaxConvError; ///< relative
  std::string convPlan;                ///< file that says how convolutions are computed
  std::string writeConvPlan;           ///< file to write that to
  bool tune = false;                   ///< measure ways to compute convolutions on this machine
  std::string tuneCache;               ///< file of measurements; empty: the user's
  std::optional<double> tuneLimit;     ///< seconds after which nothing more is measured

  std::optional<uint64_t> ramBudget, flashBudget, stackBudget; ///< bytes
  std::vector<MemoryRegion> regions; ///< memories for the arena, the fastest first
  SectionNames sections;
  bool ioInArena = false;
  bool trace = false;
  int64_t threads = 1; ///< parts of a layer that may run at the same time

  std::string compileTo; ///< name of a phase; empty: to the end
  std::vector<std::string> printAfter;
  bool printPipeline = false;
  bool explain = false;
  bool progress = false; ///< show a line on stderr that says what is being done

  std::vector<std::string> commandLine; ///< for reproducers
};

} // namespace nnc

#endif
