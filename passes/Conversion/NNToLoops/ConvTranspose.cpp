// Loops of nn.conv_transpose: every input pixel adds to the result pixels that its filter reaches.
// Half types, whose sums need a wider type than the result has, look from the result pixel instead.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/KeptAxes.h"
#include "passes/Conversion/NNToLoops/Layout.h"
#include "passes/Conversion/NNToLoops/ReductionNest.h"
#include "passes/Conversion/NNToLoops/Roots.h"
#include "passes/Conversion/NNToLoops/Sums.h"
#include "passes/Conversion/Scalar/Emit.h"

using namespace mlir;

namespace nnc {

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

namespace {

class ConvTranspose {
public:
  ConvTranspose(LayerEmitter &emitter, nn::ConvTransposeOp op, const Place &result)
      : emitter(emitter), op(op), loc(op.getLoc()), result(result),
        input(tensorType(op.getInput())), filter(tensorType(op.getFilter())),
        rank(op.getStrides().size()), sums(emitter.builder, loc, input.getElementType(),
                                           accumulatorType(input.getElementType())) {}

  void emit() {
    if (!sums.fitsInMemory())
      return gather();
    fillWithBias();
    scatter();
  }

private:
  int64_t groups() { return static_cast<int64_t>(op.getGroup()); }
  int64_t inputsPerGroup() { return input.getDimSize(1) / groups(); }
  int64_t outputsPerGroup() { return filter.getDimSize(1); }
  Value bias(const IndexExpr &channel) {
    return op.getBias() ? sums.widen(emitter.element(op.getBias(), channel)) : sums.number(0);
  }

  void fillWithBias();
  void scatter();
  void gather();

  /// A loop over a variable, with bounds that outer loops may decide.
  struct Loop {
    const IndexExpr *place;
    std::optional<size_t> narrowedBy; ///< the spatial dimension whose window limits it
  };
  void nest(ArrayRef<Loop> loops, llvm::function_ref<void()> body);
  LoopRange rangeOf(const Loop &loop);

  LayerEmitter &emitter;
  nn::ConvTransposeOp op;
  Location loc;
  const Place &result;
  RankedTensorType input, filter;
  size_t rank;
  Sums sums;

