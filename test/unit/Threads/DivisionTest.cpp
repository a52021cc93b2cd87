// Division of work: shares cover every turn once, and the largest part is what the definition says.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/Threads/Division.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

using namespace nnc;

namespace {

WorkList randomWork(std::mt19937 &random, int depth) {
  WorkList list(1 + random() % 3);
  for (Work &work : list) {
    work.turns = 1 + static_cast<int64_t>(random() % 9);
    work.own = static_cast<double>(random() % 100);
    if (depth > 0)
      work.inner = randomWork(random, depth - 1);
  }
  return list;
}

TEST(Shares, CoverEveryTurnOnceInOrder) {
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    WorkList work = randomWork(random, 1);
    auto parts = static_cast<int64_t>(1 + random() % 7);
    auto bounds = shares(work, parts);
    ASSERT_EQ(bounds.size(), work.size());
    for (size_t j = 0; j < work.size(); ++j) {
      ASSERT_EQ(bounds[j].size(), static_cast<size_t>(parts) + 1);
      EXPECT_EQ(bounds[j].front(), 0);
      EXPECT_EQ(bounds[j].back(), work[j].turns);
      EXPECT_TRUE(std::is_sorted(bounds[j].begin(), bounds[j].end()));
    }
  }
}

TEST(Shares, NeighboursAreOneSequence) {
  // Six whole tiles and one of half the cost: the first half ends within the whole ones.
  auto bounds = shares({{6, 10, {}}, {1, 5, {}}}, 2);
  EXPECT_EQ(bounds, (std::vector<std::vector<int64_t>>{{0, 3, 6}, {0, 0, 1}}));
}

TEST(Divide, PartsAddUpToTheWhole) {
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    WorkList work = randomWork(random, 2);
    auto threads = static_cast<int64_t>(2 + random() % 5);
    Division division = divide(work, threads, 0, 0);
    EXPECT_LE(division.parts(), threads);
    EXPECT_GE(division.largest * static_cast<double>(division.parts()), costOf(work) * 0.999);
    EXPECT_LE(division.largest, costOf(work) * 1.001);
  }
}

TEST(Divide, TakesTheInnerLoopWhereTheOuterOneIsUneven) {
  Division division = divide({{3, 0, {{64, 100, {}}}}}, 2, 0, 1);
  EXPECT_EQ(division.factors, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(division.largest, 9600);
}

TEST(Divide, MakesAGridWhereNeitherLoopHasEnoughTurns) {
  Division division = divide({{3, 0, {{3, 100, {}}}}}, 9, 0, 1);
  EXPECT_EQ(division.factors, (std::vector<int64_t>{3, 3}));
  EXPECT_EQ(division.largest, 100);
  EXPECT_EQ(division.stride(0), 3);
  EXPECT_EQ(division.stride(1), 1);
}

TEST(Divide, LeavesAloneWhatDoesNotGain) {
  WorkList work{{100, 10, {}}};
  EXPECT_EQ(divide(work, 2, 300, 1.2).parts(), 2); // 500 + 300 of 1000
  EXPECT_EQ(divide(work, 2, 400, 1.2).parts(), 1); // 500 + 400
  EXPECT_EQ(divide({{1, 1e9, {}}}, 2, 0, 1.2).parts(), 1);
}

} // namespace
