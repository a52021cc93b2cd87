// ReductionNest: loops over kept places and taps.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/ReductionNest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace nnc {

/// A contiguous run of taps of this length is worth an accumulator of its own.
static constexpr int64_t kLongRun = 8;

/// Elements of a row that are computed before the next ones where rows are divided.
static constexpr int64_t kRowBlock = 64;

/// So many rows are divided as wholes.
static constexpr int64_t kManyRows = 16;

/// Whether a window never leaves its image.
static bool isAlwaysInside(const Window &window, int64_t kept, int64_t taps) {
  int64_t farthest = (kept - 1) * window.stride + (taps - 1) * window.dilation - window.begin;
  return window.begin <= 0 && farthest < window.size;
}

ReductionNest::ReductionNest(LayerEmitter &emitter, Location loc, ArrayRef<int64_t> keptShape,
                             ArrayRef<int64_t> keptStrides, ArrayRef<int64_t> tapShape,
                             ArrayRef<Window> windows)
    : emitter(emitter), loc(loc), keptIndex(emitter.newVariables(keptShape)),
      tapIndex(emitter.newVariables(tapShape)), keptOffset(linearize(keptIndex, keptStrides)),
      tapShape(tapShape) {
  for (const Window &window : windows) {
    if (isAlwaysInside(window, keptShape[window.kept], tapShape[window.tap]))
      continue;
    this->windows.push_back(window);
    if (tapShape[window.tap] == 1) // even a single tap needs its loop: it may run not at all
      tapIndex[window.tap] = IndexExpr(emitter.newVariable(1));
  }
}

bool ReductionNest::prefersRows(ArrayRef<IndexExpr> reads, const IndexVariable *inner) const {
  for (const IndexExpr &offset : reads)
    if (std::abs(offset.factorOf(inner)) == 1)
      return true;
  for (const IndexExpr &offset : reads)
    for (const LoopGroup &group : tapGroups)
      if (std::abs(offset.factorOf(group.variables.back())) == 1 && group.count() >= kLongRun)
        return false;
  return true;
}

void ReductionNest::plan(Order order, llvm::function_ref<void()> body) {
  SmallVector<IndexVariable *> keptVariables = variablesOf(keptIndex);
  SmallVector<IndexVariable *> tapVariables = variablesOf(tapIndex);
  SmallVector<IndexVariable *> all = keptVariables;
  llvm::append_range(all, tapVariables);
  Trial trial = emitter.tryOut(all, body);
  for (const Window &window : windows) {
    for (const IndexExpr::Term &term : keptIndex[window.kept].getTerms())
      trial.pinned.insert(term.variable);
    for (const IndexExpr::Term &term : tapIndex[window.tap].getTerms())
      trial.pinned.insert(term.variable);
  }
  // Taps go along memory of the first operand that they move in.
  const auto *moved = llvm::find_if(trial.offsets, [&](const IndexExpr &offset) {
    return llvm::any_of(tapVariables, [&](auto *tap) { return offset.factorOf(tap) != 0; });
  });
  if (moved != trial.offsets.end())
    orderByStride(tapVariables, *moved);
  tapGroups = joinLoops(tapVariables, trial);
  orderByStride(keptVariables, keptOffset);
  SmallVector<IndexExpr> reads = trial.offsets;
  trial.offsets.append(rowOffsets.begin(), rowOffsets.end());
  bool rows = !keptVariables.empty() &&
              (order == Order::AlongRows ||
               (order == Order::ByAddresses && prefersRows(reads, keptVariables.back())));
  outerGroups = joinLoops(keptVariables, trial);
  if (rows)
    row = outerGroups.pop_back_val();
}

void ReductionNest::build(Order order, llvm::function_ref<void()> body) {
  plan(order, body);
  Turns turns = alongRows() && sharesRow ? Turns::InOrder : Turns::Independent;
  auto nest = [&] { buildNest(emitter, loc, outerGroups, turns, body); };
  if (cutsRow())
    overBlocks(nest);
  else
    nest();
}

/// Rows are divided where they are all there is to divide.
bool ReductionNest::cutsRow() const {
  if (!alongRows() || !emitter.stage || row.count() < 2 * kRowBlock)
    return false;
  int64_t rows = 1;
  for (const LoopGroup &group : outerGroups)
    rows *= group.count();
  return sharesRow || rows < kManyRows;
}

// Outermost, so that each block has its part of what rows share for itself.
void ReductionNest::overBlocks(llvm::function_ref<void()> body) {
  OpBuilder &b = emitter.builder;
  int64_t count = row.count(), blocks = llvm::divideCeil(count, kRowBlock);
  emitter.independentLoop(loc, emitter.index(0, loc), emitter.index(blocks, loc), [&](Value i) {
    Value size = emitter.index(kRowBlock, loc);
    Value low = arith::MulIOp::create(b, loc, i, size);
    Value high = arith::AddIOp::create(b, loc, low, size);
    if (count % kRowBlock != 0)
      high = arith::MinSIOp::create(b, loc, high, emitter.index(count, loc));
    block = {low, high};
    body();
    block.reset();
  });
}

