// The rt dialect: how a compiled model is called and where its values lie.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_RT_RT_H
#define NNC_DIALECTS_RT_RT_H

#include "dialects/RT/RTDialect.h.inc"
#include "dialects/RT/RTEnums.h.inc"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#define GET_ATTRDEF_CLASSES
#include "dialects/RT/RTAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/RT/RTTypes.h.inc"
#define GET_OP_CLASSES
#include "dialects/RT/RTOps.h.inc"

namespace nnc::rt {

/// On the model's function (unit).
inline constexpr llvm::StringLiteral kEntryAttr = "rt.entry";
/// On a layer function and on each call of one: the name of the ONNX node that the layer is named
/// after.
inline constexpr llvm::StringLiteral kLayerAttr = "rt.layer";
/// On a layer function: names of all layers that share it. On a call: names of all ONNX nodes it
/// computes.
inline constexpr llvm::StringLiteral kNodesAttr = "rt.nodes";
/// On a function argument (unit): the layer writes its result there.
inline constexpr llvm::StringLiteral kResultAttr = "rt.result";
/// On a function argument (unit): memory that the layer needs while it runs.
inline constexpr llvm::StringLiteral kScratchAttr = "rt.scratch";
/// On an input argument of a layer (unit): the result may lie on the very same bytes.
inline constexpr llvm::StringLiteral kMayAliasAttr = "rt.may_alias";
/// On an input argument of a layer (`SweepAttr`): the result may overlap it at a distance.
inline constexpr llvm::StringLiteral kSweepAttr = "rt.sweep";
/// On a call of a layer: one entry for each operand, the bytes (`BytesAttr`) that the layer reads
/// there, or unit.
inline constexpr llvm::StringLiteral kReadsAttr = "rt.reads";
/// The same for what it writes.
inline constexpr llvm::StringLiteral kWritesAttr = "rt.writes";
/// On an input or result of the model's function: the bytes (`BytesAttr`) that it holds before or
/// after the run.
inline constexpr llvm::StringLiteral kHoldsAttr = "rt.holds";
/// On an op that moves data (unit): it computes nothing, its operands and results share their
/// bytes.
inline constexpr llvm::StringLiteral kViewAttr = "rt.view";
/// On an op that moves data (unit): its result must have bytes of its own.
inline constexpr llvm::StringLiteral kCopyAttr = "rt.copy";
/// On a slice of a product's result (unit): the product stores this part of it by itself.
inline constexpr llvm::StringLiteral kPieceAttr = "rt.piece";
/// On a loop of a layer (a number): its turns depend neither on each other nor on those of its
/// neighbours with the same number. Neighbours with another number wait for each other.
inline constexpr llvm::StringLiteral kIndependentAttr = "rt.independent";
/// On a function that `rt.fork` calls: the name of the layer that it is a part of.
inline constexpr llvm::StringLiteral kPartOfAttr = "rt.part_of";
/// On a call of a layer: how many parts run at the same time (i64); none: one.
inline constexpr llvm::StringLiteral kPartsAttr = "rt.parts";
/// On an argument of the model's function: the name of the region of memory that it is (string).
inline constexpr llvm::StringLiteral kRegionAttr = "rt.region";
/// On the module: the memory plan's figures.
inline constexpr llvm::StringLiteral kPlanAttr = "rt.plan";

/// The arena of the model's function in the memory form: its last buffer; null before.
mlir::BlockArgument arenaOf(mlir::FunctionOpInterface entry);

/// The arenas of the model's function: those that `nnc-split-arena` has made, else the one arena.
llvm::SmallVector<mlir::BlockArgument> arenasOf(mlir::FunctionOpInterface entry);

/// The buffer type that holds a tensor: one dimension, `nn::bufferElements` elements, `i1` as `i8`,
/// signless integers.
mlir::MemRefType bufferTypeFor(mlir::RankedTensorType type);

} // namespace nnc::rt

#endif
