// The steps from a file to an object.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/Compilation.h"

#include "lib/Artifacts/LevelNames.h"
#include "lib/Driver/CollectModelInfo.h"
#include "lib/Driver/Diagnostics.h"
#include "lib/Driver/ExposeTensors.h"
#include "lib/Driver/InterfaceTypes.h"
#include "lib/Driver/Progress.h"
#include "lib/Driver/Reproducer.h"
#include "lib/Driver/Targets.h"
#include "lib/Driver/Version.h"
#include "lib/Import/ONNX/Import.h"
#include "lib/Pipelines/Registration.h"
#include "lib/Support/Identifier.h"
#include "passes/Quantization/Passes.h"
#include "targets/Common/LLVM/ObjectFile.h"

#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/SourceMgr.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace nnc {

std::string modelNameOf(StringRef path) {
  IdentifierSet names;
  return names.unique(std::string(llvm::sys::path::stem(path)), "model");
}

std::string findNameProblem(StringRef name) {
  if (isUsableIdentifier(name))
    return "";
  return ("--name=" + name +
          " is not a name that C functions can begin with; use letters, digits and single "
          "underscores, and no keyword")
      .str();
}

Compilation::Compilation(const CompileOptions &options, llvm::raw_ostream &diagnostics)
    : options(options), diagnostics(diagnostics),
      progress(std::make_unique<ProgressLine>(options.progress)) {
  DialectRegistry registry;
  registerDialects(registry);
  registerTranslation(registry);
  context = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->printOpOnDiagnostic(false);
}

Compilation::~Compilation() = default;

ExitCode Compilation::fail(ExitCode code, const llvm::Twine &message) {
  progress->clear();
  diagnostics << options.tool << ": error: " << message << '\n';
  return code;
}

ExitCode Compilation::configure() {
  if (namesSeveralLevels(options.target.target))
    return fail(ExitCode::ModelError,
                "--target=" + options.target.target +
                    " names several levels, which only make a library of nn-compile; name one, "
                    "for example --target=x86-64-v3");
  auto chosen = targetRegistry().create(options.target);
  if (!chosen)
    return fail(ExitCode::ModelError, llvm::toString(chosen.takeError()));
  target = std::move(*chosen);
  pipelineOptions.level = findOptLevel(options.optLevel);
  if (!pipelineOptions.level)
    return fail(ExitCode::Usage, "unknown optimisation level -O" + options.optLevel);
  std::optional<ConvAlgorithm> algorithm = findConvAlgorithm(options.convAlgorithm);
  if (!algorithm)
    return fail(ExitCode::Usage, "unknown --conv-algorithm=" + options.convAlgorithm);
  pipelineOptions.convAlgorithm = *algorithm;
  pipelineOptions.maxConvError = options.maxConvError;
  pipelineOptions.convPlan = options.convPlan;
  pipelineOptions.target = target.get();
  pipelineOptions.trace = options.trace;
  pipelineOptions.ioInArena = options.ioInArena;
  pipelineOptions.regions = options.regions;
  pipelineOptions.sections = options.sections;
  pipelineOptions.threads = options.threads;
  pipelineOptions.prefix = options.name.empty() ? modelNameOf(options.input) : options.name;
  if (std::string problem = findNameProblem(pipelineOptions.prefix); !problem.empty())
    return fail(ExitCode::ModelError, problem);
  targetMachine = target->createTargetMachine(pipelineOptions.level->codegen.speed);
  modelInfo.toolVersion = kVersion.str();
  modelInfo.modelFile = llvm::sys::path::filename(options.input).str();
  modelInfo.name = pipelineOptions.prefix;
  modelInfo.target = target->name().str();
  modelInfo.triple = targetMachine->getTargetTriple().str();
  modelInfo.cpu = targetMachine->getTargetCPU().str();
  modelInfo.features = targetMachine->getTargetFeatureString().str();
  modelInfo.optLevel = "-O" + options.optLevel;
  modelInfo.plan.arenaAlignment = target->facts().arenaAlignment;
  modelInfo.traced = options.trace;
  modelInfo.ioInArena = options.ioInArena;
  modelInfo.threads = options.threads;
  return ExitCode::Ok;
}

