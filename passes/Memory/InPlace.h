// Which inputs of a layer its result may overwrite.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_INPLACE_H
#define NNC_PASSES_MEMORY_INPLACE_H

#include "passes/Memory/BufferModel.h"

#include "mlir/IR/SymbolTable.h"

namespace nnc::memory {

/// Whether a layer that computes `stored` as its only result may write it onto the bytes of its
/// input: both put the same element on the same bytes, and the layer reads the input only at the
/// element that it writes next: a tree of pointwise operators, or an extra operand of a product.
bool readsBeforeItWrites(mlir::Value stored, mlir::Value input);

/// Whether the layer reads the input only at the element that it writes next, so that its only
/// result may lie on the input's bytes. The layer is in the form before the memory plan.
bool mayOverwrite(mlir::func::FuncOp layer, unsigned input);

/// The result and an operand of a call with one result.
struct BufferPair {
  mlir::func::CallOp call;
  mlir::func::FuncOp layer;
  unsigned input = 0;
  planner::BufferId output = 0, operand = 0; ///< in the planner's numbers
};

/// Calls `body` for each pair of which both are in the arena, fill their storage, and no other
/// operand of the call lies on the operand's bytes.
void forEachPair(const BufferModel &model, mlir::SymbolTable &symbols,
                 llvm::function_ref<void(BufferPair)> body);

/// An operand of a call whose bytes the result may take.
struct Overwrite {
  mlir::func::CallOp call;
  unsigned input = 0;
  planner::InPlace relation;
};

/// All such operands of a model, out of `forEachPair`. Whether the operand dies there is for the
/// planner to see.
std::vector<Overwrite> findOverwrites(const BufferModel &model, mlir::SymbolTable &symbols);

} // namespace nnc::memory

#endif