  // The current place of `scatter`.
  IndexExpr image, group, inChannel, outChannel;
  SmallVector<IndexExpr> pixel, tap;
};

void ConvTranspose::fillWithBias() {
  SmallVector<IndexExpr> place = emitter.newVariables(result.type.getShape());
  auto body = [&] { emitter.store(bias(place[1]), result, place); };
  buildJoinedNest(emitter, loc, place, linearize(place, nn::stridesOf(result.type)),
                  Turns::Independent, body);
}

/// Only those pixels and taps whose result place pixel·stride + tap·dilation − begin lies in the
/// result.
LoopRange ConvTranspose::rangeOf(const Loop &loop) {
  int64_t count = loop.place->getTerms().front().variable->count;
  if (!loop.narrowedBy)
    return {emitter.index(0, loc), emitter.index(count, loc)};
  size_t d = *loop.narrowedBy;
  int64_t size = result.type.getDimSize(static_cast<int64_t>(d) + 2);
  int64_t stride = op.getStrides()[d], dilation = op.getDilations()[d];
  IndexExpr begin(op.getPadsBegin()[d]);
  if (loop.place == &pixel[d])
    return windowRange(emitter, loc, tap[d] * dilation - begin, stride, size, count);
  return windowRange(emitter, loc, pixel[d] * stride - begin, dilation, size, count);
}

void ConvTranspose::nest(ArrayRef<Loop> loops, llvm::function_ref<void()> body) {
  if (loops.empty())
    return body();
  const Loop &first = loops.front();
  if (first.place->isConstant())
    return nest(loops.drop_front(), body);
  LoopRange range = rangeOf(first);
  emitter.loop(loc, range.low, range.high, [&](Value value) {
    first.place->getTerms().front().variable->value = value;
    nest(loops.drop_front(), body);
  });
}

void ConvTranspose::scatter() {
  auto variable = [&](int64_t count) { return emitter.newVariables({count}).front(); };
  image = variable(input.getDimSize(0));
  group = variable(groups());
  inChannel = variable(inputsPerGroup());
  outChannel = variable(outputsPerGroup());
  for (size_t d = 0; d < rank; ++d) {
    // Always loops, even of one turn: they are what keeps places inside the result.
    pixel.emplace_back(emitter.newVariable(input.getDimSize(static_cast<int64_t>(d) + 2)));
    tap.emplace_back(emitter.newVariable(filter.getDimSize(static_cast<int64_t>(d) + 2)));
  }
  bool channelsInside = innermostDimension(result.type) == 1;
  SmallVector<Loop> loops = {{&image, {}}, {&group, {}}};
  if (!channelsInside)
    loops.push_back({&outChannel, {}});
  size_t last = rank - 1;
  for (size_t d = 0; d < rank; ++d)
    if (channelsInside || d != last)
      loops.push_back({&pixel[d], {}});
  for (size_t d = 0; d < rank; ++d)
    loops.push_back({&tap[d], channelsInside || d != last ? std::optional(d) : std::nullopt});
  loops.push_back({&inChannel, {}});
  if (channelsInside)
    loops.push_back({&outChannel, {}});
  else
    loops.push_back({&pixel[last], last});
  nest(loops, [&] {
    SmallVector<IndexExpr> from = {image, group * inputsPerGroup() + inChannel}, weight, to;
    weight = {from[1], outChannel};
    to = {image, group * outputsPerGroup() + outChannel};
    for (size_t d = 0; d < rank; ++d) {
      from.push_back(pixel[d]);
      weight.push_back(tap[d]);
      to.push_back(pixel[d] * op.getStrides()[d] + tap[d] * op.getDilations()[d] -
                   IndexExpr(op.getPadsBegin()[d]));
    }
    Value x = emitter.element(op.getInput(), from), w = emitter.element(op.getFilter(), weight);
    emitter.store(sums.multiplyAdd(emitter.load(result, to), x, w), result, to);
  });
}

void ConvTranspose::gather() {
  scalar::Emit emit(emitter.builder, loc);
  SmallVector<int64_t> keptShape(result.type.getShape()), strides = nn::stridesOf(result.type);
  keptShape[1] = outputsPerGroup();
  keptShape.insert(keptShape.begin() + 1, groups());
  strides.insert(strides.begin() + 1, strides[1] * outputsPerGroup());
  SmallVector<int64_t> tapShape = {inputsPerGroup()};
  llvm::append_range(tapShape, filter.getShape().drop_front(2));
  ReductionNest nest(emitter, loc, keptShape, strides, tapShape);
  auto combine = [&](Value accumulator) {
    SmallVector<IndexExpr> from = {nest.kept()[0],
                                   nest.kept()[1] * inputsPerGroup() + nest.taps()[0]};
    SmallVector<IndexExpr> weight = {from[1], nest.kept()[2]};
    Value reaches = emit.integer(emitter.builder.getI1Type(), 1);
    for (size_t d = 0; d < rank; ++d) {
      // The pixel is distance/stride, if that is whole and inside.
      IndexExpr distance = nest.kept()[d + 3] + IndexExpr(op.getPadsBegin()[d]) -
                           nest.taps()[d + 1] * op.getDilations()[d];
      Value value = emitter.valueOf(distance, loc);
      Value stride = emitter.index(op.getStrides()[d], loc);
      int64_t size = input.getDimSize(static_cast<int64_t>(d) + 2);
      Value remainder = emit.create<arith::RemSIOp>(value, stride);
      Value place = emit.create<arith::DivSIOp>(value, stride);
      auto check = [&](arith::CmpIPredicate predicate, Value a, int64_t b) {
        reaches = emit.bitAnd(reaches, emit.compare(predicate, a, emitter.index(b, loc)));
      };
      check(arith::CmpIPredicate::eq, remainder, 0);
      check(arith::CmpIPredicate::ult, place, size);
      place = emit.create<arith::MaxSIOp>(place, emitter.index(0, loc));
      place = emit.create<arith::MinSIOp>(place, emitter.index(size - 1, loc));
      from.push_back(emitter.computed(place, size));
      weight.push_back(nest.taps()[d + 1]);
    }
    Value x = sums.widen(emitter.element(op.getInput(), from));
    Value w = sums.widen(emitter.element(op.getFilter(), weight));
    return emit.select(reaches, sums.multiplyAdd(accumulator, x, w), accumulator);
  };
  nest.build(ReductionNest::Order::AlongTaps, [&] {
    nest.reduceInto(
        viewOf(result, keptShape, strides),
        [&] { return bias(nest.kept()[1] * outputsPerGroup() + nest.kept()[2]); }, combine,
        [&](Value accumulator) { return sums.narrow(accumulator); });
  });
}

} // namespace

void emitConvTranspose(LayerEmitter &emitter, nn::ConvTransposeOp op, const RootPlaces &places) {
  ConvTranspose(emitter, op, places.results.front()).emit();
}

} // namespace nnc
