// From a module of the LLVM dialect to LLVM IR, assembly or an object file in memory.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_EMISSION_H
#define NNC_TARGETS_COMMON_LLVM_EMISSION_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
namespace legacy {
class PassManager;
}
} // namespace llvm
namespace mlir {
class ModuleOp;
class DialectRegistry;
} // namespace mlir

namespace nnc {

class Target;

/// How hard LLVM works, and for what.
struct CodegenLevel {
  unsigned speed = 2; ///< 0…3
  unsigned size = 0;  ///< 0, 1: small (-Os), 2: smallest (-Oz)
};

/// Makes translation of the LLVM dialect known.
void registerTranslation(mlir::DialectRegistry &registry);

/// LLVM IR of a module of the LLVM dialect, with the target's attributes on every function, not yet
/// optimised. The name stands in the object as its source. Null after a diagnostic.
std::unique_ptr<llvm::Module> translateToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context,
                                              const Target &target, llvm::TargetMachine &machine,
                                              CodegenLevel level, llvm::StringRef name);

/// Runs LLVM's pipeline. No function of the C library but memcpy, memset and memmove is assumed to
/// exist.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, CodegenLevel level);

/// Tells passes of the code generator which functions of the C library exist.
void addLibrary(llvm::legacy::PassManager &passes, const llvm::Module &module);

/// The module as assembly text. Functions whose loops spill are generated with and without LLVM's
/// machine scheduler, here and below, and become the better of the two.
llvm::Expected<std::string> emitAssembly(llvm::Module &module, llvm::TargetMachine &machine);

/// The module as an object file.
llvm::Expected<llvm::SmallVector<char, 0>> emitObject(llvm::Module &module,
                                                      llvm::TargetMachine &machine);

} // namespace nnc

#endif