LoopRange ReductionNest::tapRange(const LoopGroup &group) {
  IndexVariable *variable = group.variables.back();
  for (const Window &window : windows) {
    if (tapIndex[window.tap].factorOf(variable) == 0)
      continue;
    const IndexExpr &place = keptIndex[window.kept];
    if (alongRows() && place.factorOf(row.variables.back()) != 0)
      continue; // the row is shortened instead
    return windowRange(emitter, loc, place * window.stride - IndexExpr(window.begin),
                       window.dilation, window.size, variable->count);
  }
  return {emitter.index(0, loc), emitter.index(group.count(), loc)};
}

LoopRange ReductionNest::wholeRow() {
  if (block)
    return *block;
  return {emitter.index(0, loc), emitter.index(row.count(), loc)};
}

LoopRange ReductionNest::rowRange() {
  IndexVariable *variable = row.variables.back();
  for (const Window &window : windows) {
    if (keptIndex[window.kept].factorOf(variable) == 0)
      continue;
    LoopRange inside =
        windowRange(emitter, loc, tapIndex[window.tap] * window.dilation - IndexExpr(window.begin),
                    window.stride, window.size, variable->count);
    if (!block)
      return inside;
    return {arith::MaxSIOp::create(emitter.builder, loc, inside.low, block->low),
            arith::MinSIOp::create(emitter.builder, loc, inside.high, block->high)};
  }
  return wholeRow();
}

ReductionNest::Values ReductionNest::overTaps(ArrayRef<LoopGroup> groups, ValueRange carried,
                                              llvm::function_ref<Values(ValueRange)> body) {
  if (groups.empty() || emitter.isTrial())
    return body(carried);
  LoopRange range = tapRange(groups.front());
  return emitter.loop(loc, range.low, range.high, carried, [&](Value value, ValueRange values) {
    enterGroup(groups.front(), value);
    return overTaps(groups.drop_front(), values, body);
  });
}

void ReductionNest::overRow(bool onlyInsideWindows, llvm::function_ref<void()> body) {
  if (!alongRows() || emitter.isTrial())
    return body();
  LoopRange range = onlyInsideWindows ? rowRange() : wholeRow();
  emitter.loop(loc, range.low, range.high, [&](Value value) {
    enterGroup(row, value);
    body();
  });
}

ReductionNest::Cell ReductionNest::reduce(const Place &cells, Start start, Combine combine,
                                          Finish finish) {
  if (emitter.isTrial() && cells.buffer)
    rowOffsets.push_back(linearize(keptIndex, nn::stridesOf(cells.type)));
  if (!alongRows()) {
    Values sums = overTaps(tapGroups, start(), [&](ValueRange carried) -> Values {
      return {combine(carried.front())};
    });
    return {finish ? finish(sums.front()) : sums.front(), {}};
  }
  overRow(false, [&] { emitter.store(start(), cells, keptIndex); });
  overTaps(tapGroups, {}, [&](ValueRange) -> Values {
    overRow(true,
            [&] { emitter.store(combine(emitter.load(cells, keptIndex)), cells, keptIndex); });
    return {};
  });
  if (finish)
    overRow(false,
            [&] { emitter.store(finish(emitter.load(cells, keptIndex)), cells, keptIndex); });
  return {Value(), cells};
}

void ReductionNest::reduceInto(const Place &result, Start start, Combine combine, Finish finish) {
  Cell cell = reduce(result, start, combine, finish);
  if (!alongRows() && !emitter.isTrial()) // on trial `reduce` noted the address
    emitter.store(cell.value, result, keptIndex);
}

Value ReductionNest::read(const Cell &cell) {
  return alongRows() ? emitter.load(cell.row, keptIndex) : cell.value;
}

void ReductionNest::each(llvm::function_ref<void()> visit) {
  overTaps(tapGroups, {}, [&](ValueRange) -> Values {
    overRow(true, visit);
    return {};
  });
}

Value ReductionNest::countTaps(ArrayRef<Window> counted) {
  OpBuilder &b = emitter.builder;
  Value product = emitter.index(1, loc);
  for (const Window &window : counted) {
    LoopRange range =
        windowRange(emitter, loc, keptIndex[window.kept] * window.stride - IndexExpr(window.begin),
                    window.dilation, window.size, tapShape[window.tap]);
    Value count = arith::SubIOp::create(b, loc, range.high, range.low);
    count = arith::MaxSIOp::create(b, loc, count, emitter.index(0, loc));
    product = arith::MulIOp::create(b, loc, product, count);
  }
  return product;
}

} // namespace nnc
