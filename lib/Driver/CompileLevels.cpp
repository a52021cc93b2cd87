// Levels are compiled one after the other; only their objects are held together.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/CompileLevels.h"

#include "lib/Artifacts/Header.h"
#include "lib/Artifacts/LevelNames.h"
#include "lib/Artifacts/Report.h"
#include "lib/Driver/Budgets.h"
#include "lib/Driver/Compilation.h"
#include "lib/Driver/Explain.h"
#include "lib/Driver/Targets.h"
#include "lib/Driver/WriteArtifacts.h"
#include "targets/Common/LLVM/ObjectFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include "runtime/include/nnrt/nnrt.h"

namespace nnc {

const char *findLevelContradiction(const CompileOptions &options) {
  if (!namesSeveralLevels(options.target.target))
    return nullptr;
  if (options.printPipeline || !options.compileTo.empty())
    return "several levels have no one pipeline; name one level for --print-pipeline and "
           "--compile-to";
  if (options.emit != Emit::All && options.emit != Emit::Library && options.emit != Emit::Header &&
      options.emit != Emit::Report)
    return "several levels make a library; name one level for --emit=obj, asm, llvm and mlir";
  if (!options.target.cpu.empty() || !options.target.features.empty())
    return "several levels are told apart by what each promises; leave out -mcpu and -mattr";
  if (options.ioInArena)
    return "several levels have several places in the arena; name one level for --io-in-arena";
  if (!options.regions.empty())
    return "several levels have several plans of memory; name one level for --memory";
  if (options.sections.code != SectionNames().code ||
      options.sections.weights != SectionNames().weights)
    return "several levels are for systems that place sections by themselves; name one level for "
           "--code-section and --weights-section";
  if (options.trace)
    return "several levels have several lists of layers; name one level for --trace";
  if (options.tune || !options.writeConvPlan.empty())
    return "several levels have several plans; name one level for --tune and --write-conv-plan";
  return nullptr;
}

namespace {

class LevelsCommand {
public:
  LevelsCommand(const CompileOptions &options, llvm::raw_ostream &out,
                llvm::raw_ostream &diagnostics)
      : options(options), out(out), diagnostics(diagnostics),
        name(options.name.empty() ? modelNameOf(options.input) : options.name) {}

  ExitCode run() {
    auto parsed = parseLevels(options.target.target);
    if (!parsed)
      return fail(ExitCode::ModelError, llvm::toString(parsed.takeError()));
    numbers = std::move(*parsed);
    // Each level has a name made of this one, so nobody else tests it.
    if (std::string problem = findNameProblem(name); !problem.empty())
      return fail(ExitCode::ModelError, problem);
    for (unsigned level : numbers)
      if (ExitCode code = compileLevel(level); code != ExitCode::Ok)
        return code;
    library = combineLevels(levels);
    if (ExitCode code = addChoice(); code != ExitCode::Ok)
      return code;
    if (options.explain)
      explain();
    if (std::string excess = explainBudgets(library, options); !excess.empty())
      return fail(ExitCode::Budget, llvm::StringRef(excess).rtrim());
    return write();
  }

private:
  ExitCode fail(ExitCode code, const llvm::Twine &message) {
    diagnostics << "nn-compile: error: " << message << '\n';
    return code;
  }

  ExitCode compileLevel(unsigned level) {
    CompileOptions alone = options;
    alone.target.target = nameOfLevel(level);
    alone.name = prefixOfLevel(name, level);
    Compilation compilation(alone, diagnostics);
    for (auto step :
         {+[](Compilation &c) { return c.configure(); }, +[](Compilation &c) { return c.read(); },
          +[](Compilation &c) { return c.lower(Phase::LLVM); },
          +[](Compilation &c) { return c.makeLLVM(ConstantsIn::object); },
          +[](Compilation &c) { return c.generate(); }})
      if (ExitCode code = step(compilation); code != ExitCode::Ok)
        return code;
    sources = compilation.filesRead();
    levels.push_back({level, compilation.info()});
    objects.push_back(compilation.takeObject());
    return ExitCode::Ok;
  }

  /// The name of the run function that stands for interface, arena and all levels.
  std::string makeGuard() const {
    std::string guards;
    for (const LevelInfo &level : levels)
      guards += level.info.guard + " ";
    std::string hash = llvm::utohexstr(llvm::xxh3_64bits(guards), /*LowerCase=*/true, 16);
    return name + "_run_abi" + std::to_string(NNRT_ABI_VERSION) + "_arena" +
           std::to_string(library.plan.arenaBytes) + "_" + hash.substr(0, 8);
  }

  /// Adds the object that chooses, and what it takes.
  ExitCode addChoice() {
    library.name = name;
    library.target = nameOfLevels(numbers);
    library.guard = makeGuard();
    auto bytes = targetRegistry().compileLevelChoice(
        nameOfLevel(1), {name, library.guard, numbers, library.threads > 1});
    if (!bytes)
      return fail(ExitCode::Internal, llvm::toString(bytes.takeError()));
    llvm::StringRef raw(bytes->data(), bytes->size());
    auto facts = inspectObject(raw);
    if (!facts)
      return fail(ExitCode::Internal, llvm::toString(facts.takeError()));
    // A call pushes eight bytes; what the levels need is known by itself.
    auto stack = stackBound(*facts, name + "_run", {8, 0, 0});
    if (stack && library.threads > 1) {
      auto with = stackBound(*facts, name + "_run_with", {8, 0, 0});
      if (!with)
        return fail(ExitCode::Internal, llvm::toString(with.takeError()));
      *stack = std::max(*stack, *with);
    }
    auto tidy = tidyObject(raw, name, options.sections);
    if (!stack || !tidy)
      return fail(ExitCode::Internal,
                  llvm::toString(joinErrors(stack.takeError(), tidy.takeError())));
    library.stackBytes += *stack;
    library.textBytes += facts->textBytes;
    library.constantBytes += facts->constantBytes;
    objects.push_back(std::move(*tidy));
    return ExitCode::Ok;
  }

  void explain() {
    for (const LevelInfo &level : levels)
      diagnostics << explainModel(level.info) << '\n';
    diagnostics << name << " for " << library.target << ": arena " << library.plan.arenaBytes
                << " bytes, stack " << library.stackBytes << ", flash " << library.flashBytes()
                << " (constants " << library.constantBytes << ", code " << library.textBytes
                << ")\n";
  }

  ExitCode write() {
    LibraryFiles files{name, {}, writeHeader(library, numbers), writeReport(library, levels)};
    for (size_t i = 0; i < objects.size(); ++i)
      files.members.push_back({llvm::StringRef(objects[i].data(), objects[i].size()),
                               (i < levels.size() ? levels[i].info.name : name) + ".o"});
    ArtifactWriter writer(options, out, diagnostics);
    writer.setSources(sources);
    return options.emit == Emit::All ? writer.writeFolder(files) : writer.writeForm(files);
  }

  const CompileOptions &options;
  llvm::raw_ostream &out, &diagnostics;
  std::string name;
  std::vector<unsigned> numbers;
  std::vector<LevelInfo> levels;
  std::vector<std::string> sources; ///< the same for each level
  ModelInfo library;
  std::vector<llvm::SmallVector<char, 0>> objects; ///< of the levels, then the one that chooses
};

} // namespace

ExitCode compileLevels(const CompileOptions &options, llvm::raw_ostream &out,
                       llvm::raw_ostream &diagnostics) {
  return LevelsCommand(options, out, diagnostics).run();
}

} // namespace nnc