//===-- Reading -----------------------------------------------------------------------------===//

ExitCode Compilation::checkReadable(const std::string &path) {
  auto refuse = [&](const std::string &why) {
    return fail(ExitCode::InputOutput, "cannot read '" + path + "': " + why);
  };
  llvm::sys::fs::file_status status;
  if (std::error_code reason = llvm::sys::fs::status(path, status))
    return refuse(reason.message());
  if (status.type() == llvm::sys::fs::file_type::directory_file)
    return refuse("it is a folder");
  if (status.type() != llvm::sys::fs::file_type::regular_file)
    return refuse("it is not a regular file");
  int descriptor = 0;
  if (std::error_code reason = llvm::sys::fs::openFileForRead(path, descriptor))
    return refuse(reason.message());
  (void)llvm::sys::Process::SafelyCloseFileDescriptor(descriptor);
  sources.push_back(path);
  return ExitCode::Ok;
}

ExitCode Compilation::read() {
  progress->show("reading " + options.input);
  if (ExitCode code = checkReadable(options.input); code != ExitCode::Ok)
    return code;
  if (!options.convPlan.empty())
    if (ExitCode code = checkReadable(options.convPlan); code != ExitCode::Ok)
      return code;
  for (const auto *files : {&options.binds, &options.bindsIfNeeded})
    for (const auto &[input, path] : *files)
      if (ExitCode code = checkReadable(path); code != ExitCode::Ok)
        return code;
  bool isText = StringRef(options.input).ends_with(".mlir");
  if (ExitCode code = isText ? readText() : readModel(); code != ExitCode::Ok)
    return code;
  if (ExitCode code = describeModule(); code != ExitCode::Ok)
    return code;
  return adaptModel();
}

ExitCode Compilation::adaptModel() {
  if (!options.adapt && options.ioTypes.empty())
    return ExitCode::Ok;
  if (reached != Phase::Import)
    return fail(ExitCode::ModelError, Twine(options.adapt ? "--quantize" : "--io-type") +
                                          " takes models and IR of the phase import; '" +
                                          options.input + "' has passed the phase " +
                                          infoOf(reached).name);
  DiagnosticPrinter printer(context.get(), diagnostics, options.tool, options.explain);
  if (failed(requestInterfaceTypes(module(), options)))
    return ExitCode::ModelError;
  if (options.adapt)
    if (ExitCode code = options.adapt(module(), options, pipelineOptions, modelInfo, diagnostics);
        code != ExitCode::Ok)
      return code;
  PassManager manager(context.get());
  manager.addNestedPass<func::FuncOp>(createRetypeInterfacePass());
  return succeeded(manager.run(module())) ? describeModule() : ExitCode::ModelError;
}

ExitCode Compilation::take(function_ref<OwningOpRef<ModuleOp>(MLIRContext &)> build) {
  mlirModule = build(*context);
  reached = Phase::Import;
  return describeModule();
}

ExitCode Compilation::describeModule() {
  auto setString = [&](StringRef name, const std::string &value) {
    module()->setAttr(name, StringAttr::get(context.get(), value));
  };
  setString(LLVM::LLVMDialect::getDataLayoutAttrName(),
            targetMachine->createDataLayout().getStringRepresentation());
  setString(LLVM::LLVMDialect::getTargetTripleAttrName(), modelInfo.triple);
  if (auto frozen = module()->getAttrOfType<ArrayAttr>("nn.frozen_inputs"))
    for (auto name : frozen.getAsRange<StringAttr>())
      modelInfo.frozenInputs.push_back(name.str());
  DiagnosticPrinter printer(context.get(), diagnostics, options.tool, options.explain);
  return succeeded(collectModelInfo(module(), reached, modelInfo)) ? ExitCode::Ok
                                                                   : ExitCode::ModelError;
}

