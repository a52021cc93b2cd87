// Loops that store a tree of element ops.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/ElementLoops.h"

#include "passes/Conversion/NNToLoops/LoopNest.h"

using namespace mlir;

namespace nnc {

/// After so many pieces, sides are told apart at run time instead.
static constexpr int kMaximalPieces = 1024;

namespace {

class ElementLoops {
public:
  ElementLoops(LayerEmitter &emitter, Value tensor, const Place &target)
      : emitter(emitter), tensor(tensor), target(target), loc(tensor.getLoc()) {}

  void emit(SmallVector<IndexExpr> index);

private:
  void cut(ArrayRef<IndexExpr> index, const Trial::Cut &cut);
  void build(ArrayRef<IndexExpr> index, const Trial &trial);
  void storeElement(ArrayRef<IndexExpr> index) {
    emitter.store(emitter.element(tensor, index), target, index);
  }
  static SmallVector<IndexExpr> substitute(ArrayRef<IndexExpr> index, const IndexVariable *variable,
                                           const IndexExpr &by) {
    return llvm::map_to_vector(
        index, [&](const IndexExpr &place) { return place.substitute(variable, by); });
  }

  LayerEmitter &emitter;
  Value tensor;
  const Place &target;
  Location loc;
  int pieces = 0;
};

void ElementLoops::emit(SmallVector<IndexExpr> index) {
  while (true) {
    Trial trial = emitter.tryOut(variablesOf(index), [&] { storeElement(index); });
    if (trial.split) {
      auto [variable, inner] = *trial.split;
      IndexExpr outer = IndexExpr(emitter.newVariable(variable->count / inner)) * inner;
      index = substitute(index, variable, outer + IndexExpr(emitter.newVariable(inner)));
    } else if (trial.cut && pieces < kMaximalPieces) {
      return cut(index, *trial.cut);
    } else {
      return build(index, trial);
    }
  }
}

void ElementLoops::cut(ArrayRef<IndexExpr> index, const Trial::Cut &cut) {
  SmallVector<int64_t> bounds = cut.points;
  bounds.push_back(cut.variable->count);
  int64_t begin = 0;
  for (int64_t end : bounds) {
    IndexExpr part(begin);
    if (end - begin > 1)
      part = part + IndexExpr(emitter.newVariable(end - begin));
    ++pieces;
    emit(substitute(index, cut.variable, part));
    begin = end;
  }
}

void ElementLoops::build(ArrayRef<IndexExpr> index, const Trial &trial) {
  SmallVector<IndexVariable *> variables = variablesOf(index);
  orderByStride(variables, linearize(index, nn::stridesOf(target.type)));
  buildNest(emitter, loc, joinLoops(variables, trial), Turns::Independent,
            [&] { storeElement(index); });
}

} // namespace

void emitElementLoops(LayerEmitter &emitter, Value tensor, const Place &target) {
  if (target.type.getNumElements() == 0)
    return;
  ElementLoops(emitter, tensor, target).emit(emitter.newVariables(target.type.getShape()));
}

} // namespace nnc
