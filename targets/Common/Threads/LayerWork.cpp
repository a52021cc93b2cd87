// Independent loops of a layer function, found by their marks.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/Threads/LayerWork.h"

#include "dialects/RT/RT.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace nnc {
namespace {

std::optional<int64_t> stageOf(Operation &op) {
  auto stage = op.getAttrOfType<IntegerAttr>(rt::kIndependentAttr);
  return stage && isa<scf::ForOp>(op) ? std::optional(stage.getInt()) : std::nullopt;
}

/// The loop with what is inside; nothing where it cannot be divided.
std::optional<IndependentLoop> describe(scf::ForOp loop) {
  auto begin = getConstantIntValue(loop.getLowerBound()),
       end = getConstantIntValue(loop.getUpperBound()), step = getConstantIntValue(loop.getStep());
  if (!begin || !end || !step || *begin >= *end || !loop.getInitArgs().empty())
    return std::nullopt;
  return IndependentLoop{loop, *begin, *step, {}};
}

/// The groups in a block, in order; what reads memory between two loops parts them. `closed` is
/// cleared where other operations write memory or a group cannot be divided.
std::vector<IndependentLoops> groupsOf(Block &block, bool &closed) {
  std::vector<IndependentLoops> groups;
  std::optional<int64_t> current;
  for (Operation &op : block) {
    std::optional<int64_t> stage = stageOf(op);
    if (!stage) {
      if (!isMemoryEffectFree(&op)) {
        current.reset();
        closed &= hasSingleEffect<MemoryEffects::Read>(&op);
      }
      continue;
    }
    if (current != stage)
      groups.emplace_back();
    current = stage;
    if (auto loop = describe(cast<scf::ForOp>(op))) {
      groups.back().push_back(*loop);
    } else {
      groups.pop_back();
      current.reset();
      closed = false;
    }
  }
  return groups;
}

/// Finds what can be divided inside the loops of a group.
void descend(IndependentLoops &loops) {
  for (IndependentLoop &loop : loops) {
    bool closed = true;
    auto groups = groupsOf(*loop.loop.getBody(), closed);
    if (!closed || groups.size() != 1)
      continue;
    loop.inner = std::move(groups.front());
    descend(loop.inner);
  }
}

} // namespace

std::vector<IndependentLoops> findIndependentLoops(Operation *function) {
  std::vector<IndependentLoops> found;
  function->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (stageOf(*op))
      return WalkResult::skip();
    for (Region &region : op->getRegions())
      for (Block &block : region) {
        bool closed = true;
        for (IndependentLoops &group : groupsOf(block, closed)) {
          descend(group);
          found.push_back(std::move(group));
        }
      }
    return WalkResult::advance();
  });
  return found;
}

WorkList estimateWork(const IndependentLoops &loops, int64_t lanes) {
  WorkList list;
  for (const IndependentLoop &loop : loops) {
    scf::ForOp op = loop.loop;
    int64_t end = *getConstantIntValue(op.getUpperBound());
    Work work{(end - loop.begin + loop.step - 1) / loop.step, 0, estimateWork(loop.inner, lanes)};
    work.own = std::max(0.0, estimateTurn(op, lanes) - costOf(work.inner));
    list.push_back(std::move(work));
  }
  return list;
}

} // namespace nnc
