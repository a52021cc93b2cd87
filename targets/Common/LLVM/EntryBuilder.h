// Builds the bodies of a model's entry points.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_ENTRYBUILDER_H
#define NNC_TARGETS_COMMON_LLVM_ENTRYBUILDER_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace nnc {

/// Size and required alignment of one buffer, in bytes.
struct EntryBuffer {
  uint64_t bytes = 0;
  uint64_t alignment = 1;
  bool inArena = false; ///< the model uses a place in the arena and not the caller's pointer

  /// Whether the model reads the caller's pointer.
  bool isUsed() const { return bytes > 0 && !inArena; }
};

/// The buffers that a caller hands over.
struct EntryInterface {
  std::vector<EntryBuffer> inputs, results;
  std::vector<EntryBuffer> arenas; ///< one, or one for each region of memory
  bool hasExecutor = false;        ///< the model takes what runs its parts, behind the arenas
};

/// Adds functions to a module of the LLVM dialect. All take (inputs, outputs, arena): two
/// structures of pointers and the arena's address, or a structure of the arenas' addresses.
class EntryBuilder {
public:
  /// `codeSection`: what the sections' names begin with, up to the prefix.
  EntryBuilder(mlir::ModuleOp module, std::string prefix, EntryInterface interface,
               std::string codeSection);

  /// `P_check`: null pointers and alignment become a status.
  void addCheck();
  /// `P_run`: check, then the model. `entry` becomes internal. Where the model takes an executor
  /// also `P_run_with(…, executor)`.
  void addRun(mlir::LLVM::LLVMFuncOp entry);
  /// `P_run_traced(…, callback, user)`: a copy of the model that calls back after each layer. Where
  /// the model takes an executor also `P_run_traced_with(…, executor, callback, user)`.
  void addTracedRun(mlir::LLVM::LLVMFuncOp entry);
  /// A second public name of a function.
  void addAlias(llvm::StringRef name, llvm::StringRef function);

private:
  mlir::LLVM::LLVMFuncOp addFunction(llvm::StringRef part, unsigned pointers, bool isPublic = true);
  /// `more`: arguments behind the arena and the executor.
  void addRunFunctions(llvm::StringRef part, unsigned more, mlir::LLVM::LLVMFuncOp entry);
  void addRunBody(mlir::LLVM::LLVMFuncOp function, bool takesExecutor,
                  mlir::LLVM::LLVMFuncOp entry);
  llvm::SmallVector<mlir::Value> loadPointers(mlir::Value structure,
                                              const std::vector<EntryBuffer> &buffers);
  void checkArenas(mlir::Value handed);
  /// The model's arenas out of what the caller hands over for them.
  llvm::SmallVector<mlir::Value> loadArenas(mlir::Value handed);
  mlir::Value isNull(mlir::Value pointer);
  mlir::Value isMisaligned(mlir::Value pointer, uint64_t alignment);
  mlir::Value constant(mlir::Type type, int64_t value);
  mlir::Value orAll(llvm::ArrayRef<mlir::Value> conditions);
  void returnIf(mlir::Value condition, int32_t status);

  mlir::ModuleOp module;
  std::string prefix;
  EntryInterface interface;
  std::string codeSection;
  mlir::OpBuilder builder;
  mlir::Location loc;
  mlir::Type pointerType, statusType;
};

} // namespace nnc

#endif
