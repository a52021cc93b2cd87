// Runs a compilation as far as the wanted form needs it and writes the form.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/Compile.h"

#include "lib/Artifacts/ConvPlan.h"
#include "lib/Artifacts/Header.h"
#include "lib/Artifacts/OutputFiles.h"
#include "lib/Artifacts/Report.h"
#include "lib/Driver/Budgets.h"
#include "lib/Driver/Compilation.h"
#include "lib/Driver/Explain.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
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
    return options.emit == Emit::All ? writeFolder() : writeSingle();
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
    return write(text);
  }

  ExitCode writeLLVMIR() {
    std::string text;
    llvm::raw_string_ostream stream(text);
    compilation.llvmModule().print(stream, nullptr);
    return write(text);
  }

  ExitCode writeAssembly() {
    auto text = emitAssembly(compilation.llvmModule(), compilation.machine());
    if (!text)
      return fail(ExitCode::Internal, llvm::toString(text.takeError()));
    return write(*text);
  }

  ExitCode writeSingle() {
    const ModelInfo &info = compilation.info();
    switch (options.emit) {
    case Emit::Object:
      return write(compilation.object(), info.name + ".o");
    case Emit::Library: {
      auto archive = makeArchive(compilation.object(), info.name + ".o");
      if (!archive)
        return fail(ExitCode::Internal, llvm::toString(archive.takeError()));
      return write(*archive, "lib" + info.name + ".a");
    }
    case Emit::Header:
      return write(writeHeader(info));
    default:
      return write(writeReport(info));
    }
  }

  /// Text goes to standard output unless a file is named, binary forms to `byDefault`.
  ExitCode write(llvm::StringRef contents, const std::string &byDefault = "-") {
    const std::string &path = options.output.empty() ? byDefault : options.output;
    if (path != "-")
      return writeFiles({{path, contents}});
    if (ExitCode code = writeFiles({}); code != ExitCode::Ok)
      return code;
    out << contents;
    out.flush();
    return ExitCode::Ok;
  }

  ExitCode writeFolder() {
    const ModelInfo &info = compilation.info();
    std::string folder = options.output.empty() ? "." : options.output;
    auto path = [&](const std::string &file) {
      llvm::SmallString<128> joined(folder);
      llvm::sys::path::append(joined, file);
      return joined.str().str();
    };
    auto archive = makeArchive(compilation.object(), info.name + ".o");
    if (!archive)
      return fail(ExitCode::Internal, llvm::toString(archive.takeError()));
    std::string header = writeHeader(info), report = writeReport(info);
    if (llvm::sys::fs::exists(folder) && !llvm::sys::fs::is_directory(folder))
      return fail(ExitCode::InputOutput, "cannot write into '" + folder +
                                             "': it is a file; -o names a folder, or a file where "
                                             "--emit chooses one form");
    std::vector<std::string> made = missingFolders(folder);
    if (std::error_code reason =
            llvm::sys::fs::create_directories(folder, true, llvm::sys::fs::all_all))
      return fail(ExitCode::InputOutput,
                  "cannot make the folder '" + folder + "': " + reason.message());
    ExitCode code = writeFiles({{path("lib" + info.name + ".a"), *archive},
                                {path(info.name + ".h"), header},
                                {path(info.name + ".report.json"), report}});
    if (code != ExitCode::Ok)
      for (const std::string &created : made)
        (void)llvm::sys::fs::remove(created);
    return code;
  }

  /// The folder and those above it that do not exist, the innermost first.
  static std::vector<std::string> missingFolders(llvm::StringRef folder) {
    std::vector<std::string> missing;
    for (; !folder.empty() && !llvm::sys::fs::exists(folder);
         folder = llvm::sys::path::parent_path(folder))
      missing.push_back(folder.str());
    return missing;
  }

  /// Writes files, among them the plan of convolutions where it is asked for.
  ExitCode writeFiles(llvm::ArrayRef<std::pair<std::string, llvm::StringRef>> contents) {
    OutputFiles files;
    std::vector<std::pair<std::string, llvm::StringRef>> all = contents.vec();
    std::string plan = writeConvPlan(planOf(compilation.info()));
    if (!options.writeConvPlan.empty())
      all.emplace_back(options.writeConvPlan, plan);
    for (const auto &[path, bytes] : all)
      if (llvm::Error failed = files.add(path, bytes))
        return fail(ExitCode::InputOutput, llvm::toString(std::move(failed)));
    if (llvm::Error failed = files.commit())
      return fail(ExitCode::InputOutput, llvm::toString(std::move(failed)));
    return ExitCode::Ok;
  }

  const CompileOptions &options;
  llvm::raw_ostream &out, &diagnostics;
  Compilation compilation;
};

} // namespace

ExitCode compile(const CompileOptions &options, llvm::raw_ostream &out,
                 llvm::raw_ostream &diagnostics) {
  return CompileCommand(options, out, diagnostics).run();
}

} // namespace nnc
