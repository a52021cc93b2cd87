// Loop nests over index variables.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/LoopNest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace nnc {

int64_t LoopGroup::count() const {
  int64_t result = 1;
  for (const IndexVariable *variable : variables)
    result *= variable->count;
  return result;
}

// ⌈−base/step⌉ ≤ v < ⌈(size − base)/step⌉, within [0, count].
LoopRange windowRange(LayerEmitter &emitter, Location loc, const IndexExpr &base, int64_t step,
                      int64_t size, int64_t count) {
  OpBuilder &b = emitter.builder;
  auto roundedUp = [&](const IndexExpr &distance) -> Value {
    IndexExpr sum = distance + IndexExpr(step - 1);
    if (sum.isConstant())
      return emitter.index(std::clamp<int64_t>(sum.getConstant() / step, 0, count), loc);
    Value value = emitter.valueOf(sum, loc);
    value = arith::MaxSIOp::create(b, loc, value, emitter.index(0, loc));
    if (step != 1)
      value = arith::DivUIOp::create(b, loc, value, emitter.index(step, loc));
    return arith::MinSIOp::create(b, loc, value, emitter.index(count, loc));
  };
  return {roundedUp(base * -1), roundedUp(IndexExpr(size) - base)};
}

SmallVector<IndexVariable *> variablesOf(ArrayRef<IndexExpr> index) {
  SmallVector<IndexVariable *> result;
  for (const IndexExpr &place : index)
    for (const IndexExpr::Term &term : place.getTerms())
      if (term.variable->isLoop && !llvm::is_contained(result, term.variable))
        result.push_back(term.variable);
  return result;
}

void orderByStride(SmallVectorImpl<IndexVariable *> &variables, const IndexExpr &offset) {
  // Equal strides (a broadcast's 0) keep their order.
  SmallVector<std::pair<int64_t, size_t>> keys;
  for (auto [i, variable] : llvm::enumerate(variables))
    keys.emplace_back(-std::abs(offset.factorOf(variable)), i);
  llvm::sort(keys);
  SmallVector<IndexVariable *> ordered;
  for (auto [stride, i] : keys)
    ordered.push_back(variables[i]);
  variables.assign(ordered.begin(), ordered.end());
}

SmallVector<LoopGroup> joinLoops(ArrayRef<IndexVariable *> ordered, const Trial &trial) {
  SmallVector<LoopGroup> groups;
  auto joins = [&](IndexVariable *outer, IndexVariable *inner) {
    if (trial.pinned.contains(outer) || trial.pinned.contains(inner))
      return false;
    return llvm::all_of(trial.offsets, [&](const IndexExpr &offset) {
      return offset.factorOf(outer) == offset.factorOf(inner) * inner->count;
    });
  };
  for (IndexVariable *variable : ordered) {
    if (!groups.empty() && joins(groups.back().variables.back(), variable))
      groups.back().variables.push_back(variable);
    else
      groups.push_back({{variable}});
  }
  return groups;
}

void enterGroup(const LoopGroup &group, Value value) {
  for (IndexVariable *variable : group.variables)
    variable->value = Value();
  group.variables.back()->value = value;
}

void buildNest(LayerEmitter &emitter, Location loc, ArrayRef<LoopGroup> groups, Turns turns,
               llvm::function_ref<void()> body) {
  if (groups.empty())
    return body();
  Value low = emitter.index(0, loc), high = emitter.index(groups.front().count(), loc);
  auto turn = [&](Value value) {
    enterGroup(groups.front(), value);
    buildNest(emitter, loc, groups.drop_front(), turns, body);
  };
  if (turns == Turns::Independent)
    emitter.independentLoop(loc, low, high, turn);
  else
    emitter.loop(loc, low, high, turn);
}

void buildJoinedNest(LayerEmitter &emitter, Location loc, ArrayRef<IndexExpr> index,
                     const IndexExpr &offset, Turns turns, llvm::function_ref<void()> body) {
  SmallVector<IndexVariable *> variables = variablesOf(index);
  Trial trial = emitter.tryOut(variables, body);
  orderByStride(variables, offset);
  buildNest(emitter, loc, joinLoops(variables, trial), turns, body);
}

} // namespace nnc
