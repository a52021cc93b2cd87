// nnc-fold-shuffles: permutations of channels go into the weights of what reads them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Graph/ChannelMoves.h"
#include "passes/Graph/NodeLocation.h"
#include "passes/Graph/Passes.h"

#include "llvm/ADT/STLExtras.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <tuple>

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_FOLDSHUFFLESPASS
#include "passes/Graph/Passes.h.inc"

namespace {

/// Where a channel comes from: of a value that is no movement of channels.
struct Origin {
  Value source;
  int64_t channel;
};

/// A value with its channels in another order: channel i is the former channel order[i].
struct Reordered {
  Value value;
  SmallVector<int64_t> order;
};

class ShuffleFolder {
public:
  explicit ShuffleFolder(Block &block) : block(block), builder(block.getParentOp()) {}

  void run() {
    for (Operation &op : llvm::reverse(block))
      if (std::optional<Shuffle> shuffle = Shuffle::endingWith(&op))
        if (readersTakeAnyOrder(op.getResult(0)))
          folded.try_emplace(&op, std::move(*shuffle));
    SmallVector<OpOperand *> readers;
    for (Operation &op : block)
      for (OpOperand &use : op.getOpOperands())
        if (!folded.empty() && isSumOverChannels(use) && isBehindShuffle(use.get()))
          readers.push_back(&use);
    if (!llvm::all_of(readers, [&](OpOperand *use) { return hasFewRuns(use->get()); }))
      return;
    for (OpOperand *use : readers) {
      const Reordered &input = reordered(use->get());
      readPermutedChannels(builder, *use, input.value, input.order);
    }
    eraseUnused();
  }

private:
  bool readersTakeAnyOrder(Value value) const;
  bool isBehindShuffle(Value value);
  bool hasFewRuns(Value value);
  SmallVector<Origin> originsOf(Value value);
  SmallVector<Origin> sortedOrigins(Value value, SmallVector<int64_t> &order);
  const Reordered &reordered(Value value);
  Value gather(Operation *place, ArrayRef<Origin> origins);
  void eraseUnused();

