// Access to the elements of an operand.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/Operand.h"

#include "dialects/NN/NN.h"

#include "llvm/ADT/bit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nnc {

void buildIndependentLoop(const Emission &emission, const LinearIndex &begin,
                          const LinearIndex &end, int64_t step,
                          function_ref<void(const LinearIndex &)> body) {
  OpBuilder &builder = emission.builder;
  std::optional<int64_t> first = begin.asConstant(), last = end.asConstant();
  if (emission.options.isBackwards() && first && last && step == 1)
    return buildLoop(builder, emission.loc, begin, end, step,
                     [&](const LinearIndex &i) { body(i * -1 + (*first + *last - 1)); });
  if (!emission.options.divisible || !first || !last || *first >= *last)
    return buildLoop(builder, emission.loc, begin, end, step, body);
  auto loop = scf::ForOp::create(builder, emission.loc, emission.build(begin), emission.build(end),
                                 arith::ConstantIndexOp::create(builder, emission.loc, step));
  loop->setAttr(rt::kIndependentAttr, builder.getI64IntegerAttr(emission.stage));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  // What is known of a single turn folds addresses.
  body(*first + step >= *last ? LinearIndex(*first) : LinearIndex(loop.getInductionVar()));
}

void Operand::repeatTo(ArrayRef<int64_t> shape, ArrayRef<int64_t> larger) {
  for (auto [size, stride, of] : llvm::zip_equal(shape, strides, larger.take_back(shape.size())))
    stride = size == 1 && of != 1 ? 0 : stride;
  strides.insert(strides.begin(), larger.size() - shape.size(), 0);
}

LinearIndex Operand::address(ArrayRef<LinearIndex> index) const {
  if (!buffer)
    return 0;
  LinearIndex sum = base;
  for (auto [i, stride] : llvm::zip_equal(index, strides))
    sum = sum + i * stride;
  return sum;
}

/// A boolean out of its byte.
static Value fromMemory(const Emission &emission, Value value, Type element) {
  if (!element.isInteger(1))
    return value;
  Value zero = arith::ConstantOp::create(emission.builder, emission.loc,
                                         emission.builder.getZeroAttr(value.getType()));
  return arith::CmpIOp::create(emission.builder, emission.loc, arith::CmpIPredicate::ne, value,
                               zero);
}

Value Operand::load(const Emission &emission, const LinearIndex &address, int64_t width,
                    int64_t stride) const {
  OpBuilder &builder = emission.builder;
  Location loc = emission.loc;
  auto scalar = [&](int64_t lane) -> Value {
    return memref::LoadOp::create(builder, loc, buffer, emission.build(address + lane * stride));
  };
  if (!buffer) {
    TypedAttr value = splat;
    if (width > 1)
      value = SplatElementsAttr::get(VectorType::get({width}, element), cast<Attribute>(splat));
    return arith::ConstantOp::create(builder, loc, value);
  }
  if (width == 1)
    return fromMemory(emission, scalar(0), element);
  auto type = VectorType::get({width}, cast<MemRefType>(buffer.getType()).getElementType());
  Value value;
  if (stride == 1) {
    value = vector::LoadOp::create(builder, loc, type, buffer, emission.build(address));
  } else if (stride == 0) {
    value = vector::BroadcastOp::create(builder, loc, type, scalar(0));
  } else {
    Values lanes;
    for (int64_t lane = 0; lane < width; ++lane)
      lanes.push_back(scalar(lane));
    value = vector::FromElementsOp::create(builder, loc, type, lanes);
  }
  return fromMemory(emission, value, element);
}

int64_t Operand::elementBytes() const {
  return std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
}

Value Operand::loadGroup(const Emission &emission, const LinearIndex &address, int64_t group,
                         int64_t count, int64_t stride) const {
  OpBuilder &builder = emission.builder;
  Location loc = emission.loc;
  auto bytes = [&](int64_t n) { return builder.getIntegerType(static_cast<unsigned>(8 * n)); };
  if (!buffer) {
    APInt all(static_cast<unsigned>(8 * group), 0);
    for (int64_t i = 0; i < count; ++i)
      all.insertBits(cast<IntegerAttr>(splat).getValue(), static_cast<unsigned>(8 * i));
    return arith::ConstantOp::create(builder, loc, IntegerAttr::get(bytes(group), all));
  }
  Value sum;
  for (int64_t done = 0; done < count;) {
    // As many neighbours as one load brings.
    int64_t width = stride == 1
                        ? static_cast<int64_t>(llvm::bit_floor(static_cast<uint64_t>(count - done)))
                        : 1;
    Value part = load(emission, address + done * stride, width);
    if (width > 1) {
      auto one = VectorType::get({1}, bytes(width));
      part = vector::BitCastOp::create(builder, loc, one, part);
      part = vector::ExtractOp::create(builder, loc, part, 0);
    }
    if (width < group)
      part = arith::ExtUIOp::create(builder, loc, bytes(group), part);
    if (done > 0)
      part = arith::ShLIOp::create(
          builder, loc, part, arith::ConstantIntOp::create(builder, loc, bytes(group), 8 * done));
    sum = sum ? Value(arith::OrIOp::create(builder, loc, sum, part)) : part;
    done += width;
  }
  return sum;
}

void Operand::store(const Emission &emission, Value value, const LinearIndex &address,
                    int64_t stride) const {
  OpBuilder &builder = emission.builder;
  Location loc = emission.loc;
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type) {
    memref::StoreOp::create(builder, loc, value, buffer, emission.build(address));
    return;
  }
  if (stride == 1) {
    vector::StoreOp::create(builder, loc, value, buffer, emission.build(address));
    return;
  }
  for (int64_t lane = 0; lane < type.getNumElements(); ++lane)
    memref::StoreOp::create(builder, loc, vector::ExtractOp::create(builder, loc, value, lane),
                            buffer, emission.build(address + lane * stride));
}

FailureOr<Operand> resolveOperand(Operation *kernel, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Operand operand{nullptr, nullptr, type.getElementType(), nn::stridesOf(type)};
  if (auto integer = dyn_cast<IntegerType>(operand.element)) {
    operand.isUnsigned = integer.isUnsigned();
    operand.element = IntegerType::get(integer.getContext(), integer.getWidth());
  }
  if (auto source = tensor.getDefiningOp<rt::TensorOp>()) {
    operand.buffer = source.getBuffer();
    return operand;
  }
  if (auto constant = tensor.getDefiningOp<nn::ConstantOp>())
    if (auto splat = dyn_cast<SplatElementsAttr>(constant.getValue())) {
      operand.splat = splat.getSplatValue<TypedAttr>();
      if (auto integer = dyn_cast<IntegerAttr>(operand.splat))
        operand.splat = IntegerAttr::get(operand.element, integer.getValue());
      return operand;
    }
  return kernel->emitError("operand ") << type
                                       << " of a kernel in a layer function must be read from a "
                                          "buffer or be a splat constant";
}

} // namespace nnc
