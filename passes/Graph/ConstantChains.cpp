// Chains of operators with constants become one operator, where that changes no rounding.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "lib/Reference/Evaluate.h"
#include "passes/Graph/Constants.h"
#include "passes/Graph/Simplify.h"

#include <cmath>

using namespace mlir;

namespace nnc {
namespace {

using nn::BinaryKind;
using reference::Tensor;

/// f(x, c) or f(c, x).
struct WithConstant {
  Value input;
  Value constant;
  Tensor elements;
  bool constantFirst = false;
};

std::optional<WithConstant> withConstant(nn::BinaryOp op) {
  if (!op || hasLayout(op))
    return std::nullopt;
  bool first = op.getLhs().getDefiningOp<nn::ConstantOp>() != nullptr;
  WithConstant found{
      first ? op.getRhs() : op.getLhs(), first ? op.getLhs() : op.getRhs(), {}, first};
  std::optional<Tensor> elements = constantOf(found.constant);
  if (!elements || elements->size() == 0 || found.input.getType() != op.getType())
    return std::nullopt;
  found.elements = *elements;
  return found;
}

template <typename Predicate> bool allElements(const Tensor &tensor, Predicate predicate) {
  int64_t count = tensor.isSplat() ? 1 : tensor.size();
  for (int64_t i = 0; i < count; ++i)
    if (!predicate(tensor.real(i)))
      return false;
  return true;
}

bool isPowerOfTwo(double number) {
  int exponent = 0;
  return std::fabs(std::frexp(number, &exponent)) == 0.5;
}

/// Whether no product of an element of each comes near the ends of any float type's range.
bool productsAreModerate(const Tensor &a, const Tensor &b) {
  double least = 1, most = 1;
  for (const Tensor *tensor : {&a, &b}) {
    double low = std::fabs(tensor->real(0)), high = low;
    bool finite = allElements(*tensor, [&](double number) {
      low = std::min(low, std::fabs(number)), high = std::max(high, std::fabs(number));
      return std::isfinite(number);
    });
    if (!finite)
      return false;
    least *= low, most *= high;
  }
  return least >= 0x1p-14 && most <= 0x1p15;
}

/// Whether f(f(x, a), b) is f(x, f(a, b)) for all x: in integers always; in floats for choices, and
/// for factors of which one is a power of two, because its product rounds nothing (unless f(x, a)
/// leaves the range of the type; the chain as one may then stay in it).
bool associates(BinaryKind kind, const Tensor &a, const Tensor &b) {
  switch (kind) {
  case BinaryKind::bit_and:
  case BinaryKind::bit_or:
  case BinaryKind::bit_xor:
    return true;
  case BinaryKind::add:
    return !a.isFloat();
  case BinaryKind::mul:
    return !a.isFloat() || (productsAreModerate(a, b) &&
                            (allElements(a, isPowerOfTwo) || allElements(b, isPowerOfTwo)));
  case BinaryKind::min:
  case BinaryKind::max: {
    // Which zero is chosen of two is left open.
    auto definite = [](double number) { return number < 0 || number > 0; };
    return !a.isFloat() || (allElements(a, definite) && allElements(b, definite));
  }
  default:
    return false;
  }
}

/// Elements of f(a, b).
int64_t combinedSize(const Tensor &a, const Tensor &b) {
  int64_t size = 1;
  for (int64_t d = 1; d <= std::max(a.rank(), b.rank()); ++d)
    size *=
        std::max(d <= a.rank() ? a.dim(a.rank() - d) : 1, d <= b.rank() ? b.dim(b.rank() - d) : 1);
  return size;
}

/// f(a, b), computed by the reference.
Value combine(nn::BinaryOp outer, const WithConstant &a, const WithConstant &b,
              PatternRewriter &rewriter) {
  auto combined =
      nn::BinaryOp::create(rewriter, outer.getLoc(), outer.getKind(), a.constant, b.constant);
  // Every kind that associates has an evaluation.
  reference::Tensors tensors =
      llvm::cantFail(reference::evaluate(combined, {a.elements, b.elements}));
  rewriter.eraseOp(combined);
  return makeConstant(rewriter, outer.getLoc(), tensors.front());
}

/// f(f(x, a), b) → f(x, f(a, b)).
LogicalResult joinChain(nn::BinaryOp op, PatternRewriter &rewriter) {
  std::optional<WithConstant> outer = withConstant(op);
  auto source = outer ? outer->input.getDefiningOp<nn::BinaryOp>() : nn::BinaryOp();
  if (!source || source.getKind() != op.getKind() || !source->hasOneUse())
    return rewriter.notifyMatchFailure(op,
                                       "not two equal operators, the first for the second only");
  std::optional<WithConstant> inner = withConstant(source);
  if (!inner || !associates(op.getKind(), inner->elements, outer->elements))
    return rewriter.notifyMatchFailure(op, "constants do not combine without rounding");
  if (combinedSize(inner->elements, outer->elements) >
      std::max(inner->elements.size(), outer->elements.size()))
    return rewriter.notifyMatchFailure(op, "the combined constant would be larger");
  Value constant = combine(op, *inner, *outer, rewriter);
  Location loc = rewriter.getFusedLoc({source.getLoc(), op.getLoc()});
  rewriter.replaceOpWithNewOp<nn::BinaryOp>(op, op.getType(), op.getKind(), inner->input, constant)
      ->setLoc(loc);
  return success();
}

/// The constant with a function applied to each element, or null where one is not representable.
template <typename Function>
Value mapConstant(const WithConstant &found, Function function, PatternRewriter &rewriter) {
  const Tensor &old = found.elements;
  Tensor tensor = old.isSplat() ? Tensor::splat(old.shape(), old.type())
                                : Tensor::zeros(old.shape(), old.type());
  for (int64_t i = 0; i < (old.isSplat() ? 1 : old.size()); ++i) {
    if (!old.isFloat()) {
      tensor.setInteger(i, static_cast<int64_t>(-static_cast<uint64_t>(old.integer(i))));
      continue;
    }
    double number = function(old.real(i));
    tensor.setReal(i, number);
    if (tensor.real(i) != number)
      return nullptr;
  }
  return makeConstant(rewriter, found.constant.getLoc(), tensor);
}

/// x − c → x + (−c), the same bits; x / c → x · (1/c) for powers of two, the same bits too.
LogicalResult useSumOrProduct(nn::BinaryOp op, PatternRewriter &rewriter) {
  bool difference = op.getKind() == BinaryKind::sub;
  if (!difference && op.getKind() != BinaryKind::div)
    return rewriter.notifyMatchFailure(op, "no difference or quotient");
  std::optional<WithConstant> found = withConstant(op);
  if (!found || found->constantFirst)
    return rewriter.notifyMatchFailure(op, "not with a constant");
  if (!difference && (!found->elements.isFloat() || !allElements(found->elements, isPowerOfTwo)))
    return rewriter.notifyMatchFailure(op, "a product would round differently");
  Value constant = mapConstant(
      *found, [&](double number) { return difference ? -number : 1 / number; }, rewriter);
  if (!constant)
    return rewriter.notifyMatchFailure(op, "a reciprocal has no place in the type");
  rewriter.replaceOpWithNewOp<nn::BinaryOp>(
      op, op.getType(), difference ? BinaryKind::add : BinaryKind::mul, found->input, constant);
  return success();
}

} // namespace

void addConstantChainPatterns(RewritePatternSet &patterns) {
  patterns.add(joinChain).add(useSumOrProduct);
}

} // namespace nnc
