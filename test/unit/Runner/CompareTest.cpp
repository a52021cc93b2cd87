// Tolerances, special values and integers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/Compare.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>

using namespace nnc;

template <typename T> static HostTensor tensorOf(ElementType type, std::vector<T> values) {
  HostTensor tensor{"t",
                    type,
                    {static_cast<int64_t>(values.size())},
                    std::vector<char>(values.size() * sizeof(T))};
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

TEST(Compare, HonoursBothTolerances) {
  HostTensor expected = tensorOf<float>(ElementType::F32, {100, 0.5f});
  HostTensor close = tensorOf<float>(ElementType::F32, {100.05f, 0.5f});
  HostTensor far = tensorOf<float>(ElementType::F32, {100, 0.51f});
  EXPECT_TRUE(compare(close, expected, {1e-3, 1e-7, false}).agrees);
  EXPECT_FALSE(compare(far, expected, {1e-3, 1e-7, false}).agrees);
  EXPECT_TRUE(compare(far, expected, {1e-3, 0, true})
                  .agrees); // 0.01 is small beside the largest magnitude, 100
  EXPECT_EQ(compare(far, expected, {1e-3, 1e-7, false}).differing, 1);
}

TEST(Compare, TreatsSpecialValues) {
  HostTensor expected = tensorOf<float>(ElementType::F32, {NAN, INFINITY, 0.0f});
  EXPECT_TRUE(
      compare(tensorOf<float>(ElementType::F32, {NAN, INFINITY, -0.0f}), expected, {}).agrees);
  EXPECT_FALSE(compare(tensorOf<float>(ElementType::F32, {0, INFINITY, 0}), expected, {}).agrees);
  EXPECT_FALSE(
      compare(tensorOf<float>(ElementType::F32, {NAN, -INFINITY, 0}), expected, {}).agrees);
  EXPECT_FALSE(
      compare(tensorOf<float>(ElementType::F32, {NAN, INFINITY, NAN}), expected, {}).agrees);
}

TEST(Compare, IntegersAreExactBeyondDoubles) {
  int64_t big = (int64_t(1) << 53) + 1;
  HostTensor expected = tensorOf<int64_t>(ElementType::I64, {big});
  EXPECT_TRUE(compare(expected, expected, {}).agrees);
  EXPECT_FALSE(
      compare(tensorOf<int64_t>(ElementType::I64, {big - 1}), expected, {1, 1, true}).agrees);
}

TEST(Compare, ShapesAndTypesMustAgree) {
  HostTensor expected = tensorOf<float>(ElementType::F32, {1, 2});
  HostTensor shorter = tensorOf<float>(ElementType::F32, {1});
  Comparison result = compare(shorter, expected, {});
  EXPECT_FALSE(result.agrees);
  EXPECT_EQ(result.explanation, "is f32[1], expected f32[2]");
}
