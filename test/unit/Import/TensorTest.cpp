// Decoding of constant tensors: places of the data, element types, damage.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Tensor.h"

#include "mlir/IR/DialectResourceBlobManager.h"

#include "gtest/gtest.h"
#include "test/unit/Import/TestModel.h"
#include <cstring>

using namespace nnc;
using namespace mlir;

namespace {

/// Decodes one tensor; `text` holds the diagnostics.
struct Decoded {
  Decoded() : context(MLIRContext::Threading::DISABLED) {}
  ElementsAttr decode(onnx::TensorProto tensor) {
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &d) {
      text += d.str();
      return success();
    });
    auto report = [&] { return emitError(UnknownLoc::get(&context)) << "tensor "; };
    auto result = onnx::decodeTensor(tensor, nullptr, &context, report);
    return failed(result) ? ElementsAttr() : *result;
  }
  MLIRContext context;
  std::string text;
};

onnx::TensorProto tensor(int32_t type, std::vector<int64_t> dims) {
  onnx::TensorProto t;
  t.set_name("t");
  t.set_data_type(type);
  t.mutable_dims()->Assign(dims.begin(), dims.end());
  return t;
}

template <typename T> std::string bytes(const std::vector<T> &values) {
  return std::string(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
}

TEST(Tensor, RawFloats) {
  onnx::TensorProto t = tensor(1, {2, 3});
  t.set_raw_data(bytes<float>({1, -2, 3.5, 0, 5, -7}));
  Decoded d;
  ElementsAttr value = d.decode(t);
  ASSERT_TRUE(value) << d.text;
  EXPECT_EQ(onnx::readFloats(value), (SmallVector<double>{1, -2, 3.5, 0, 5, -7}));
}

TEST(Tensor, EveryIntegerType) {
  for (auto [code, width, isUnsigned] :
       {std::tuple(2, 8, true), {3, 8, false}, {4, 16, true}, {5, 16, false}, {6, 32, false}}) {
    onnx::TensorProto t = tensor(code, {3});
    for (int32_t value : {0, 7, isUnsigned ? 200 : -100})
      t.add_int32_data(value);
    Decoded d;
    ElementsAttr value = d.decode(t);
    ASSERT_TRUE(value) << d.text;
    EXPECT_EQ(value.getElementType(),
              IntegerType::get(&d.context, static_cast<unsigned>(width),
                               isUnsigned ? IntegerType::Unsigned : IntegerType::Signless));
    EXPECT_EQ(onnx::readIntegers(value), (SmallVector<int64_t>{0, 7, isUnsigned ? 200 : -100}));
  }
  onnx::TensorProto wide = tensor(13, {2});
  wide.add_uint64_data(~uint64_t{0});
  wide.add_uint64_data(3);
  Decoded d;
  EXPECT_EQ(onnx::readIntegers(d.decode(wide)), (SmallVector<int64_t>{-1, 3}));
}

TEST(Tensor, PackedIntegersOfFewBits) {
  // The first element lies in the low bits; the last byte is not full.
  using Integers = SmallVector<int64_t>;
  for (auto [code, data, isUnsigned, expected] :
       {std::tuple(21, "\x70\x8f\x03", true, Integers{0, 7, 15, 8, 3}),
        {22, "\x70\x8f\x03", false, Integers{0, 7, -1, -8, 3}},
        {25, "\xe4\x02", true, Integers{0, 1, 2, 3, 2}},
        {26, "\xe4\x02", false, Integers{0, 1, -2, -1, -2}}}) {
    onnx::TensorProto raw = tensor(code, {5}), typed = tensor(code, {5});
    raw.set_raw_data(data);
    for (char byte : std::string(data))
      typed.add_int32_data(static_cast<uint8_t>(byte));
    for (onnx::TensorProto *t : {&raw, &typed}) {
      Decoded d;
      ElementsAttr value = d.decode(*t);
      ASSERT_TRUE(value) << d.text;
      EXPECT_EQ(value.getElementType(),
                IntegerType::get(&d.context, 8,
                                 isUnsigned ? IntegerType::Unsigned : IntegerType::Signless));
      EXPECT_EQ(onnx::readIntegers(value), expected);
    }
  }
}

TEST(Tensor, HalfPrecisionIsBitPatterns) {
  onnx::TensorProto half = tensor(10, {2}), brain = tensor(16, {2});
  half.add_int32_data(0x3e00); // 1.5
  half.add_int32_data(0xc400); // -4
  brain.add_int32_data(0x3fc0);
  brain.add_int32_data(0xc080);
  Decoded d;
  EXPECT_EQ(onnx::readFloats(d.decode(half)), (SmallVector<double>{1.5, -4}));
  EXPECT_EQ(onnx::readFloats(d.decode(brain)), (SmallVector<double>{1.5, -4}));
}

TEST(Tensor, Booleans) {
  onnx::TensorProto t = tensor(9, {5});
  t.set_raw_data(std::string("\0\1\1\0\1", 5));
  Decoded d;
  EXPECT_EQ(onnx::readIntegers(d.decode(t)), (SmallVector<int64_t>{0, 1, 1, 0, 1}));
}

TEST(Tensor, UniformOnesAreSplats) {
  onnx::TensorProto t = tensor(1, {1000, 1000});
  t.set_raw_data(bytes(std::vector<float>(1000000, 2.5f)));
  Decoded d;
  auto value = dyn_cast_if_present<SplatElementsAttr>(d.decode(t));
  ASSERT_TRUE(value);
  EXPECT_EQ(value.getSplatValue<float>(), 2.5f);
}

TEST(Tensor, LargeDataAreNotCopied) {
  std::vector<float> values(100000);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(i) * 0.5f;
  onnx::TensorProto t = tensor(1, {100, 1000});
  t.set_raw_data(bytes(values));
  const char *data = t.raw_data().data();
  Decoded d;
  auto report = [&] { return emitError(UnknownLoc::get(&d.context)); };
  auto value = onnx::decodeTensor(t, nullptr, &d.context, report);
  ASSERT_TRUE(succeeded(value));
  auto blob = dyn_cast<DenseResourceElementsAttr>(*value);
  ASSERT_TRUE(blob);
  EXPECT_EQ(blob.getData().data(), data);
  EXPECT_EQ(std::memcmp(blob.getData().data(), values.data(), values.size() * 4), 0);
}

TEST(Tensor, EmptyAndScalar) {
  Decoded d;
  EXPECT_EQ(d.decode(tensor(1, {0, 5})).getNumElements(), 0);
  onnx::TensorProto scalar = tensor(7, {});
  scalar.add_int64_data(-9);
  EXPECT_EQ(onnx::readIntegers(d.decode(scalar)), (SmallVector<int64_t>{-9}));
}

void expectError(onnx::TensorProto t, StringRef part) {
  Decoded d;
  EXPECT_FALSE(d.decode(std::move(t)));
  EXPECT_CONTAINS(d.text, part);
}

TEST(TensorDamage, SizesThatDoNotFit) {
  onnx::TensorProto raw = tensor(1, {2, 3});
  raw.set_raw_data(std::string(23, 'x'));
  expectError(raw, "has 23 bytes of raw data, expected 24");
  onnx::TensorProto typed = tensor(1, {2, 3});
  typed.add_float_data(1);
  expectError(typed, "has 1 elements in float_data, expected 6");
  expectError(tensor(1, {2, 3}), "has 0 elements in float_data, expected 6");
}

TEST(TensorDamage, Shapes) {
  onnx::TensorProto negative = tensor(1, {2, -3});
  negative.set_raw_data("");
  expectError(negative, "impossible shape [2, -3]");
  onnx::TensorProto huge = tensor(1, {int64_t{1} << 33, int64_t{1} << 33});
  huge.set_raw_data("");
  expectError(huge, "impossible shape");
  // 2^64 bytes: a product that wraps to 0.
  onnx::TensorProto wrapping = tensor(1, {int64_t{1} << 31, int64_t{1} << 31});
  wrapping.set_raw_data("");
  expectError(wrapping, "impossible shape");
}

TEST(TensorDamage, Types) {
  expectError(tensor(0, {}), "has element type 0, which is not an ONNX element type");
  expectError(tensor(99, {}), "has element type 99, which is not an ONNX element type");
  expectError(tensor(-1, {}), "has element type -1");
  expectError(tensor(8, {}), "has element type string, which is not supported yet");
  expectError(tensor(17, {}), "has element type float8e4m3fn, which is not supported yet");
}

TEST(TensorDamage, PackedIntegers) {
  onnx::TensorProto whole = tensor(22, {5});
  whole.set_raw_data("abcde");
  expectError(whole, "has 5 bytes of raw data, expected 3");
  onnx::TensorProto large = tensor(21, {2});
  large.add_int32_data(256);
  expectError(large, "has a value in int32_data that does not fit its element type");
}

TEST(TensorDamage, Places) {
  onnx::TensorProto both = tensor(1, {1});
  both.add_float_data(1);
  both.set_raw_data("abcd");
  expectError(both, "states its data in more than one place");
  onnx::TensorProto wrong = tensor(1, {1});
  wrong.add_int64_data(1);
  expectError(wrong, "has data in another field than float_data");
  onnx::TensorProto outside = tensor(3, {1});
  outside.add_int32_data(200);
  expectError(outside, "a value in int32_data that does not fit its element type");
  onnx::TensorProto location = tensor(1, {1});
  location.set_data_location(7);
  expectError(location, "has data location 7, expected 0 or 1");
  onnx::TensorProto segment = tensor(1, {1});
  segment.mutable_segment()->set_begin(0);
  expectError(segment, "is split into segments");
  onnx::TensorProto external = tensor(1, {1});
  external.set_data_location(1);
  expectError(external, "has external data, which are not allowed here");
}

//===-- Sparse -----------------------------------------------------------------------------===//

onnx::SparseTensorProto sparse(std::vector<int64_t> dims, std::vector<float> values,
                               std::vector<int64_t> indices, std::vector<int64_t> indexDims) {
  onnx::SparseTensorProto t;
  t.mutable_dims()->Assign(dims.begin(), dims.end());
  *t.mutable_values() = tensor(1, {static_cast<int64_t>(values.size())});
  t.mutable_values()->mutable_float_data()->Assign(values.begin(), values.end());
  *t.mutable_indices() = tensor(7, indexDims);
  t.mutable_indices()->mutable_int64_data()->Assign(indices.begin(), indices.end());
  return t;
}

std::string importSparse(onnx::SparseTensorProto t) {
  TestModel m;
  m.input("x", {3, 4}).output("y").node("Add", {"x", "s"}, {"y"});
  t.mutable_values()->set_name("s");
  *m.graph().add_sparse_initializer() = t;
  return m.import();
}

TEST(SparseTensor, CoordinatesAndPositions) {
  StringRef expected = "dense<[[0.000000e+00, 5.000000e+00, 0.000000e+00, 0.000000e+00], "
                       "[0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00], "
                       "[0.000000e+00, 0.000000e+00, 0.000000e+00, -3.000000e+00]]>";
  EXPECT_CONTAINS(importSparse(sparse({3, 4}, {5, -3}, {1, 11}, {2})), expected);
  EXPECT_CONTAINS(importSparse(sparse({3, 4}, {5, -3}, {0, 1, 2, 3}, {2, 2})), expected);
}

TEST(SparseTensor, Damage) {
  EXPECT_CONTAINS(importSparse(sparse({3, 4}, {5, -3}, {1, 12}, {2})), "has position 12 among 12");
  EXPECT_CONTAINS(importSparse(sparse({3, 4}, {5, -3}, {1, -1}, {2})), "has position -1");
  EXPECT_CONTAINS(importSparse(sparse({3, 4}, {5, -3}, {0, 1, 3, 0}, {2, 2})),
                  "has index 3 in a dimension of 3");
  EXPECT_CONTAINS(importSparse(sparse({3, 4}, {5, -3}, {1, 2, 3}, {3})),
                  "has indices of shape [3]");
  EXPECT_CONTAINS(importSparse(sparse({int64_t{1} << 40, 1 << 20}, {5}, {1}, {1})),
                  "impossible shape");
}

} // namespace
