//===- VerifyTest.cpp - the checker finds what is wrong -------------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gtest/gtest.h"
#include "test/unit/Planner/Random.h"
#include <algorithm>

namespace nnc::planner {
namespace {

Plan planAt(std::vector<uint64_t> offsets, uint64_t arena, uint64_t alignment = 16) {
  Plan plan;
  plan.offsets = std::move(offsets);
  plan.arenaSize = arena;
  plan.alignment = alignment;
  return plan;
}

TEST(VerifyTest, AcceptsWhatIsRight) {
  const std::vector<Buffer> buffers = {{"a", 10, 1, 0, 1}, {"b", 6, 4, 1, 2}, {"c", 8, 16, 2, 3}};
  EXPECT_EQ(verify(planAt({0, 12, 0}, 18), buffers), "");
}

TEST(VerifyTest, NamesWhatIsWrong) {
  const std::vector<Buffer> buffers = {{"a", 10, 1, 0, 1}, {"b", 6, 4, 1, 2}, {"c", 8, 16, 2, 3}};
  EXPECT_EQ(verify(planAt({0, 8, 0}, 14), buffers),
            "buffers 'a' [0, 10) and 'b' [8, 14) overlap while both are live");
  EXPECT_EQ(verify(planAt({0, 11, 0}, 17), buffers), "buffer 'b' [11, 17) is not aligned to 4");
  EXPECT_EQ(verify(planAt({0, 12, 0}, 17), buffers),
            "the arena has 17 bytes, but the buffers end at 18");
  EXPECT_EQ(verify(planAt({0, 12}, 18), buffers), "the plan has 2 offsets for 3 buffers");
  EXPECT_EQ(verify(planAt({0, 12, 0}, 18, 8), buffers),
            "the arena's alignment 8 does not give buffer 'c' its own");
  EXPECT_EQ(verify(planAt({UINT64_MAX - 3, 12, 0}, 18), buffers), "buffer 'a' ends beyond 2^64");
  Plan tooSure = planAt({0, 12, 0}, 18);
  tooSure.lowerBound = 19;
  EXPECT_EQ(verify(tooSure, buffers), "the lower bound 19 exceeds the arena's 18 bytes");
}

TEST(VerifyTest, ChecksRelations) {
  const std::vector<Buffer> buffers = {{"in", 8, 1, 0, 1}, {"out", 8, 1, 1, 2}};
  const Relations inPlace = {.inPlace = {{1, 0}}};
  EXPECT_EQ(verify(planAt({0, 0}, 8), buffers, inPlace), "");
  EXPECT_NE(verify(planAt({0, 1}, 9), buffers, inPlace), "");
  EXPECT_NE(verify(planAt({0, 0}, 8), buffers, {.inPlace = {{0, 1}}}), "");
  const Relations overlap = {.overlaps = {{1, 0, 3, Sweep::Ascending}}};
  EXPECT_EQ(verify(planAt({3, 0}, 11), buffers, overlap), "");
  EXPECT_NE(verify(planAt({2, 0}, 10), buffers, overlap), "");
  EXPECT_NE(verify(planAt({0, 3}, 11), buffers, overlap), "");
  const Relations downward = {.overlaps = {{1, 0, 3, Sweep::Descending}}};
  EXPECT_EQ(verify(planAt({0, 3}, 11), buffers, downward), "");
  EXPECT_NE(verify(planAt({0, 2}, 10), buffers, downward), "");
  EXPECT_EQ(verify(planAt({0, 4}, 12), buffers, {.inside = {{1, 0, 0}}}),
            "buffer 'out' [4, 12) is not at byte 0 of buffer 'in' [0, 8)");
  EXPECT_EQ(verify(planAt({0, 0}, 8), buffers, {.inside = {{1, 0, 0}}}), "");
}

TEST(VerifyTest, ChecksTheTimeBetweenPartAndWhole) {
  const std::vector<Buffer> buffers = {
      {"part", 4, 1, 0, 1}, {"whole", 4, 1, 5, 6}, {"between", 4, 1, 3, 3}};
  EXPECT_EQ(verify(planAt({0, 0, 0}, 4), buffers), "");
  EXPECT_EQ(verify(planAt({0, 0, 0}, 4), buffers, {.inside = {{0, 1, 0}}}),
            "buffers 'part' [0, 4) and 'between' [0, 4) overlap while both are live");
}

/// Moving any buffer of an optimal, tight plan into another one that lives with it must be noticed.
TEST(VerifyTest, NoticesEveryCollision) {
  int collisions = 0;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    RandomProblem random(seed);
    const std::vector<Buffer> buffers =
        random.buffers({.count = 12, .largest = 30, .steps = 8, .longest = 4});
    const Plan good = std::get<Plan>(plan(buffers));
    for (BufferId a = 0; a < buffers.size(); ++a) {
      for (BufferId b = 0; b < buffers.size(); ++b) {
        if (a == b || buffers[a].lastUse < buffers[b].firstUse ||
            buffers[b].lastUse < buffers[a].firstUse)
          continue;
        Plan bad = good;
        // The last byte of b.
        bad.offsets[a] = good.offsets[b] + buffers[b].size - 1;
        bad.arenaSize = bad.lowerBound = 0;
        for (BufferId i = 0; i < buffers.size(); ++i)
          bad.arenaSize = std::max(bad.arenaSize, bad.offsets[i] + buffers[i].size);
        EXPECT_NE(verify(bad, buffers).find("overlap while both are live"), std::string::npos);
        ++collisions;
      }
    }
  }
  EXPECT_GT(collisions, 1000);
}

} // namespace
} // namespace nnc::planner
