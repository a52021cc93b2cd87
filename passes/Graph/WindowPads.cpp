// Pads whose value a window operator ignores go into its border.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "passes/Graph/Constants.h"
#include "passes/Graph/Simplify.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace nnc {
namespace {

/// The number that a pad writes, or nothing where it is computed.
std::optional<double> padValue(nn::PadOp pad) {
  if (!pad.getValue())
    return 0;
  std::optional<reference::Tensor> value = constantOf(pad.getValue());
  return value ? std::optional(value->real(0)) : std::nullopt;
}

/// Whether a pad adds elements to spatial dimensions only.
bool isBorder(nn::PadOp pad) {
  auto adds = [](int64_t amount) { return amount >= 0; };
  auto none = [](int64_t amount) { return amount == 0; };
  return pad.getMode() == nn::PadMode::constant && pad.getLow().size() >= 3 &&
         llvm::all_of(pad.getLow(), adds) && llvm::all_of(pad.getHigh(), adds) &&
         llvm::all_of(pad.getLow().take_front(2), none) &&
         llvm::all_of(pad.getHigh().take_front(2), none);
}

/// Whether no element is below 0 (NaN may be). Looks at the operator alone, and through pools.
bool isNonNegative(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto unary = dyn_cast_if_present<nn::UnaryOp>(op)) {
    using Kind = nn::UnaryKind;
    Kind kind = unary.getKind();
    // The lowest integer is its own magnitude, and squares wrap.
    bool real = isa<FloatType>(unary.getType().getElementType());
    return kind == Kind::relu || kind == Kind::sigmoid || kind == Kind::exp ||
           kind == Kind::softplus || (real && (kind == Kind::abs || kind == Kind::square));
  }
  if (auto clamp = dyn_cast_if_present<nn::ClampOp>(op))
    return clamp.getLow() && clamp.getLow()->convertToDouble() >= 0;
  if (auto pool = dyn_cast_if_present<nn::PoolOp>(op))
    return pool.getKind() == nn::PoolKind::average && isNonNegative(pool.getInput());
  return false;
}

/// Whether every window of a pool with the pad in its border has an element of the pad's input.
bool everyWindowSees(nn::PoolOp pool, nn::PadOp pad) {
  ArrayRef<int64_t> image = pad.getInput().getType().getShape().drop_front(2),
                    result = pool.getType().getShape().drop_front(2);
  for (size_t d = 0; d < image.size(); ++d) {
    int64_t begin = pool.getPadsBegin()[d] + pad.getLow()[d + 2];
    int64_t last = (result[d] - 1) * pool.getStrides()[d] - begin;
    if (pool.getDilations()[d] != 1 || begin >= pool.getKernel()[d] || last >= image[d])
      return false;
  }
  return true;
}

bool hasBorder(nn::PoolOp pool) {
  auto any = [](int64_t amount) { return amount != 0; };
  return llvm::any_of(pool.getPadsBegin(), any) || llvm::any_of(pool.getPadsEnd(), any);
}

/// Whether the elements that the pad adds count as much as the pool's own border.
bool ignores(nn::PoolOp pool, nn::PadOp pad, double value) {
  switch (pool.getKind()) {
  case nn::PoolKind::max:
    if (isa<FloatType>(pool.getType().getElementType()) && std::isinf(value) && value < 0)
      return true;
    return value <= 0 && isNonNegative(pad.getInput()) && everyWindowSees(pool, pad);
  case nn::PoolKind::average:
    // Without count_include_pad the pool's own border does not count, the pad does.
    return value == 0 && (pool.getCountIncludePad() || !hasBorder(pool));
  case nn::PoolKind::lp:
    return value == 0;
  }
  return false;
}

/// Whether the user can take the pad into its border.
bool canTake(Operation *user, nn::PadOp pad) {
  std::optional<double> value = padValue(pad);
  if (!value || !isBorder(pad) || hasLayout(user) || hasLayout(pad))
    return false;
  if (auto conv = dyn_cast<nn::ConvOp>(user))
    return *value == 0 && conv.getInput() == pad.getResult() && conv.getFilter() != pad.getResult();
  auto pool = dyn_cast<nn::PoolOp>(user);
  return pool && ignores(pool, pad, *value);
}

/// f(pad(x)) → f(x) with a larger border, where every user of the pad can do so.
template <typename Op> struct TakePad : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().template getDefiningOp<nn::PadOp>();
    if (!pad || !llvm::all_of(pad->getUsers(), [&](Operation *user) { return canTake(user, pad); }))
      return rewriter.notifyMatchFailure(op, "input is no pad that all its users can take");
    SmallVector<int64_t> begin(op.getPadsBegin()), end(op.getPadsEnd());
    for (size_t d = 0; d < begin.size(); ++d)
      begin[d] += pad.getLow()[d + 2], end[d] += pad.getHigh()[d + 2];
    rewriter.modifyOpInPlace(op, [&] {
      op->setOperand(0, pad.getInput());
      op.setPadsBegin(begin);
      op.setPadsEnd(end);
      op->setLoc(rewriter.getFusedLoc({pad.getLoc(), op.getLoc()}));
      if constexpr (std::is_same_v<Op, nn::PoolOp>)
        if (op.getKind() == nn::PoolKind::average)
          op.setCountIncludePad(true);
    });
    return success();
  }
};

} // namespace

void addWindowPadPatterns(RewritePatternSet &patterns) {
  patterns.add<TakePad<nn::ConvOp>, TakePad<nn::PoolOp>>(patterns.getContext());
}

} // namespace nnc
