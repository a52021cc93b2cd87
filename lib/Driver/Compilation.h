// One compilation: from a file to an object in memory, with everything that is known about it.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_COMPILATION_H
#define NNC_LIB_DRIVER_COMPILATION_H

#include "lib/Artifacts/ModelInfo.h"
#include "lib/Driver/Options.h"
#include "lib/Pipelines/Phases.h"
#include "targets/Common/LLVM/DetachedConstants.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Target/TargetMachine.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <memory>

namespace llvm {
class Module;
class raw_ostream;
} // namespace llvm

namespace nnc {

class ProgressLine;

/// Where large constants are to be found after `Compilation::makeLLVM`: in the LLVM module, for its
/// text or assembly, or only in the object that `generate` makes, which takes far less memory.
enum class ConstantsIn { llvm, object };

/// The steps of a compilation in their order. Each reports what is wrong to the stream of
/// diagnostics.
class Compilation {
public:
  Compilation(const CompileOptions &options, llvm::raw_ostream &diagnostics);
  ~Compilation();

  /// Names target, level and model; needs no file.
  ExitCode configure();
  /// Reads the model file, or IR of any phase.
  ExitCode read();
  /// Takes a model that is built in this compilation's context instead of a file's.
  ExitCode take(llvm::function_ref<mlir::OwningOpRef<mlir::ModuleOp>(mlir::MLIRContext &)> build);
  /// Runs the phases up to and with `last`.
  ExitCode lower(Phase last);
  /// Makes LLVM IR of the module, optimises it, and lets go of the MLIR module: its weights are not
  /// held twice.
  ExitCode makeLLVM(ConstantsIn constantsIn);
  /// Generates code: the object and its facts.
  ExitCode generate();

  const PipelineOptions &pipeline() const { return pipelineOptions; }
  mlir::ModuleOp module() { return *mlirModule; }
  llvm::Module &llvmModule() { return *llvmIR; }
  llvm::TargetMachine &machine() { return *targetMachine; }
  const ModelInfo &info() const { return modelInfo; }
  /// The files that were read, the model first.
  const std::vector<std::string> &filesRead() const { return sources; }
  /// The object file.
  llvm::StringRef object() const { return {objectBytes.data(), objectBytes.size()}; }
  /// Hands the object over.
  llvm::SmallVector<char, 0> takeObject() { return std::move(objectBytes); }

private:
  ExitCode fail(ExitCode code, const llvm::Twine &message);
  /// Says in the module which machine it is for, and describes its interface.
  ExitCode describeModule();
  /// Quantizes a model that was read and gives its interface the types that options ask for.
  ExitCode adaptModel();
  ExitCode readText();
  ExitCode readModel();
  ExitCode runPhase(Phase phase);
  /// Ends with code 70 and a reproducer that holds the IR, if there is some.
  ExitCode reportDefect(const llvm::Twine &what);
  /// Whether the system lets a file be read.
  ExitCode checkReadable(const std::string &path);
  ExitCode checkObject(const struct ObjectFacts &facts);

  const CompileOptions &options;
  llvm::raw_ostream &diagnostics;
  std::unique_ptr<ProgressLine> progress;
  std::unique_ptr<Target> target;
  PipelineOptions pipelineOptions;
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> mlirModule;
  Phase reached = Phase::Import;
  ModelInfo modelInfo;
  std::vector<std::string> sources;
  std::unique_ptr<llvm::TargetMachine> targetMachine;
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> llvmIR;
  std::vector<DetachedConstant> detached;
  llvm::SmallVector<char, 0> objectBytes;
};

/// A C identifier for a model file: its name without folders and suffix.
std::string modelNameOf(llvm::StringRef path);

/// Why a name cannot be the prefix of C functions; empty where it can.
std::string findNameProblem(llvm::StringRef name);

} // namespace nnc

#endif
