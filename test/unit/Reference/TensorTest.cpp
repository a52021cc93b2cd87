// Half-precision numbers, attributes, splats and the corners of integer arithmetic.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "lib/Reference/Evaluate.h"
#include "lib/Reference/Scalar.h"

#include "llvm/ADT/APFloat.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Parser/Parser.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

using namespace mlir;
using namespace nnc;
using namespace nnc::reference;
using nn::BinaryKind;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Half, EveryPatternComesBack) {
  for (ElementType type : {ElementType::F16, ElementType::BF16})
    for (uint32_t bits = 0; bits < 0x10000; ++bits) {
      double value = decodeHalf(static_cast<uint16_t>(bits), type);
      if (std::isnan(value))
        EXPECT_TRUE(std::isnan(decodeHalf(encodeHalf(value, type), type)));
      else
        ASSERT_EQ(encodeHalf(value, type), bits);
    }
}

TEST(Half, RoundsAsLLVMDoes) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 200000; ++i) {
    double value = std::ldexp(static_cast<double>(static_cast<int64_t>(random())),
                              static_cast<int>(random() % 90) - 110);
    for (auto [type, semantics] : {std::pair{ElementType::F16, &llvm::APFloat::IEEEhalf()},
                                   std::pair{ElementType::BF16, &llvm::APFloat::BFloat()}}) {
      llvm::APFloat expected(value);
      bool loses;
      expected.convert(*semantics, llvm::APFloat::rmNearestTiesToEven, &loses);
      ASSERT_EQ(encodeHalf(value, type), expected.bitcastToAPInt().getZExtValue()) << value;
    }
  }
}

TEST(Half, LargeNumbersBecomeInfinite) {
  EXPECT_EQ(encodeHalf(65519.0, ElementType::F16), 0x7BFF);
  EXPECT_EQ(encodeHalf(65520.0, ElementType::F16), 0x7C00);
  EXPECT_EQ(encodeHalf(-1e300, ElementType::BF16), 0xFF80);
}

TEST(Integers, DivisionNeverTraps) {
  for (unsigned width : {8u, 16u, 32u, 64u}) {
    IntegerFormat format{width, false};
    int64_t low = lowest(format);
    EXPECT_EQ(binaryInteger(BinaryKind::div, 13, 0, format), 0);
    EXPECT_EQ(binaryInteger(BinaryKind::mod, 13, 0, format), 0);
    EXPECT_EQ(binaryInteger(BinaryKind::fmod, low, -1, format), 0);
    // The quotient wraps once it is stored in `width` bits.
    auto kept = static_cast<uint64_t>(binaryInteger(BinaryKind::div, low, -1, format))
                << (64 - width);
    EXPECT_EQ(kept, static_cast<uint64_t>(low) << (64 - width));
  }
}

TEST(Integers, ShiftsOfTheWidthOrMore) {
  EXPECT_EQ(binaryInteger(BinaryKind::shift_left, 5, 8, {8, true}), 0);
  EXPECT_EQ(binaryInteger(BinaryKind::shift_right, 200, 9, {8, true}), 0);
  EXPECT_EQ(binaryInteger(BinaryKind::shift_right, -7, 64, {32, false}), -1);
  EXPECT_EQ(binaryInteger(BinaryKind::shift_right, -7, -1, {32, false}), -1);
  EXPECT_EQ(binaryInteger(BinaryKind::shift_right, -7, 1, {32, false}), -4);
}

TEST(Integers, Powers) {
  EXPECT_EQ(binaryInteger(BinaryKind::pow, -3, 5, {32, false}), -243);
  EXPECT_EQ(binaryInteger(BinaryKind::pow, -1, -3, {32, false}), -1);
  EXPECT_EQ(binaryInteger(BinaryKind::pow, 2, -1, {32, false}), 0);
  EXPECT_EQ(binaryInteger(BinaryKind::pow, 0, 0, {32, false}), 1);
}

TEST(Integers, UnsignedOrder) {
  EXPECT_EQ(binaryInteger(BinaryKind::max, -1, 1, {64, true}), -1); // 2^64 − 1
  EXPECT_EQ(binaryInteger(BinaryKind::div, -1, 2, {64, true}), std::numeric_limits<int64_t>::max());
}

TEST(Integers, LimitedFromReals) {
  EXPECT_EQ(limitToInteger(1e300, {32, false}), 2147483647);
  EXPECT_EQ(limitToInteger(-kInfinity, {64, false}), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(limitToInteger(std::nan(""), {8, false}), 0);
  EXPECT_EQ(limitToInteger(-0.99, {8, true}), 0);
  EXPECT_EQ(static_cast<uint64_t>(limitToInteger(1e19, {64, true})), 10000000000000000000u);
}

TEST(Integers, ConversionToFloatRoundsOnce) {
  // 2^24 + 1 + 2^-30 of a unit above the middle: by way of a double the tie would be lost.
  Tensor tensor = Tensor::zeros({1}, ElementType::F32);
  tensor.setInteger(0, (int64_t(1) << 60) + (int64_t(1) << 36) + 1);
  EXPECT_EQ(tensor.real(0), std::ldexp(1.0, 60) + std::ldexp(1.0, 37));
}

struct Attributes : testing::Test {
  MLIRContext context;
  Attributes() { context.loadDialect<nn::NNDialect, func::FuncDialect>(); }
  RankedTensorType type(ArrayRef<int64_t> shape, ElementType element) {
    return RankedTensorType::get(shape, toMLIR(element, &context));
  }
};

TEST_F(Attributes, DenseIsReadInPlace) {
  auto attr =
      DenseElementsAttr::get(type({2, 3}, ElementType::F32), ArrayRef<float>{1, -2, 3, 4, 5.5f, 6});
  std::optional<Tensor> tensor = Tensor::fromAttr(attr);
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->bytes().data(), attr.getRawData().data());
  EXPECT_EQ(tensor->real(4), 5.5);
  EXPECT_EQ(tensor->toAttr(&context, 1 << 20), attr);
}