ExitCode Compilation::readText() {
  DiagnosticPrinter printer(context.get(), diagnostics, options.tool, options.explain);
  ParserConfig config(context.get());
  mlirModule = parseSourceFile<ModuleOp>(options.input, config);
  if (!mlirModule)
    return ExitCode::ModelError;
  reached = detectPhase(*mlirModule);
  return succeeded(exposeTensors(module(), options.exposed)) ? ExitCode::Ok : ExitCode::ModelError;
}

ExitCode Compilation::readModel() {
  DiagnosticPrinter printer(context.get(), diagnostics, options.tool, options.explain);
  ImportOptions import;
  import.dims = options.dims;
  import.shapes = options.shapes;
  import.exposed = options.exposed;
  for (auto [files, bindings] : {std::pair(&options.binds, &import.bindings),
                                 std::pair(&options.bindsIfNeeded, &import.bindingsIfNeeded)})
    for (const auto &[input, path] : *files) {
      auto value = importTensor(path, *context);
      if (failed(value))
        return ExitCode::ModelError;
      bindings->emplace_back(input, *value);
    }
  auto imported = importModel(options.input, import, *context, &sources);
  if (failed(imported))
    return ExitCode::ModelError;
  mlirModule = std::move(*imported);
  reached = Phase::Import;
  return ExitCode::Ok;
}

//===-- Phases ------------------------------------------------------------------------------===//

/// Remembers which pass failed, to tell a refusal from a defect.
class FailureWatch : public PassInstrumentation {
public:
  explicit FailureWatch(std::string &pass) : pass(pass) {}
  void runAfterPassFailed(Pass *failed, Operation *) override {
    if (pass.empty())
      pass = failed->getArgument().str();
  }

private:
  std::string &pass;
};

ExitCode Compilation::runPhase(Phase phase) {
  const PhaseInfo &info = infoOf(phase);
  progress->show(info.help);
  std::string failedPass;
  PassManager manager(context.get());
  manager.addInstrumentation(std::make_unique<FailureWatch>(failedPass));
  addPhase(manager, phase, pipelineOptions);
  LogicalResult result = failure();
  {
    DiagnosticPrinter printer(context.get(), diagnostics, options.tool, options.explain);
    result = manager.run(module());
    if (succeeded(result))
      result = collectModelInfo(module(), phase, modelInfo);
  }
  if (succeeded(result))
    return ExitCode::Ok;
  // A pass that refuses has said why. Anything else that goes wrong is a defect: wrong IR, or
  // leftovers of a phase.
  bool refusal =
      !failedPass.empty() && failedPass != "nnc-verify-phase" && succeeded(verify(module()));
  return refusal ? ExitCode::ModelError : reportDefect("phase '" + info.name + "' failed");
}

ExitCode Compilation::lower(Phase last) {
  auto printIfAsked = [&](Phase phase) {
    if (!llvm::is_contained(options.printAfter, infoOf(phase).name.str()))
      return;
    progress->clear();
    diagnostics << "// IR after phase " << infoOf(phase).name << '\n';
    OpPrintingFlags flags;
    flags.elideLargeElementsAttrs(16).elideLargeResourceString(64);
    module()->print(diagnostics, flags);
    diagnostics << '\n';
  };
  printIfAsked(reached);
  for (const PhaseInfo &info : phases()) {
    if (info.phase <= reached || info.phase > last)
      continue;
    if (ExitCode code = runPhase(info.phase); code != ExitCode::Ok)
      return code;
    reached = info.phase;
    printIfAsked(reached);
  }
  return ExitCode::Ok;
}

ExitCode Compilation::reportDefect(const llvm::Twine &what) {
  std::string details = what.str();
  if (mlirModule) {
    llvm::raw_string_ostream out(details);
    OpPrintingFlags flags;
    flags.elideLargeElementsAttrs(16).elideLargeResourceString(64).printGenericOpForm();
    out << "\n\n";
    module()->print(out, flags);
  }
  return fail(ExitCode::Internal, "this is a defect of nn-compile: " + what + "; " +
                                      writeReproducer(options.commandLine, details));
}

