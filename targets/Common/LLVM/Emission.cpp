// Translation, optimisation and code generation, all in memory and without command-line options of
// LLVM. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/Emission.h"

#include "include/nncompile/Target.h"
#include "targets/Common/LLVM/Scheduling.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"

namespace nnc {

void registerTranslation(mlir::DialectRegistry &registry) {
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
}

static void setFunctionAttributes(llvm::Function &function, const Target &target,
                                  llvm::TargetMachine &machine, CodegenLevel level) {
  function.addFnAttr("target-cpu", machine.getTargetCPU());
  if (!machine.getTargetFeatureString().empty())
    function.addFnAttr("target-features", machine.getTargetFeatureString());
  // Bytes below the stack pointer are in no frame's size, so the stack's bound would not hold them.
  function.addFnAttr(llvm::Attribute::NoRedZone);
  for (const auto &[name, value] : target.functionAttributes())
    function.addFnAttr(name, value);
  if (level.size >= 1)
    function.addFnAttr(llvm::Attribute::OptimizeForSize);
  if (level.size >= 2)
    function.addFnAttr(llvm::Attribute::MinSize);
  // A copy of a layer for each set of weights is what sharing layers avoids.
  if (function.hasFnAttribute(llvm::Attribute::NoInline))
    function.addFnAttr(llvm::Attribute::NoDuplicate);
}

/// Marks of this project's dialects mean nothing to the translation, which would warn about each.
static void removeMarks(mlir::ModuleOp module) {
  for (auto function : module.getOps<mlir::LLVM::LLVMFuncOp>())
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      for (mlir::NamedAttribute mark :
           llvm::to_vector(mlir::cast<mlir::FunctionOpInterface>(*function).getArgAttrs(i)))
        if (!mark.getName().strref().starts_with("llvm."))
          function.removeArgAttr(i, mark.getName());
}

std::unique_ptr<llvm::Module> translateToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context,
                                              const Target &target, llvm::TargetMachine &machine,
                                              CodegenLevel level, llvm::StringRef name) {
  removeMarks(module);
  auto result = mlir::translateModuleToLLVMIR(module, context, name);
  if (!result)
    return nullptr;
  result->setDataLayout(machine.createDataLayout());
  result->setTargetTriple(machine.getTargetTriple());
  result->setSourceFileName(name);
  if (machine.isPositionIndependent())
    result->setPICLevel(llvm::PICLevel::BigPIC);
  for (llvm::Function &function : *result)
    if (!function.isDeclaration())
      setFunctionAttributes(function, target, machine, level);
  return result;
}

static llvm::TargetLibraryInfoImpl libraryOf(const llvm::Module &module) {
  llvm::TargetLibraryInfoImpl library(module.getTargetTriple());
  library.disableAllFunctions();
  for (llvm::LibFunc function : {llvm::LibFunc_memcpy, llvm::LibFunc_memset, llvm::LibFunc_memmove})
    library.setAvailable(function);
  return library;
}

static llvm::OptimizationLevel toLevel(CodegenLevel level) {
  if (level.size == 1)
    return llvm::OptimizationLevel::Os;
  if (level.size >= 2)
    return llvm::OptimizationLevel::Oz;
  constexpr const llvm::OptimizationLevel *levels[] = {
      &llvm::OptimizationLevel::O0, &llvm::OptimizationLevel::O1, &llvm::OptimizationLevel::O2,
      &llvm::OptimizationLevel::O3};
  return *levels[std::min(level.speed, 3u)];
}

void optimize(llvm::Module &module, llvm::TargetMachine &machine, CodegenLevel level) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  llvm::TargetLibraryInfoImpl library = libraryOf(module);
  functions.registerPass([&] { return llvm::TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::OptimizationLevel optimization = toLevel(level);
  llvm::ModulePassManager passes = optimization == llvm::OptimizationLevel::O0
                                       ? builder.buildO0DefaultPipeline(optimization)
                                       : builder.buildPerModuleDefaultPipeline(optimization);
  passes.run(module, modules);
}

void addLibrary(llvm::legacy::PassManager &passes, const llvm::Module &module) {
  passes.add(new llvm::TargetLibraryInfoWrapperPass(libraryOf(module)));
}

static llvm::Error emit(llvm::Module &module, llvm::TargetMachine &machine,
                        llvm::raw_pwrite_stream &out, llvm::CodeGenFileType kind) {
  llvm::StringSet<> unscheduled;
  if (machine.getOptLevel() >= llvm::CodeGenOptLevel::Default)
    if (llvm::Error failed = chooseUnscheduled(module, machine).moveInto(unscheduled))
      return failed;
  SchedulerGate gate(module.getContext(), std::move(unscheduled));
  llvm::legacy::PassManager passes;
  addLibrary(passes, module);
  if (machine.addPassesToEmitFile(passes, out, nullptr, kind))
    return llvm::createStringError("the code generator for " + machine.getTargetTriple().str() +
                                   " cannot write this kind of file");
  passes.run(module);
  return llvm::Error::success();
}

llvm::Expected<std::string> emitAssembly(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream out(text);
  if (llvm::Error failed = emit(module, machine, out, llvm::CodeGenFileType::AssemblyFile))
    return std::move(failed);
  return text.str().str();
}

/// Bytes of all constants with a value: nearly the size of the object.
static uint64_t constantBytes(const llvm::Module &module) {
  uint64_t bytes = 0;
  for (const llvm::GlobalVariable &global : module.globals())
    bytes += module.getDataLayout().getTypeAllocSize(global.getValueType());
  return bytes;
}

llvm::Expected<llvm::SmallVector<char, 0>> emitObject(llvm::Module &module,
                                                      llvm::TargetMachine &machine) {
  llvm::SmallVector<char, 0> bytes;
  bytes.reserve(constantBytes(module) + (1 << 20)); // growing would hold the weights twice more
  llvm::raw_svector_ostream out(bytes);
  if (llvm::Error failed = emit(module, machine, out, llvm::CodeGenFileType::ObjectFile))
    return std::move(failed);
  return bytes;
}

} // namespace nnc
