// Elements of a resized tensor: a weighted sum of input elements, one dimension after the other.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/ConstantTables.h"
#include "passes/Conversion/NNToLoops/LayerEmitter.h"
#include "passes/Conversion/NNToLoops/Layout.h"
#include "passes/Conversion/NNToLoops/ResizeTaps.h"
#include "passes/Conversion/Scalar/Emit.h"
#include "passes/Conversion/Scalar/Scalar.h"

using namespace mlir;

namespace nnc {

/// Up to so many taps are written out; more become a loop.
static constexpr int64_t kUnrolledTaps = 4;

namespace {

/// Builds the sum over the taps of all dimensions from `axis` on.
class Interpolation {
public:
  Interpolation(LayerEmitter &emitter, nn::ResizeOp op, ArrayRef<IndexExpr> index)
      : emitter(emitter), op(op), emit(emitter.builder, op.getLoc()), index(index),
        place(index.begin(), index.end()), element(inputType().getElementType()),
        copies(op.getMode() == nn::ResizeMode::nearest) {
    if (copies)
      number = scalar::valueType(element);
    else
      number = isa<FloatType>(element) ? accumulatorType(element) : Type(emit.builder.getF32Type());
    for (int64_t axis = 0; axis < inputType().getRank(); ++axis)
      taps.push_back(resizeTaps(op, axis));
  }

  Value build() {
    Value result = sumFrom(0);
    if (Value isOutside = outside()) {
      Value fill = emit.constant(number, op.getExtrapolation().convertToDouble());
      result = emit.select(isOutside, fill, result);
    }
    return copies ? result
                  : scalar::buildCast(emit.builder, emit.loc, result, number, element, true);
  }

private:
  RankedTensorType inputType() { return cast<RankedTensorType>(op.getInput().getType()); }
  Value sumFrom(int64_t axis);
  Value sumOfTaps(int64_t axis);
  Value weightedTap(int64_t axis, const IndexExpr &tap);
  Value outside();

  /// Element `at` of a table.
  template <typename T> Value lookUp(ArrayRef<T> values, Type type, const IndexExpr &at) {
    auto tensor = RankedTensorType::get({static_cast<int64_t>(values.size())}, type);
    SmallVector<Attribute> elements;
    for (T value : values)
      elements.push_back(isa<FloatType>(type)
                             ? Attribute(FloatAttr::get(type, static_cast<double>(value)))
                             : Attribute(IntegerAttr::get(type, static_cast<int64_t>(value))));
    Value buffer =
        emitter.tables.get(emit.builder, emit.loc, DenseElementsAttr::get(tensor, elements));
    return emitter.load({buffer, tensor}, {at});
  }

  LayerEmitter &emitter;
  nn::ResizeOp op;
  scalar::Emit emit;
  ArrayRef<IndexExpr> index;
  SmallVector<IndexExpr> place; ///< in the input, filled from the first dimension on
  Type element;
  bool copies; ///< one tap of weight 1 in each dimension
  Type number; ///< in which weights and sums are kept
  SmallVector<ResizeTaps> taps;
};

/// Whether the extrapolation value replaces the sum; empty if never.
Value Interpolation::outside() {
  Value any;
  for (auto [axis, axisTaps] : llvm::enumerate(taps)) {
    if (axisTaps.outside.empty())
      continue;
    SmallVector<int32_t> flags(axisTaps.outside.begin(), axisTaps.outside.end());
    Value flag = lookUp<int32_t>(flags, emit.builder.getI8Type(), index[axis]);
    Value here = emit.compare(arith::CmpIPredicate::ne, flag, emit.integer(flag.getType(), 0));
    any = any ? emit.bitOr(any, here) : here;
  }
  return any;
}

Value Interpolation::sumFrom(int64_t axis) {
  if (axis == inputType().getRank()) {
    Value value = emitter.element(op.getInput(), place);
    return copies ? value : scalar::buildCast(emit.builder, emit.loc, value, element, number);
  }
  if (auto rule = regularPlaces(taps[axis])) {
    IndexExpr at = index[axis] * rule->factor;
    place[axis] = emitter.divide(at, rule->divisor, emit.loc).first + IndexExpr(rule->start);
    return sumFrom(axis + 1);
  }
  return sumOfTaps(axis);
}

Value Interpolation::weightedTap(int64_t axis, const IndexExpr &tap) {
  const ResizeTaps &own = taps[axis];
  IndexExpr at = index[axis] * own.count + tap;
  Value source = lookUp<int32_t>(own.places, emit.builder.getI32Type(), at);
  source = emit.create<arith::IndexCastOp>(emit.builder.getIndexType(), source);
  place[axis] = emitter.computed(source, inputType().getDimSize(axis));
  Value value = sumFrom(axis + 1);
  if (own.count == 1) // its weight is 1
    return value;
  return emit.mul(value, lookUp<double>(own.weights, number, at));
}

Value Interpolation::sumOfTaps(int64_t axis) {
  int64_t count = taps[axis].count;
  if (count <= kUnrolledTaps) {
    Value sum = weightedTap(axis, 0);
    for (int64_t t = 1; t < count; ++t)
      sum = emit.add(sum, weightedTap(axis, t));
    return sum;
  }
  Value low = emitter.index(0, emit.loc), high = emitter.index(count, emit.loc);
  return emitter
      .loop(emit.loc, low, high, emit.constant(number, 0.0),
            [&](Value i, ValueRange carried) -> SmallVector<Value> {
              return {emit.add(carried.front(), weightedTap(axis, emitter.computed(i, count)))};
            })
      .front();
}

} // namespace

Value LayerEmitter::resize(nn::ResizeOp op, IndexRef index) {
  return Interpolation(*this, op, index).build();
}

} // namespace nnc
