// IndexExpr: linear combinations of loop variables.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/IndexExpr.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace nnc {

int64_t IndexExpr::factorOf(const IndexVariable *variable) const {
  for (const Term &term : terms)
    if (term.variable == variable)
      return term.factor;
  return 0;
}

int64_t IndexExpr::minimum() const {
  int64_t result = offset;
  for (const Term &term : terms)
    result += std::min<int64_t>(0, term.factor * (term.variable->count - 1));
  return result;
}

int64_t IndexExpr::maximum() const {
  int64_t result = offset;
  for (const Term &term : terms)
    result += std::max<int64_t>(0, term.factor * (term.variable->count - 1));
  return result;
}

IndexExpr IndexExpr::operator+(const IndexExpr &other) const {
  IndexExpr result = *this;
  result.offset += other.offset;
  for (const Term &term : other.terms) {
    auto *same =
        llvm::find_if(result.terms, [&](const Term &t) { return t.variable == term.variable; });
    if (same == result.terms.end()) {
      result.terms.push_back(term);
      continue;
    }
    same->factor += term.factor;
    if (same->factor == 0)
      result.terms.erase(same);
  }
  return result;
}

IndexExpr IndexExpr::operator*(int64_t factor) const {
  if (factor == 0)
    return IndexExpr(0);
  IndexExpr result = *this;
  result.offset *= factor;
  for (Term &term : result.terms)
    term.factor *= factor;
  return result;
}

IndexExpr IndexExpr::substitute(const IndexVariable *variable, const IndexExpr &by) const {
  int64_t factor = factorOf(variable);
  if (factor == 0)
    return *this;
  IndexExpr result = *this;
  llvm::erase_if(result.terms, [&](const Term &term) { return term.variable == variable; });
  return result + by * factor;
}

std::optional<std::pair<IndexExpr, IndexExpr>> IndexExpr::divide(int64_t divisor) const {
  IndexExpr quotient, remainder(offset);
  for (const Term &term : terms) {
    if (term.factor % divisor == 0)
      quotient.terms.push_back({term.variable, term.factor / divisor});
    else
      remainder.terms.push_back(term);
  }
  int64_t whole = llvm::divideFloorSigned(remainder.minimum(), divisor);
  if (llvm::divideFloorSigned(remainder.maximum(), divisor) != whole)
    return std::nullopt;
  quotient.offset += whole;
  remainder.offset -= whole * divisor;
  return std::pair(quotient, remainder);
}

std::optional<std::pair<IndexVariable *, int64_t>>
IndexExpr::splitForDivision(int64_t divisor) const {
  for (const Term &term : terms) {
    if (!term.variable->isLoop || term.factor <= 0 || divisor % term.factor != 0)
      continue;
    int64_t inner = divisor / term.factor;
    if (inner > 1 && inner < term.variable->count && term.variable->count % inner == 0)
      return std::pair(term.variable, inner);
  }
  return std::nullopt;
}

Value IndexExpr::materialize(OpBuilder &builder, Location loc) const {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  auto noWrap = arith::IntegerOverflowFlags::nsw;
  Value sum;
  for (const Term &term : terms) {
    Value value = term.variable->value;
    if (!value)
      continue;
    if (term.factor != 1)
      value = arith::MulIOp::create(builder, loc, value, constant(term.factor), noWrap);
    sum = sum ? Value(arith::AddIOp::create(builder, loc, sum, value, noWrap)) : value;
  }
  if (!sum)
    return constant(offset);
  if (offset != 0)
    sum = arith::AddIOp::create(builder, loc, sum, constant(offset), noWrap);
  return sum;
}

IndexExpr linearize(ArrayRef<IndexExpr> index, ArrayRef<int64_t> strides) {
  IndexExpr result;
  for (auto [place, stride] : llvm::zip_equal(index, strides))
    result = result + place * stride;
  return result;
}

} // namespace nnc
