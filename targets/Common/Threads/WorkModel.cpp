// Estimates how long code takes, from the number of turns of its loops. Rough on purpose: it only
// has to tell layers that are worth dividing from those that are not, and whole tiles from
// remainders. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/Threads/LayerWork.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nnc {
namespace {

/// Turns of a loop whose number is not known.
constexpr double kUnknownTurns = 8;

/// No element of the loop is before this.
int64_t leastOf(Value value) {
  if (auto constant = getConstantIntValue(value))
    return *constant;
  if (auto max = value.getDefiningOp<arith::MaxSIOp>())
    return std::max(leastOf(max.getLhs()), leastOf(max.getRhs()));
  return 0;
}

/// An upper bound of end − begin, where one is seen.
std::optional<int64_t> distance(Value begin, Value end) {
  if (auto last = getConstantIntValue(end))
    return *last - leastOf(begin);
  if (auto sum = end.getDefiningOp<arith::AddIOp>(); sum && sum.getLhs() == begin)
    return getConstantIntValue(sum.getRhs());
  auto least = [](std::optional<int64_t> a, std::optional<int64_t> b) {
    return a && b ? std::min(*a, *b) : a ? a : b;
  };
  if (auto min = end.getDefiningOp<arith::MinSIOp>())
    return least(distance(begin, min.getLhs()), distance(begin, min.getRhs()));
  if (auto max = begin.getDefiningOp<arith::MaxSIOp>())
    return least(distance(max.getLhs(), end), distance(max.getRhs(), end));
  return std::nullopt;
}

double turnsOf(scf::ForOp loop) {
  auto length = distance(loop.getLowerBound(), loop.getUpperBound());
  auto step = getConstantIntValue(loop.getStep());
  if (!length || !step)
    return kUnknownTurns;
  return static_cast<double>(std::max<int64_t>(0, (*length + *step - 1) / *step));
}

/// Whether a value that turns hand on may be combined in any order.
bool isReordered(Value next) {
  Operation *op = next.getDefiningOp();
  if (auto math = dyn_cast_if_present<arith::ArithFastMathInterface>(op))
    if (arith::bitEnumContainsAny(math.getFastMathFlagsAttr().getValue(),
                                  arith::FastMathFlags::reassoc))
      return true;
  return isa_and_present<arith::MaximumFOp, arith::MinimumFOp, arith::AddIOp, arith::MulIOp,
                         arith::MaxSIOp, arith::MinSIOp>(op);
}

/// Whether LLVM makes vectors of a loop: the innermost one, without values that turns hand on in
/// their order.
bool isVectorised(scf::ForOp loop) {
  if (!llvm::all_of(loop.getYieldedValues(), isReordered))
    return false;
  WalkResult result = loop.getBody()->walk([](Operation *op) {
    bool isVector = llvm::any_of(op->getResultTypes(), llvm::IsaPred<VectorType>);
    return isVector || op->getNumRegions() > 0 ? WalkResult::interrupt() : WalkResult::advance();
  });
  return !result.wasInterrupted();
}

/// Of one operation, where two start in each cycle.
double cyclesOf(Operation *op) {
  if (isa<arith::DivFOp, math::SqrtOp, math::RsqrtOp>(op))
    return 5;
  if (isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp>(op))
    return 2;
  if (isa<vector::StoreOp, memref::StoreOp>(op))
    return 1;
  if (isa<arith::ConstantOp, vector::BroadcastOp, scf::YieldOp>(op))
    return 0;
  return 0.5;
}

/// Of the operations of a block, once.
double estimateCycles(Block &block, int64_t lanes) {
  double sum = 0;
  for (Operation &op : block) {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      sum += turnsOf(loop) * estimateTurn(loop, lanes);
      continue;
    }
    double branches = 0;
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        branches = std::max(branches, estimateCycles(inner, lanes));
    sum += op.getNumRegions() > 0 ? branches + 1 : cyclesOf(&op);
  }
  return sum;
}

} // namespace

double estimateTurn(scf::ForOp loop, int64_t lanes) {
  double turn = estimateCycles(*loop.getBody(), lanes) + 1;
  return isVectorised(loop) ? turn / static_cast<double>(lanes) : turn;
}

} // namespace nnc