TEST_F(Attributes, SplatStaysOneElement) {
  auto attr = DenseElementsAttr::get(type({1000, 1000}, ElementType::I16), ArrayRef<int16_t>{-7});
  std::optional<Tensor> tensor = Tensor::fromAttr(attr);
  ASSERT_TRUE(tensor && tensor->isSplat());
  EXPECT_EQ(tensor->bytes().size(), 2u);
  EXPECT_EQ(tensor->integer(999999), -7);
  EXPECT_EQ(tensor->toAttr(&context, 0), attr);
}

TEST_F(Attributes, BooleansAreUnpackedAndPacked) {
  SmallVector<bool> values = {true, false, false, true, true, false, true, true, false, true, true};
  auto attr = DenseElementsAttr::get(type({11}, ElementType::Bool), values);
  std::optional<Tensor> tensor = Tensor::fromAttr(attr);
  ASSERT_TRUE(tensor);
  for (int64_t i = 0; i < 11; ++i)
    EXPECT_EQ(tensor->integer(i), values[i]);
  EXPECT_EQ(tensor->toAttr(&context, 0), attr);
}

TEST_F(Attributes, LargeBecomesResourceAndComesBack) {
  Tensor tensor = Tensor::of({4}, ElementType::F64, {1, 2, 3, 4.5});
  ElementsAttr attr = tensor.toAttr(&context, 32);
  ASSERT_TRUE(isa<DenseResourceElementsAttr>(attr));
  std::optional<Tensor> back = Tensor::fromAttr(attr);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->bytes().data(), tensor.bytes().data()); // never copied
  EXPECT_EQ(back->real(3), 4.5);
  EXPECT_TRUE(isa<DenseIntOrFPElementsAttr>(tensor.toAttr(&context, 33)));
}

TEST_F(Attributes, ShortBlobIsRefused) {
  AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(ArrayRef<char>{1, 2, 3}, 8);
  auto attr = DenseResourceElementsAttr::get(type({4}, ElementType::I8), "short", std::move(blob));
  EXPECT_FALSE(Tensor::fromAttr(attr));
}

TEST_F(Attributes, UniformResultBecomesSplat) {
  ElementsAttr attr =
      Tensor::of({2, 2}, ElementType::F32, {0.5, 0.5, 0.5, 0.5}).toAttr(&context, 0);
  EXPECT_TRUE(attr.isSplat());
  // Equal numbers with other bits are not one element.
  EXPECT_FALSE(Tensor::of({2}, ElementType::F32, {0.0, -0.0}).toAttr(&context, 1 << 20).isSplat());
}

TEST_F(Attributes, WrongInputIsAnErrorThatNamesIt) {
  auto module = parseSourceString<ModuleOp>(
      "func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> { return %x : tensor<3xf32> }", &context);
  auto function = module->lookupSymbol<func::FuncOp>("f");
  auto results = evaluate(function, Tensors{Tensor::zeros({4}, ElementType::F32)});
  ASSERT_FALSE(static_cast<bool>(results));
  EXPECT_EQ(toString(results.takeError()), "f: input 0 does not fit tensor<3xf32>");
}

TEST_F(Attributes, CallsAreFollowedButNotForEver) {
  auto module = parseSourceString<ModuleOp>(R"(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %0 = func.call @layer(%x) : (tensor<2xf32>) -> tensor<2xf32>
      %1 = func.call @layer(%0) : (tensor<2xf32>) -> tensor<2xf32>
      return %1 : tensor<2xf32>
    }
    func.func @layer(%x: tensor<2xf32>) -> tensor<2xf32> {
      %0 = nn.binary mul %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      return %0 : tensor<2xf32>
    }
    func.func @endless(%x: tensor<2xf32>) -> tensor<2xf32> {
      %0 = func.call @endless(%x) : (tensor<2xf32>) -> tensor<2xf32>
      return %0 : tensor<2xf32>
    })",
                                            &context);
  Tensors inputs = {Tensor::of({2}, ElementType::F32, {3, -2})};
  auto results = evaluate(module->lookupSymbol<func::FuncOp>("main"), inputs);
  ASSERT_TRUE(static_cast<bool>(results));
  EXPECT_EQ((*results)[0].real(0), 81);
  EXPECT_EQ((*results)[0].real(1), 16);
  auto endless = evaluate(module->lookupSymbol<func::FuncOp>("endless"), inputs);
  ASSERT_FALSE(static_cast<bool>(endless));
  consumeError(endless.takeError());
}

} // namespace