//===-- Code --------------------------------------------------------------------------------===//

ExitCode Compilation::makeLLVM(ConstantsIn constantsIn) {
  progress->show("optimising");
  if (constantsIn == ConstantsIn::object)
    detached = detachConstants(module());
  CodegenLevel level = pipelineOptions.level->codegen;
  {
    DiagnosticPrinter printer(context.get(), diagnostics, options.tool, options.explain);
    llvmIR = translateToLLVM(module(), llvmContext, *target, *targetMachine, level,
                             pipelineOptions.prefix);
  }
  if (!llvmIR)
    return reportDefect("the translation to LLVM failed");
  mlirModule = nullptr;
  context.reset();
  optimize(*llvmIR, *targetMachine, level);
  return ExitCode::Ok;
}

ExitCode Compilation::checkObject(const ObjectFacts &facts) {
  for (const std::string &symbol : facts.undefined) {
    if (target->mayCall(symbol))
      continue;
    std::string users;
    for (const ObjectFunction &function : facts.functions)
      if (llvm::is_contained(function.outside, symbol))
        users += (users.empty() ? "" : ", ") + function.name;
    return reportDefect("the code for " + target->name() + " needs '" + symbol +
                        "', which the object must not refer to; used in " + users);
  }
  if (facts.writableBytes > 0)
    return reportDefect("the object has writable data");
  return ExitCode::Ok;
}

/// The most bytes that a call pushes for arguments. On x86-64 LLVM may push those beyond the six in
/// registers instead of reserving room in the frame, whose size does not count them then.
static uint64_t mostPushedBytes(const llvm::Module &module) {
  constexpr unsigned kArgumentRegisters = 6;
  unsigned most = 0;
  if (!module.getTargetTriple().isX86())
    return 0;
  for (const llvm::Function &function : module)
    for (const llvm::BasicBlock &block : function)
      for (const llvm::Instruction &instruction : block)
        if (const auto *call = dyn_cast<llvm::CallBase>(&instruction))
          most = std::max(most, call->arg_size());
  return llvm::alignTo(8 * (most - std::min(most, kArgumentRegisters)), 16);
}

ExitCode Compilation::generate() {
  progress->show("generating code");
  addPlaceholders(*llvmIR, detached);
  uint64_t pushedBytes = mostPushedBytes(*llvmIR);
  auto bytes = emitObject(*llvmIR, *targetMachine);
  llvmIR.reset();
  if (!bytes)
    return reportDefect(llvm::toString(bytes.takeError()));
  StringRef raw(bytes->data(), bytes->size());
  auto facts = inspectObject(raw);
  if (!facts)
    return reportDefect(llvm::toString(facts.takeError()));
  for (const DetachedConstant &constant : detached)
    facts->constantBytes += constant.bytes.getData().size() - 1; // instead of the placeholder
  if (ExitCode code = checkObject(*facts); code != ExitCode::Ok)
    return code;
  collectObjectFacts(*facts, modelInfo);
  const TargetFacts &machineFacts = target->facts();
  StackCosts costs{machineFacts.callStackBytes + pushedBytes, machineFacts.realignStackBytes,
                   machineFacts.helperStackBytes};
  auto stack = stackBound(*facts, pipelineOptions.prefix + "_run", costs);
  if (!stack)
    return reportDefect(llvm::toString(stack.takeError()));
  modelInfo.stackBytes = *stack;
  auto tidy = tidyObject(raw, pipelineOptions.prefix, pipelineOptions.sections);
  if (!tidy)
    return reportDefect(llvm::toString(tidy.takeError()));
  objectBytes = std::move(*tidy);
  if (llvm::Error error = attachConstants(objectBytes, detached))
    return reportDefect(llvm::toString(std::move(error)));
  detached.clear();
  assignIdentifiers(modelInfo);
  return ExitCode::Ok;
}

} // namespace nnc
