// What the parts of the kernel emitter share: options, builder, operands in buffers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_OPERAND_H
#define NNC_TARGETS_COMMON_OPERAND_H

#include "dialects/RT/RT.h"
#include "targets/Common/LinearIndex.h"

#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/Operation.h"

namespace nnc {

/// What the emitter needs to know about the machine beyond a kernel's tile.
struct EmitOptions {
  bool fma = true;        ///< fused multiply-add; otherwise a product, rounded, then a sum
  int64_t registers = 16; ///< of a vector's size
  int64_t cacheBytes =
      512 * 1024; ///< weights up to this size are read again for each block of pixels
  int64_t innerCacheBytes = 32 * 1024; ///< of the cache next to the registers
  /// Tiles in row-major order or backwards, all channels of one before the next (`rt.sweep`).
  std::optional<rt::Order> sweep = std::nullopt;
  bool divisible = false; ///< loops whose turns are independent are marked (`rt.independent`)
  bool pack = false;      ///< four vectors of results become bytes together
  /// Depthwise convolutions of integers have straight code for the lines of small filters.
  bool straightLines = false;

  bool isBackwards() const { return sweep == rt::Order::descending; }
};

/// The place of the generated code and how it is generated.
struct Emission {
  mlir::OpBuilder &builder;
  mlir::Location loc;
  EmitOptions options;
  int64_t stage = 0; ///< of marked loops: those of one stage do not wait for each other

  mlir::Value build(const LinearIndex &index) const { return index.build(builder, loc); }
};

/// A loop without carried values whose turns depend neither on each other nor on those of its
/// neighbours of the same stage; backwards where a sweep is. If loops are to be divisible, one turn
/// is a loop as well.
void buildIndependentLoop(const Emission &emission, const LinearIndex &begin,
                          const LinearIndex &end, int64_t step,
                          llvm::function_ref<void(const LinearIndex &)> body);

/// Elements that a kernel reads or writes: a buffer with one stride for each index of the kernel's
/// own iteration space, or one value everywhere.
struct Operand {
  mlir::Value buffer;    ///< null: a splat
  mlir::TypedAttr splat; ///< the value everywhere
  mlir::Type element;    ///< of values: integers are signless; `i1` lies in memory as `i8`
  llvm::SmallVector<int64_t> strides; ///< in elements
  LinearIndex base = 0;               ///< address of the first element
  bool isUnsigned = false;            ///< integers without a sign

  /// Gives dimensions of a tensor that repeat in a larger one the stride 0 (numpy broadcasting).
  void repeatTo(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> larger);
  /// base + Σ index·stride.
  LinearIndex address(llvm::ArrayRef<LinearIndex> index) const;
  /// `width` elements, `stride` apart, from an address: a scalar for width 1, else a vector.
  mlir::Value load(const Emission &emission, const LinearIndex &address, int64_t width,
                   int64_t stride = 1) const;
  /// `count` ≤ `group` integers of a byte, `stride` apart, as the low bytes of an integer of
  /// `group` bytes; the others are zero.
  mlir::Value loadGroup(const Emission &emission, const LinearIndex &address, int64_t group,
                        int64_t count, int64_t stride) const;
  /// Bytes of an element in memory.
  int64_t elementBytes() const;
  /// Writes them.
  void store(const Emission &emission, mlir::Value value, const LinearIndex &address,
             int64_t stride = 1) const;
};

/// Where a tensor operand of a kernel in a layer function lies: in a buffer (`rt.tensor`) or
/// nowhere (a splat constant). Strides are those of its type. Emits an error if it is neither.
mlir::FailureOr<Operand> resolveOperand(mlir::Operation *kernel, mlir::Value tensor);

} // namespace nnc

#endif
