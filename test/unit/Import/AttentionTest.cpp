// What nodes of attention layers may say wrong. What they compute is in the official cases.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "gtest/gtest.h"
#include "test/unit/Import/TestModel.h"

using namespace nnc;

namespace {

using Dims = TestModel::Dims;

/// RotaryEmbedding on x, with caches of one shape and, if `positions` is not empty, positions.
TestModel rotary(const Dims &x, const Dims &cache, const Dims &positions = {}) {
  TestModel m(23);
  m.input("x", x).input("c", cache).input("s", cache).output("y");
  if (!positions.empty())
    m.input("p", positions, 7);
  return m.node("RotaryEmbedding", {"x", "c", "s", positions.empty() ? "" : "p"}, {"y"});
}

TEST(RotaryEmbedding, Shapes) {
  EXPECT_CONTAINS(rotary({2, 3, 5, 8}, {2, 5, 4}).import(),
                  "tensor<2x3x5x8xf32> {nn.name = \"y\"}");
  EXPECT_CONTAINS(rotary({2, 5, 24}, {7, 2}, {2, 5}).set("num_heads", 6).import(),
                  "tensor<2x5x24xf32> {nn.name = \"y\"}");
  EXPECT_CONTAINS(rotary({8}, {4}).import(), "input has 1 dimensions, expected 3 or 4");
  EXPECT_CONTAINS(rotary({2, 3, 5, 8}, {2, 3, 4}).import(),
                  "cos_cache has shape [2, 3, 4], expected [2, 5, 4]");
  EXPECT_CONTAINS(rotary({2, 3, 5, 8}, {7, 3}, {2, 5}).import(),
                  "cos_cache with positions has shape [2, 5, 3], expected [2, 5, 4]");
  EXPECT_CONTAINS(rotary({2, 3, 5, 8}, {2, 5, 4}, {2, 5}).import(),
                  "cos_cache has 3 dimensions, expected 2 where positions are given");
}

TEST(RotaryEmbedding, Heads) {
  EXPECT_CONTAINS(
      rotary({2, 5, 24}, {2, 5, 2}).import(),
      "attribute 'num_heads' is 0, expected a divisor of the input's last dimension, 24");
  EXPECT_CONTAINS(rotary({2, 5, 24}, {2, 5, 2}).set("num_heads", 5).import(), "is 5, expected");
  EXPECT_CONTAINS(rotary({2, 5, 24}, {2, 5, 2}).set("num_heads", -6).import(), "is -6, expected");
  EXPECT_CONTAINS(rotary({2, 3, 5, 7}, {2, 5, 3}).import(),
                  "there are 7 elements to rotate, expected an even number up to 7");
  for (int rotated : {-2, 3, 10})
    EXPECT_CONTAINS(rotary({2, 3, 5, 8}, {2, 5, 4}).set("rotary_embedding_dim", rotated).import(),
                    "elements to rotate, expected an even number up to 8, the size of a head");
}

} // namespace
