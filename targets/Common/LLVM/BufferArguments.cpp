// Argument attributes of buffers. LLVM sees one function at a time, so what only the callers know
// (alignment) and what only the memory plan knows (no overlap) is collected here, before buffers
// become pointers. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/BufferArguments.h"

#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "targets/Common/LLVM/Places.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace nnc {
namespace {

/// The largest power of two that divides both (0 is divisible by everything).
uint64_t commonAlignment(uint64_t alignment, uint64_t offset) {
  uint64_t both = alignment | offset;
  return both & (~both + 1);
}

/// Alignments of buffers in bytes, from the model's function down to the layers.
class Alignments {
public:
  explicit Alignments(uint64_t arena) : arena(arena) {}

  /// Alignment of an argument: the least of its callers, else that of its element.
  uint64_t ofArgument(BlockArgument argument) const {
    auto it = arguments.find(argument);
    return it == arguments.end() ? elementAlignment(argument.getType()) : it->second;
  }

  /// Visits the entry function first: layers are called from nowhere else.
  void collect(func::FuncOp entry, SymbolTable &symbols) {
    for (BlockArgument buffer : rt::arenasOf(entry))
      arguments[buffer] = arena;
    entry.walk([&](func::CallOp call) { meetAll(call.getCallee(), call.getOperands(), symbols); });
  }

  /// Parts of a layer know what the layer knows.
  void collectParts(func::FuncOp layer, SymbolTable &symbols) {
    layer.walk([&](rt::ForkOp fork) { meetAll(fork.getCallee(), fork.getArguments(), symbols); });
  }

private:
  void meetAll(StringRef name, ValueRange operands, SymbolTable &symbols) {
    auto callee = symbols.lookup<func::FuncOp>(name);
    if (!callee || callee.isDeclaration())
      return;
    for (auto [argument, operand] : llvm::zip(callee.getArguments(), operands))
      if (isa<MemRefType>(operand.getType()))
        meet(argument, ofValue(operand));
  }

  static uint64_t elementAlignment(Type type) {
    auto buffer = dyn_cast<MemRefType>(type);
    return buffer ? static_cast<uint64_t>(nn::elementBytes(buffer.getElementType())) : 1;
  }

  uint64_t ofValue(Value value) const {
    Place place = placeOf(value);
    if (auto argument = dyn_cast<BlockArgument>(place.base))
      return commonAlignment(ofArgument(argument), place.offset);
    if (auto constant = place.base.getDefiningOp<rt::ConstantOp>())
      if (auto group = SymbolTable::lookupNearestSymbolFrom<rt::ConstantsOp>(
              constant, constant.getGroupAttr()))
        return commonAlignment(group.getAlignment(), constant.getOffset() + place.offset);
    return elementAlignment(value.getType());
  }

  void meet(BlockArgument argument, uint64_t alignment) {
    auto [it, inserted] = arguments.try_emplace(argument, alignment);
    if (!inserted)
      it->second = std::min(it->second, alignment);
  }

  uint64_t arena;
  DenseMap<Value, uint64_t> arguments;
};

/// Whether a buffer, or a view of it, is only read here.
bool isOnlyRead(Value buffer) {
  return llvm::all_of(buffer.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    for (Value result : user->getResults())
      if (isa<MemRefType>(result.getType()) && !isOnlyRead(result))
        return false;
    if (isa<memref::PrefetchOp>(user))
      return true;
    auto effects = dyn_cast<MemoryEffectOpInterface>(user);
    return effects && !effects.getEffectOnValue<MemoryEffects::Write>(buffer) &&
           !isa<CallOpInterface>(user);
  });
}

void annotate(func::FuncOp function, const Alignments &alignments) {
  Builder builder(function.getContext());
  auto unit = builder.getUnitAttr();
  using LLVM::LLVMDialect;
  unsigned count = function.getNumArguments();
  auto isMarked = [&](unsigned i) {
    return function.getArgAttr(i, rt::kMayAliasAttr) || function.getArgAttr(i, rt::kSweepAttr);
  };
  // Two accesses of one byte through different arguments break the promise of both: results share
  // with marked inputs.
  bool shares = llvm::any_of(llvm::seq(count), isMarked);
  auto sharesBytes = [&](unsigned i) {
    return isMarked(i) || (shares && function.getArgAttr(i, rt::kResultAttr));
  };
  bool isLayer = function->hasAttr(rt::kLayerAttr) || function->hasAttr(rt::kPartOfAttr);
  // The executor of parts may keep an address as long as it likes.
  bool forks = function.walk([](rt::ForkOp) { return WalkResult::interrupt(); }).wasInterrupted();
  for (unsigned i = 0; i < count; ++i) {
    BlockArgument argument = function.getArgument(i);
    auto type = dyn_cast<MemRefType>(argument.getType());
    if (!type || !type.hasStaticShape())
      continue;
    if (isLayer && !sharesBytes(i))
      function.setArgAttr(i, LLVMDialect::getNoAliasAttrName(), unit);
    function.setArgAttr(
        i, LLVMDialect::getAlignAttrName(),
        builder.getI64IntegerAttr(static_cast<int64_t>(alignments.ofArgument(argument))));
    int64_t bytes = nn::totalBytes(type);
    if (bytes > 0)
      function.setArgAttr(i, LLVMDialect::getDereferenceableAttrName(),
                          builder.getI64IntegerAttr(bytes));
    if (!forks)
      function.setArgAttr(i, LLVMDialect::getNoCaptureAttrName(), unit);
    if (isLayer && isOnlyRead(argument))
      function.setArgAttr(i, LLVMDialect::getReadonlyAttrName(), unit);
  }
}

} // namespace

void annotateBufferArguments(ModuleOp module, uint64_t arenaAlignment) {
  SymbolTable symbols(module);
  Alignments alignments(arenaAlignment);
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(rt::kEntryAttr) && function.getNumArguments() > 0)
      alignments.collect(function, symbols);
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(rt::kLayerAttr))
      alignments.collectParts(function, symbols);
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isDeclaration())
      annotate(function, alignments);
}

} // namespace nnc
