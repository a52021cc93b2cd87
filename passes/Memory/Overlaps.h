// Inputs of a layer that its result may overlap at a distance.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_OVERLAPS_H
#define NNC_PASSES_MEMORY_OVERLAPS_H

#include "passes/Memory/BufferModel.h"
#include "passes/Memory/Sweep.h"

#include "mlir/IR/SymbolTable.h"

namespace nnc::memory {

/// The leads of a stored value's kernel over one of its tensors; none where it must not overlap it.
std::optional<Leads> leadsOver(mlir::Value stored, mlir::Value input);

/// An operand of a call that the result may overlap.
struct Overlap {
  mlir::func::CallOp call;
  unsigned input = 0;
  mlir::func::FuncOp layer;
  planner::BufferId output = 0, operand = 0;
  Leads leads;
  rt::Order order = rt::Order::ascending;

  planner::Overlap relation() const;
  rt::SweepAttr mark() const;
};

/// All such operands of a model, with the conditions of `findOverwrites`.
std::vector<Overlap> findOverlaps(const BufferModel &model, mlir::SymbolTable &symbols);

/// Has each layer go the other way than the one that wrote its input, so that results do not move
/// on and on in one direction. Calls of one layer function have one order.
void alternateOrders(llvm::MutableArrayRef<Overlap> overlaps);

/// Whether the plan made use of the permission.
bool isUsed(const BufferModel &model, const Overlap &overlap);

} // namespace nnc::memory

#endif
