// Options that every tool which compiles a model shares, and how they are parsed.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_COMPILEARGUMENTS_H
#define NNC_LIB_DRIVER_COMPILEARGUMENTS_H

#include "lib/Driver/Options.h"

#include <memory>
#include <optional>

namespace CLI {
class App;
}
namespace llvm {
class raw_ostream;
}

namespace nnc {

/// Options of a tool, or an exit code where the command line is wrong or only asked for something
/// to be printed.
template <typename Options> struct Parsed {
  std::optional<ExitCode> exit;
  Options options;
};

/// A command line of a tool: its own options are added to `app()`, groups of compile options by
/// name.
class CompileArguments {
public:
  CompileArguments(const char *tool, const char *summary);
  ~CompileArguments();

  CLI::App &app();
  CompileOptions &options();

  void addModelOptions();
  void addTargetOptions();
  /// `--quantize` and what it needs.
  void addQuantization();
  /// How convolutions are computed.
  void addConvolutionOptions();
  /// `--threads`.
  void addThreads();
  /// `--memory` and `--io-in-arena`.
  void addMemoryPlacement();

  /// Parses; help and version go to `out`, complaints to `diagnostics`. An exit code where the tool
  /// has nothing left to do. The command line is kept for reproducers.
  std::optional<ExitCode> parse(int argc, char **argv, llvm::raw_ostream &out,
                                llvm::raw_ostream &diagnostics);

  /// Complains about options that parse but do not go together.
  ExitCode refuse(const char *problem, llvm::raw_ostream &diagnostics) const;

private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation;
};

} // namespace nnc

#endif