  Block &block;
  OpBuilder builder;
  llvm::DenseMap<Operation *, Shuffle> folded;
  llvm::DenseMap<Value, bool> behind;
  llvm::DenseMap<Value, Reordered> done;
  bool planning = true; ///< nothing is built yet
};

/// The movement that a reader makes of channels, or what it computes from each channel alone.
Value movedBy(Operation *op) {
  if (auto concat = dyn_cast<nn::ConcatOp>(op))
    return joinsChannels(concat) ? concat.getResult() : Value();
  if (auto slice = dyn_cast<nn::SliceOp>(op))
    return takesChannels(slice) ? slice.getResult() : Value();
  return isChannelwise(op) ? op->getResult(0) : Value();
}

/// Whether in the end sums over all channels read a value, with weights that can be permuted.
bool ShuffleFolder::readersTakeAnyOrder(Value value) const {
  return !value.use_empty() && llvm::all_of(value.getUses(), [&](OpOperand &use) {
    if (isSumOverChannels(use))
      return true;
    Operation *user = use.getOwner();
    if (Value moved = movedBy(user))
      return (use.getOperandNumber() == 0 || isa<nn::ConcatOp>(user)) && readersTakeAnyOrder(moved);
    // The first of the three operators of another shuffle.
    Operation *end = user;
    for (int steps = 0; steps < 2 && end; ++steps)
      end = end->hasOneUse() ? *end->getUsers().begin() : nullptr;
    return end && folded.contains(end);
  });
}

bool ShuffleFolder::isBehindShuffle(Value value) {
  if (auto known = behind.find(value); known != behind.end())
    return known->second;
  Operation *op = value.getDefiningOp();
  bool found = op && (folded.contains(op) ||
                      (movedBy(op) && llvm::any_of(op->getOperands(), [&](Value operand) {
                         return isBehindShuffle(operand);
                       })));
  return behind[value] = found;
}

/// The origin of each channel. What a channelwise operator computes behind a shuffle is the origin
/// of its channels, in their new order once it is built.
SmallVector<Origin> ShuffleFolder::originsOf(Value value) {
  SmallVector<Origin> origins;
  Operation *op = value.getDefiningOp();
  if (!op || !isBehindShuffle(value)) {
    auto concat = dyn_cast_or_null<nn::ConcatOp>(op);
    if (concat && joinsChannels(concat)) {
      for (Value input : concat.getInputs())
        llvm::append_range(origins, originsOf(input));
      return origins;
    }
    for (int64_t channel = 0; channel < channelsOf(value); ++channel)
      origins.push_back({value, channel});
    return origins;
  }
  if (auto shuffle = folded.find(op); shuffle != folded.end()) {
    SmallVector<Origin> from = originsOf(shuffle->second.input);
    for (int64_t channel : shuffle->second.order)
      origins.push_back(from[channel]);
  } else if (auto concat = dyn_cast<nn::ConcatOp>(op)) {
    for (Value input : concat.getInputs())
      llvm::append_range(origins, originsOf(input));
  } else if (auto slice = dyn_cast<nn::SliceOp>(op)) {
    SmallVector<Origin> from = originsOf(slice.getInput());
    for (int64_t i = 0; i < channelsOf(value); ++i)
      origins.push_back(from[slice.getStarts()[1] + i * slice.getSteps()[1]]);
  } else {
    SmallVector<int64_t> order;
    Value source = value;
    if (planning) {
      sortedOrigins(op->getOperand(0), order);
    } else {
      const Reordered &computed = reordered(value);
      source = computed.value;
      order = computed.order;
    }
    origins.resize(order.size());
    for (auto [i, channel] : llvm::enumerate(order))
      origins[channel] = {source, static_cast<int64_t>(i)};
  }
  return origins;
}

/// Arguments of the function first, then in the order of the operators.
bool isBefore(Value a, Value b) {
  Operation *first = a.getDefiningOp(), *second = b.getDefiningOp();
  if (first && second && first != second)
    return first->isBeforeInBlock(second);
  auto number = [](Value value) {
    auto result = dyn_cast<OpResult>(value);
    return result ? result.getResultNumber() : cast<BlockArgument>(value).getArgNumber();
  };
  return first == second ? number(a) < number(b) : !first;
}

/// The origins of all channels by source and channel, and the number that each has in `value`.
SmallVector<Origin> ShuffleFolder::sortedOrigins(Value value, SmallVector<int64_t> &order) {
  SmallVector<Origin> origins = originsOf(value);
  // Sources in the order in which they are computed.
  SmallVector<Value> sources;
  for (const Origin &origin : origins)
    if (!llvm::is_contained(sources, origin.source))
      sources.push_back(origin.source);
  llvm::sort(sources, isBefore);
  auto rank = [&](int64_t channel) {
    const Origin &origin = origins[channel];
    return std::tuple(llvm::find(sources, origin.source) - sources.begin(), origin.channel,
                      channel);
  };
  order = llvm::to_vector(llvm::seq<int64_t>(0, static_cast<int64_t>(origins.size())));
  llvm::sort(order, [&](int64_t a, int64_t b) { return rank(a) < rank(b); });
  return llvm::map_to_vector(order, [&](int64_t channel) { return origins[channel]; });
}

/// Lengths of the runs of neighbouring channels of one source.
SmallVector<int64_t> runsOf(ArrayRef<Origin> origins) {
  SmallVector<int64_t> runs;
  for (size_t i = 0; i < origins.size(); ++i)
    if (i > 0 && origins[i].source == origins[i - 1].source &&
        origins[i].channel == origins[i - 1].channel + 1)
      ++runs.back();
    else
      runs.push_back(1);
  return runs;
}

/// Whether few enough slices make up all channels of a value.
bool ShuffleFolder::hasFewRuns(Value value) {
  constexpr size_t kMostRuns = 16;
  SmallVector<int64_t> order;
  return runsOf(sortedOrigins(value, order)).size() <= kMostRuns;
}

const Reordered &ShuffleFolder::reordered(Value value) {
  if (auto known = done.find(value); known != done.end())
    return known->second;
  planning = false;
  Operation *op = value.getDefiningOp();
  Reordered result;
  if (!folded.contains(op) && !isa<nn::ConcatOp, nn::SliceOp>(op)) {
    const Reordered &input = reordered(op->getOperand(0));
    result.order = input.order;
    result.value = onPermutedChannels(builder, op, input.value, result.order);
  } else {
    SmallVector<Origin> origins = sortedOrigins(value, result.order);
    result.value = gather(op, origins);
  }
  return done[value] = std::move(result);
}

/// Channels of several values, run by run, computed in front of `place`.
Value ShuffleFolder::gather(Operation *place, ArrayRef<Origin> origins) {
  builder.setInsertionPoint(place);
  Location loc = nodeLocation(place->getLoc());
  SmallVector<Value> parts;
  for (int64_t length : runsOf(origins)) {
    Origin first = origins.front();
    origins = origins.drop_front(length);
    auto type = cast<RankedTensorType>(first.source.getType());
    if (length == type.getDimSize(1)) {
      parts.push_back(first.source);
      continue;
    }
    SmallVector<int64_t> shape(type.getShape()), starts(shape.size(), 0), steps(shape.size(), 1);
    shape[1] = length;
    starts[1] = first.channel;
    parts.push_back(nn::SliceOp::create(
        builder, loc, RankedTensorType::get(shape, type.getElementType()), first.source,
        builder.getDenseI64ArrayAttr(starts), builder.getDenseI64ArrayAttr(steps)));
  }
  if (parts.size() == 1)
    return parts.front();
  SmallVector<int64_t> shape(cast<RankedTensorType>(parts.front().getType()).getShape());
  shape[1] = 0;
  for (Value part : parts)
    shape[1] += channelsOf(part);
  Type element = cast<RankedTensorType>(parts.front().getType()).getElementType();
  return nn::ConcatOp::create(builder, loc, RankedTensorType::get(shape, element), parts, 1);
}

void ShuffleFolder::eraseUnused() {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

struct FoldShufflesPass : impl::FoldShufflesPassBase<FoldShufflesPass> {
  void runOnOperation() override {
    if (getOperation().getBody().hasOneBlock())
      ShuffleFolder(getOperation().getBody().front()).run();
  }
};

} // namespace
} // namespace nnc
