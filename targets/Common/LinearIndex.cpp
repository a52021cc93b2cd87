// Index arithmetic and loops of the kernel emitter.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LinearIndex.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace nnc {

LinearIndex LinearIndex::operator+(const LinearIndex &other) const {
  LinearIndex sum = *this;
  sum.constant += other.constant;
  for (auto [value, coefficient] : other.terms) {
    auto *same = llvm::find_if(sum.terms, [&](auto &term) { return term.first == value; });
    if (same == sum.terms.end())
      sum.terms.emplace_back(value, coefficient);
    else
      same->second += coefficient;
  }
  return sum;
}

LinearIndex LinearIndex::operator*(int64_t factor) const {
  LinearIndex product = factor == 0 ? LinearIndex(0) : *this;
  product.constant = constant * factor;
  for (auto &term : product.terms)
    term.second *= factor;
  return product;
}

std::optional<int64_t> LinearIndex::asConstant() const {
  if (llvm::any_of(terms, [](auto &term) { return term.second != 0; }))
    return std::nullopt;
  return constant;
}

Value LinearIndex::build(OpBuilder &builder, Location loc) const {
  Value sum;
  auto add = [&](Value value) {
    sum = sum ? arith::AddIOp::create(builder, loc, sum, value).getResult() : value;
  };
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  for (auto [value, coefficient] : terms) {
    if (coefficient == 0)
      continue;
    add(coefficient == 1
            ? value
            : arith::MulIOp::create(builder, loc, value, number(coefficient)).getResult());
  }
  if (constant != 0 || !sum)
    add(number(constant));
  return sum;
}

Values buildLoop(OpBuilder &builder, Location loc, const LinearIndex &begin, const LinearIndex &end,
                 int64_t step, ValueRange carried,
                 function_ref<Values(const LinearIndex &, ValueRange)> body) {
  std::optional<int64_t> first = begin.asConstant(), last = end.asConstant();
  if (first && last && *first >= *last)
    return carried;
  if (first && last && *first + step >= *last)
    return body(*first, carried);
  auto loop = scf::ForOp::create(builder, loc, begin.build(builder, loc), end.build(builder, loc),
                                 arith::ConstantIndexOp::create(builder, loc, step), carried);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Values next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!carried.empty())
    scf::YieldOp::create(builder, loc, next);
  return loop.getResults();
}

void buildLoop(OpBuilder &builder, Location loc, const LinearIndex &begin, const LinearIndex &end,
               int64_t step, function_ref<void(const LinearIndex &)> body) {
  buildLoop(builder, loc, begin, end, step, ValueRange(),
            [&](const LinearIndex &index, ValueRange) {
              body(index);
              return Values();
            });
}

} // namespace nnc
