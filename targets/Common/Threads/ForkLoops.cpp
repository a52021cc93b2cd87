// From loops over all turns to a function whose last argument says which share of them it runs.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/Threads/ForkLoops.h"

#include "dialects/RT/RT.h"

#include "llvm/ADT/SetVector.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace nnc {
namespace {

/// What the loops use from outside: values that are handed over, and operations that are done
/// again: those that are cheaper so, and memory on the stack, which each part needs for itself.
class Captures {
public:
  explicit Captures(const IndependentLoops &loops) {
    llvm::SetVector<Value> used;
    for (const IndependentLoop &loop : loops) {
      scf::ForOp op = loop.loop;
      used.insert_range(op->getOperands());
      getUsedValuesDefinedAbove(op.getRegion(), used);
    }
    for (Value value : used)
      add(value);
  }

  ArrayRef<Value> values() const { return handedOver.getArrayRef(); }

  /// Builds the repeated operations and tells each value's name inside.
  void rebuild(OpBuilder &builder, ValueRange arguments, IRMapping &mapping) const {
    mapping.map(values(), arguments.take_front(values().size()));
    for (Operation *op : repeated)
      builder.clone(*op, mapping);
  }

private:
  static bool repeats(Operation *op) {
    if (isa<memref::AllocaOp>(op))
      return true;
    return op->getNumRegions() == 0 && isPure(op) &&
           (!isa<MemRefType>(op->getResult(0).getType()) || op->getNumOperands() == 0);
  }

  void add(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op || !repeats(op)) {
      handedOver.insert(value);
      return;
    }
    if (llvm::is_contained(repeated, op))
      return;
    for (Value operand : op->getOperands())
      add(operand);
    repeated.insert(op);
  }

  llvm::SetVector<Value> handedOver;
  llvm::SetVector<Operation *> repeated; ///< operands first
};

class PartsBuilder {
public:
  PartsBuilder(const Division &division, func::FuncOp function)
      : division(division), builder(function.getContext()), loc(function.getLoc()) {
    builder.setInsertionPointToStart(&function.front());
    Value part = function.getArguments().back();
    for (size_t depth = 0; depth < division.factors.size(); ++depth)
      coordinates.push_back(coordinate(part, depth));
  }

  OpBuilder &entry() { return builder; }

  /// Lets the loops run over their part's share only.
  void restrict(const IndependentLoops &loops, const WorkList &work, size_t depth) {
    if (depth == division.factors.size())
      return;
    auto bounds = shares(work, division.factors[depth]);
    for (size_t i = 0; i < loops.size(); ++i) {
      if (division.factors[depth] > 1)
        setBounds(loops[i], bounds[i], coordinates[depth]);
      restrict(loops[i].inner, work[i].inner, depth + 1);
    }
  }

private:
  Value number(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

  Value coordinate(Value part, size_t depth) {
    if (division.factors[depth] == 1)
      return number(0);
    Value value = part;
    if (division.stride(depth) > 1)
      value = arith::DivUIOp::create(builder, loc, value, number(division.stride(depth)));
    if (division.stride(depth) * division.factors[depth] < division.parts())
      value = arith::RemUIOp::create(builder, loc, value, number(division.factors[depth]));
    return value;
  }

  /// list[position], as a choice between numbers.
  Value choose(ArrayRef<int64_t> list, Value position) {
    Value chosen = number(list.front());
    for (size_t i = 1; i < list.size(); ++i) {
      if (list[i] == list[i - 1])
        continue;
      Value here = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::uge, position,
                                         number(static_cast<int64_t>(i)));
      chosen = arith::SelectOp::create(builder, loc, here, number(list[i]), chosen);
    }
    return chosen;
  }

  void setBounds(const IndependentLoop &loop, ArrayRef<int64_t> firstTurns, Value coordinate) {
    auto begins = llvm::map_to_vector(firstTurns,
                                      [&](int64_t turn) { return loop.begin + turn * loop.step; });
    scf::ForOp op = loop.loop;
    op.setLowerBound(choose(ArrayRef(begins).drop_back(), coordinate));
    op.setUpperBound(choose(ArrayRef(begins).drop_front(), coordinate));
  }

  const Division &division;
  OpBuilder builder;
  Location loc;
  SmallVector<Value> coordinates;
};

/// A function for the parts, with what is known about the layer's buffers.
func::FuncOp createFunction(func::FuncOp layer, ArrayRef<Value> captured, SymbolTable &symbols) {
  OpBuilder builder(layer.getContext());
  SmallVector<Type> types = llvm::map_to_vector(captured, [](Value v) { return v.getType(); });
  types.push_back(builder.getIndexType());
  auto function =
      func::FuncOp::create(builder, layer.getLoc(), (layer.getSymName() + ".parts").str(),
                           builder.getFunctionType(types, {}));
  function.setPrivate();
  function->setAttr(rt::kPartOfAttr, layer->getAttr(rt::kLayerAttr));
  for (auto [i, value] : llvm::enumerate(captured))
    if (auto argument = dyn_cast<BlockArgument>(value);
        argument && argument.getOwner() == &layer.front())
      function.setArgAttrs(i, layer.getArgAttrDict(argument.getArgNumber()));
  symbols.insert(function, std::next(Block::iterator(layer)));
  builder.setInsertionPointToEnd(function.addEntryBlock());
  func::ReturnOp::create(builder, layer.getLoc());
  return function;
}

} // namespace

void forkLoops(const IndependentLoops &loops, const WorkList &work, const Division &division,
               func::FuncOp layer, Value executor, SymbolTable &symbols) {
  Captures captures(loops);
  func::FuncOp function = createFunction(layer, captures.values(), symbols);
  scf::ForOp last = loops.back().loop;
  OpBuilder builder(last->getNextNode());
  rt::ForkOp::create(builder, last.getLoc(), executor, static_cast<uint64_t>(division.parts()),
                     function.getSymName(), captures.values());
  PartsBuilder parts(division, function);
  IRMapping mapping;
  captures.rebuild(parts.entry(), function.getArguments(), mapping);
  for (const IndependentLoop &loop : loops) {
    scf::ForOp op = loop.loop;
    op->moveBefore(function.front().getTerminator());
    op->walk([&](Operation *inner) {
      for (OpOperand &operand : inner->getOpOperands())
        operand.set(mapping.lookupOrDefault(operand.get()));
    });
  }
  parts.entry().setInsertionPoint(loops.front().loop);
  parts.restrict(loops, work, 0);
}

} // namespace nnc
