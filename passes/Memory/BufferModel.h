// Where the values of a model's function lie and when: the memory plan's problem, read from the IR.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_BUFFERMODEL_H
#define NNC_PASSES_MEMORY_BUFFERMODEL_H

#include "dialects/RT/RT.h"
#include "lib/Planner/Planner.h"
#include "passes/Memory/ConstantPool.h"

#include "llvm/ADT/DenseMap.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <vector>

namespace nnc::memory {

/// Who holds a buffer.
enum class Home { arena, input, result, constant };

/// A run of bytes that holds one value or, where values interleave, several.
struct Storage {
  Home home = Home::arena;
  /// Number of the input, result or constant that holds it.
  unsigned index = 0;
  /// Bytes from the start of what holds it; in the arena the plan's choice.
  int64_t offset = 0;
  int64_t bytes = 0;
  /// Numbers of calls.
  uint32_t first = 0, last = 0;
  std::string name;
  /// Storages with the same number lie at fixed distances; `start` is the distance from the first
  /// of them, in bytes.
  unsigned body = 0;
  int64_t start = 0;
  int64_t width = 1; ///< bytes of its largest element
};

/// A place within a storage.
struct Spot {
  unsigned storage = 0;
  int64_t offset = 0; ///< bytes
};

/// The values, storages and relations of one model function.
struct BufferModel {
  std::vector<Storage> storages;
  llvm::DenseMap<mlir::Value, Spot> spots;
  /// Storages of a call's scratch buffers: consecutive numbers from this one.
  llvm::DenseMap<mlir::Operation *, unsigned> scratch;
  std::vector<mlir::func::CallOp> calls;
  std::vector<Spot> inputs, results;
  ConstantPool constants;
  /// The storages in the arena; the planner's buffer i is storage `arena[i]`.
  std::vector<unsigned> arena;
  /// Parts within the outermost storage of their body, in the planner's numbers.
  std::vector<planner::Inside> inside;

  /// A name for each body, unlike all others.
  llvm::DenseMap<unsigned, std::string> bodyNames;

  bool isInArena(Spot spot) const { return storages[spot.storage].home == Home::arena; }
  /// Address of a spot: bytes from the start of what holds its storage.
  int64_t addressOf(Spot spot) const { return storages[spot.storage].offset + spot.offset; }

  /// What a spot holds: bytes of its body, from the spot on.
  rt::BytesAttr bytesAt(Spot spot, mlir::MLIRContext *context) const;
};

/// The name that the bytes of constant `index` of the pool have.
std::string nameOfConstant(unsigned index);

/// Reads a function in the form that `nnc-form-layers` leaves and reports what contradicts it. With
/// `ioInArena` inputs and results are storages of the arena as well.
mlir::FailureOr<BufferModel> readBufferModel(mlir::func::FuncOp model, bool ioInArena);

/// The types of a layer's scratch buffers, in order.
llvm::SmallVector<mlir::MemRefType> scratchTypesOf(mlir::func::FuncOp layer);

/// The bytes that a value of this type takes.
int64_t bufferBytes(mlir::RankedTensorType type);

} // namespace nnc::memory

#endif
