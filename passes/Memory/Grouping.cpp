// Which operators become one layer.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/Grouping.h"

#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "passes/Conversion/NNToLoops/ElementOps.h"
#include "passes/Conversion/NNToLoops/KernelPrologues.h"
#include "passes/Memory/Pieces.h"
#include "passes/Memory/Views.h"

using namespace mlir;

namespace nnc::memory {

bool staysOutside(Operation *op) {
  return isa<nn::ConstantOp>(op) || isView(op) || op->hasTrait<OpTrait::IsTerminator>();
}

/// Numbers that differ from layer to layer would keep equal layers from sharing a function, so only
/// splats and small tables of integers (indices) are part of the code.
static bool isPartOfCode(nn::ConstantOp constant) {
  Type element = cast<RankedTensorType>(constant.getType()).getElementType();
  return isInlineConstant(constant) && (constant.getValue().isSplat() || element.isInteger());
}

bool isFree(Operation *op) {
  if (auto constant = dyn_cast<nn::ConstantOp>(op))
    return isPartOfCode(constant);
  if (isa<nn::IotaOp>(op))
    return true;
  if (!isa<nn::BroadcastOp, nn::CastOp>(op) || isView(op))
    return false;
  Operation *source = op->getOperand(0).getDefiningOp();
  return source && isFree(source);
}

namespace {

int64_t bytesOf(Value value) { return nn::totalBytes(cast<ShapedType>(value.getType())); }

/// Walks the block backwards, so that the users of an operator are grouped before it.
class Grouper {
public:
  Grouper(Block &block, unsigned maxOps) : block(block), maxOps(maxOps) {}

  Grouping run();

private:
  /// What is known about an operator in a group.
  struct Member {
    size_t group = 0;
    unsigned evaluations = 1; ///< per element of the root's result
  };

  bool canBeRepeated(Operation *op) const;
  bool canReadInside(OpOperand &use) const;
  bool join(Operation *op);
  bool mayMoveDown(Operation *op, size_t group) const;

  Block &block;
  unsigned maxOps;
  /// The last root first; `ops` backwards.
  std::vector<Group> groups;
  std::vector<unsigned> evaluations;
  DenseMap<Operation *, Member> members;
  SmallPtrSet<Operation *, 16> repeated;
};

/// Whether the reader can compute the operand on the fly.
bool Grouper::canReadInside(OpOperand &use) const {
  Operation *user = use.getOwner();
  if (staysOutside(user))
    return false;
  return isElementOp(user) || readsEachElementOnce(user, use.getOperandNumber());
}

/// Whether every layer that needs this free operator can repeat it.
bool Grouper::canBeRepeated(Operation *op) const {
  return isFree(op) && llvm::all_of(op->getUses(), [&](OpOperand &use) {
           return repeated.contains(use.getOwner()) || canReadInside(use);
         });
}

/// An operator that is computed later keeps its operands alive longer and its result shorter.
bool Grouper::mayMoveDown(Operation *op, size_t group) const {
  if (group + 1 == groups.size())
    return true; // nothing is computed in between
  Operation *root = groups[group].ops.front();
  SmallPtrSet<Value, 4> held;
  int64_t bytes = 0;
  for (Value operand : op->getOperands()) {
    bool isConstant = operand.getDefiningOp<nn::ConstantOp>() != nullptr;
    bool livesAnyway = llvm::any_of(operand.getUsers(), [&](Operation *user) {
      return user == root || root->isBeforeInBlock(user);
    });
    if (!isConstant && !livesAnyway && held.insert(operand).second)
      bytes += bytesOf(operand);
  }
  return bytes <= bytesOf(op->getResult(0));
}

/// Lets an element operator join the layer of its users, if there is one such layer.
bool Grouper::join(Operation *op) {
  if (!isElementOp(op) || op->use_empty())
    return false;
  auto first = members.find(*op->getUsers().begin());
  if (first == members.end())
    return false;
  size_t group = first->second.group;
  Operation *root = groups[group].ops.front();
  if (isa<kernel::KernelDialect>(root->getDialect()) && !canPrecede(op, root))
    return false;
  unsigned times = 0;
  for (OpOperand &use : op->getUses()) {
    auto user = members.find(use.getOwner());
    // Computed parts of a concatenation are stored one by one.
    if (user == members.end() || user->second.group != group || isa<nn::ConcatOp>(use.getOwner()) ||
        !readsEachElementOnce(use.getOwner(), use.getOperandNumber()))
      return false;
    times += user->second.evaluations;
  }
  if (evaluations[group] + times > maxOps || !mayMoveDown(op, group))
    return false;
  evaluations[group] += times;
  groups[group].ops.push_back(op);
  members[op] = {group, times};
  return true;
}

Grouping Grouper::run() {
  for (Operation &op : llvm::reverse(block)) {
    if (staysOutside(&op) || op.hasAttr(rt::kPieceAttr))
      continue;
    if (canBeRepeated(&op)) {
      repeated.insert(&op);
      continue;
    }
    if (join(&op))
      continue;
    members[&op] = {groups.size(), 1};
    groups.push_back(Group{{&op}, piecesOf(&op)});
    evaluations.push_back(1);
  }
  std::reverse(groups.begin(), groups.end());
  for (Group &group : groups)
    std::reverse(group.ops.begin(), group.ops.end());
  return {std::move(groups), std::move(repeated)};
}

} // namespace

Grouping groupIntoLayers(Block &block, unsigned maxOps) { return Grouper(block, maxOps).run(); }

} // namespace nnc::memory
