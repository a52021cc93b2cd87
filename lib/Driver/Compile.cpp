// Runs a compilation as far as the wanted form needs it and writes the form.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/Compile.h"

#include "lib/Artifacts/ConvPlan.h"
#include "lib/Artifacts/Header.h"
#include "lib/Artifacts/LevelNames.h"
#include "lib/Artifacts/Report.h"
#include "lib/Driver/Budgets.h"
#include "lib/Driver/Compilation.h"
#include "lib/Driver/CompileLevels.h"
#include "lib/Driver/Explain.h"
#include "lib/Driver/WriteArtifacts.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

namespace nnc {
namespace {

class CompileCommand {
public:
  CompileCommand(const CompileOptions &options, llvm::raw_ostream &out,
                 llvm::raw_ostream &diagnostics)
      : options(options), out(out), diagnostics(diagnostics), compilation(options, diagnostics) {}

  ExitCode run() {
    if (ExitCode code = compilation.configure(); code != ExitCode::Ok)
      return code;
    if (options.printPipeline)
      return printPasses();
    if (ExitCode code = compilation.read(); code != ExitCode::Ok)
      return code;
    Phase last = options.compileTo.empty() ? Phase::LLVM : *findPhase(options.compileTo);
    if (ExitCode code = compilation.lower(last); code != ExitCode::Ok)
      return code;
    if (options.emit == Emit::MLIR || !options.compileTo.empty())
      return writeMLIR();
    bool isText = options.emit == Emit::LLVMIR || options.emit == Emit::Assembly;
    if (ExitCode code = compilation.makeLLVM(isText ? ConstantsIn::llvm : ConstantsIn::object);
        code != ExitCode::Ok)
      return code;
    if (options.emit == Emit::LLVMIR)
      return writeLLVMIR();
    if (options.emit == Emit::Assembly)
      return writeAssembly();
    if (ExitCode code = compilation.generate(); code != ExitCode::Ok)
      return code;
    if (options.explain)
      diagnostics << explainModel(compilation.info());
    if (std::string excess = explainBudgets(compilation.info(), options); !excess.empty())
      return fail(ExitCode::Budget, llvm::StringRef(excess).rtrim());
    if (options.emit == Emit::Object)
      return files().write(compilation.object(), compilation.info().name + ".o");
    return writeLibrary();
  }

private:
  ExitCode fail(ExitCode code, const llvm::Twine &message) {
    diagnostics << "nn-compile: error: " << message << '\n';
    return code;
  }

  ExitCode printPasses() {
    Phase last = options.compileTo.empty() ? Phase::LLVM : *findPhase(options.compileTo);
    out << printPipeline(Phase::Import, last, compilation.pipeline()) << '\n';
    return ExitCode::Ok;
  }

  ExitCode writeMLIR() {
    std::string text;
    llvm::raw_string_ostream stream(text);
    mlir::OpPrintingFlags flags;
    // A terminal is no place for weights; a file is complete and can be read again, with the names
    // of nodes and tensors, which are in the locations.
    if (!options.output.empty() && options.output != "-")
      flags.enableDebugInfo();
    else if (out.is_displayed())
      flags.elideLargeElementsAttrs(16).elideLargeResourceString(64);
    compilation.module()->print(stream, flags);
    stream << '\n';
    return files().write(text);
  }

  ExitCode writeLLVMIR() {
    std::string text;
    llvm::raw_string_ostream stream(text);
    compilation.llvmModule().print(stream, nullptr);
    return files().write(text);
  }

  ExitCode writeAssembly() {
    auto text = emitAssembly(compilation.llvmModule(), compilation.machine());
    if (!text)
      return fail(ExitCode::Internal, llvm::toString(text.takeError()));
    return files().write(*text);
  }

  ExitCode writeLibrary() {
    const ModelInfo &info = compilation.info();
    LibraryFiles library{info.name,
                         {{compilation.object(), info.name + ".o"}},
                         writeHeader(info),
                         writeReport(info)};
    return options.emit == Emit::All ? files().writeFolder(library) : files().writeForm(library);
  }

  /// Writes files, among them the plan of convolutions where it is asked for.
  ArtifactWriter files() {
    ArtifactWriter writer(options, out, diagnostics);
    writer.setSources(compilation.filesRead());
    if (!options.writeConvPlan.empty())
      writer.alsoWrite(options.writeConvPlan, writeConvPlan(planOf(compilation.info())));
    return writer;
  }

  const CompileOptions &options;
  llvm::raw_ostream &out, &diagnostics;
  Compilation compilation;
};

} // namespace

ExitCode compile(const CompileOptions &options, llvm::raw_ostream &out,
                 llvm::raw_ostream &diagnostics) {
  if (namesSeveralLevels(options.target.target))
    return compileLevels(options, out, diagnostics);
  return CompileCommand(options, out, diagnostics).run();
}

} // namespace nnc
