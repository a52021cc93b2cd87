// Finds inputs that results may overlap, and the direction of each layer.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/Overlaps.h"

#include "passes/Memory/InPlace.h"

using namespace mlir;

namespace nnc::memory {

std::optional<Leads> leadsOver(Value stored, Value input) {
  auto product = stored.getDefiningOp<kernel::ProductOpInterface>();
  if (!product || !input.hasOneUse() || product->getOperand(0) != input)
    return std::nullopt;
  return leadsOfSweep(product);
}

planner::Overlap Overlap::relation() const {
  return {output, operand, static_cast<uint64_t>(leads.of(order)),
          order == rt::Order::ascending ? planner::Sweep::Ascending : planner::Sweep::Descending};
}

rt::SweepAttr Overlap::mark() const {
  return rt::SweepAttr::get(func::CallOp(call)->getContext(), order, leads.of(order));
}

std::vector<Overlap> findOverlaps(const BufferModel &model, SymbolTable &symbols) {
  llvm::DenseMap<std::pair<Operation *, unsigned>, std::optional<Leads>> known;
  std::vector<Overlap> found;
  forEachPair(model, symbols, [&](BufferPair pair) {
    auto [it, isNew] = known.try_emplace({pair.layer, pair.input}, std::nullopt);
    Operation *end = pair.layer.getBody().front().getTerminator();
    if (isNew && end->getNumOperands() == 1)
      it->second = leadsOver(end->getOperand(0), pair.layer.getArgument(pair.input));
    if (it->second)
      found.push_back({pair.call, pair.input, pair.layer, pair.output, pair.operand, *it->second});
  });
  return found;
}

void alternateOrders(MutableArrayRef<Overlap> overlaps) {
  auto other = [](rt::Order order) {
    return order == rt::Order::ascending ? rt::Order::descending : rt::Order::ascending;
  };
  llvm::DenseMap<Operation *, rt::Order> ofLayer;
  llvm::DenseMap<planner::BufferId, rt::Order> ofWriter;
  for (Overlap &overlap : overlaps) {
    auto writer = ofWriter.find(overlap.operand);
    rt::Order wanted = writer == ofWriter.end() ? rt::Order::ascending : other(writer->second);
    overlap.order = ofLayer.try_emplace(overlap.layer, wanted).first->second;
    ofWriter[overlap.output] = overlap.order;
  }
}

bool isUsed(const BufferModel &model, const Overlap &overlap) {
  const Storage &from = model.storages[model.arena[overlap.operand]],
                &to = model.storages[model.arena[overlap.output]];
  return to.offset < from.offset + from.bytes && from.offset < to.offset + to.bytes;
}

} // namespace nnc::memory
