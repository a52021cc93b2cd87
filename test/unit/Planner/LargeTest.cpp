//===- LargeTest.cpp - thousands of buffers, and the same plan always -----===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Speed is tested by the work counted, not by a clock: a unit of work is a few nanoseconds.
//
//===----------------------------------------------------------------------===//

#include "gtest/gtest.h"
#include "test/unit/Planner/Random.h"
#include <algorithm>

namespace nnc::planner {
namespace {

Plan planned(const std::vector<Buffer> &buffers, const Relations &relations = {}) {
  PlanResult result = plan(buffers, relations);
  Plan found = std::get<Plan>(result);
  EXPECT_EQ(verify(found, buffers, relations), "");
  return found;
}

void shuffle(std::vector<Buffer> &buffers, RandomProblem &random) {
  for (size_t i = buffers.size(); i > 1; --i)
    std::swap(buffers[i - 1], buffers[random.number(0, i - 1)]);
}

TEST(LargeTest, LongChain) {
  // A deep network without branches: output, input and a scratch buffer per layer.
  RandomProblem random(11);
  std::vector<Buffer> buffers;
  for (uint32_t i = 0; i < 1000; ++i) {
    buffers.push_back({"t" + std::to_string(i), random.number(1, 100'000), 64, i, i + 1});
    buffers.push_back({"scratch" + std::to_string(i), random.number(0, 9000), 64, i, i});
  }
  const Plan plan = planned(buffers);
  EXPECT_TRUE(plan.isOptimal());
  EXPECT_LT(plan.work, 1'000'000u);
}

TEST(LargeTest, SkipConnections) {
  // Some tensors live for up to a dozen layers, as in residual and dense networks.
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    RandomProblem random(seed);
    const Plan plan = planned(random.buffers(
        {.count = 2000, .largest = 100'000, .steps = 2000, .longest = 11, .alignmentBits = 0}));
    EXPECT_LT(double(plan.gap()), 0.005 * double(plan.arenaSize)) << "seed " << seed;
    EXPECT_LT(plan.work, 25'000'000u);
  }
}

TEST(LargeTest, AllAliveAtOnce) {
  RandomProblem random(5);
  const Plan plan =
      planned(random.buffers({.count = 2000, .largest = 1000, .steps = 1, .longest = 0}));
  EXPECT_TRUE(plan.isOptimal());
  EXPECT_LT(plan.work, 10'000'000u);
}

TEST(LargeTest, DenseProblemsEndInTime) {
  RandomProblem random(3);
  const Plan plan = planned(random.buffers(
      {.count = 2000, .largest = 100'000, .steps = 2000, .longest = 99, .alignmentBits = 0}));
  EXPECT_LT(double(plan.gap()), 0.03 * double(plan.arenaSize));
  EXPECT_LT(plan.work, 25'000'000u);
}

TEST(LargeTest, FiveThousandBuffersInOverlappingWholes) {
  // A thousand joins whose parts are computed here and there up to 20 steps before: no part is a
  // rectangle on its own, so this is the hardest kind.
  RandomProblem random(23);
  std::vector<Buffer> buffers;
  Relations relations;
  for (uint32_t join = 0; join < 1000; ++join) {
    const uint32_t end = 4 * join + 21;
    const BufferId whole = BufferId(buffers.size());
    buffers.push_back({"whole", 0, 64, end, end + 1});
    for (int part = 0; part < 4; ++part) {
      const uint64_t size = 64 * random.number(1, 40);
      const uint32_t born = uint32_t(random.number(end - 20, end - 1));
      relations.inside.push_back({BufferId(buffers.size()), whole, buffers[whole].size});
      buffers.push_back({"part", size, 1, born, born});
      buffers[whole].size += size;
    }
  }
  EXPECT_EQ(buffers.size(), 5000u);
  const Plan plan = planned(buffers, relations);
  EXPECT_LT(plan.work, 45'000'000u);
  RecordProperty("gap", std::to_string(plan.gap()));
}

TEST(LargeTest, FiveThousandBuffersOfADeepNetwork) {
  RandomProblem random(29);
  const Plan plan = planned(random.buffers(
      {.count = 5000, .largest = 100'000, .steps = 5000, .longest = 11, .alignmentBits = 6}));
  EXPECT_LT(double(plan.gap()), 0.01 * double(plan.arenaSize));
  EXPECT_LT(plan.work, 25'000'000u);
}

TEST(LargeTest, InPlaceAndConcatenations) {
  RandomProblem random(17);
  std::vector<Buffer> buffers;
  Relations relations;
  // 300 modules: four branches of an in-place pair each, written into one result.
  uint32_t step = 0;
  BufferId input = 0;
  buffers.push_back({"in", 64 * 100, 64, 0, 0});
  for (int module = 0; module < 300; ++module) {
    const BufferId result = BufferId(buffers.size());
    buffers.push_back({"concat", 0, 64, step + 8, step + 8});
    for (int branch = 0; branch < 4; ++branch) {
      const uint64_t size = 64 * random.number(10, 90);
      const BufferId conv = BufferId(buffers.size());
      buffers.push_back({"conv", size, 64, step, step + 1});
      buffers.push_back({"relu", size, 64, step + 1, step + 1});
      relations.inPlace.push_back({conv + 1, conv});
      relations.inside.push_back({conv + 1, result, buffers[result].size});
      buffers[result].size += size;
      step += 2;
    }
    buffers[input].lastUse = step - 2;
    input = result;
  }
  const Plan plan = planned(buffers, relations);
  EXPECT_EQ(buffers.size(), 2701u);
  EXPECT_TRUE(plan.isOptimal());
  EXPECT_LT(plan.work, 25'000'000u);
}

TEST(DeterminismTest, OrderAndNamesDoNotMatter) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    RandomProblem random(seed);
    std::vector<Buffer> buffers = random.buffers({.count = 30 + uint32_t(seed),
                                                  .largest = 500,
                                                  .steps = 25,
                                                  .longest = 9,
                                                  .alignmentBits = uint32_t(seed % 5)});
    const Options options = {.workLimit = 300'000};
    const Plan first = std::get<Plan>(plan(buffers, {}, options));
    for (int round = 0; round < 3; ++round) {
      shuffle(buffers, random);
      for (size_t i = 0; i < buffers.size(); ++i)
        buffers[i].name = "n" + std::to_string(random.number(0, 999'999));
      const Plan again = std::get<Plan>(plan(buffers, {}, options));
      EXPECT_EQ(again.arenaSize, first.arenaSize) << "seed " << seed;
      EXPECT_EQ(again.lowerBound, first.lowerBound) << "seed " << seed;
      EXPECT_EQ(again.work, first.work) << "seed " << seed;
    }
  }
}

TEST(DeterminismTest, SameInputSamePlan) {
  RandomProblem random(2);
  const std::vector<Buffer> buffers = random.buffers(
      {.count = 120, .largest = 5000, .steps = 60, .longest = 14, .alignmentBits = 6});
  Relations relations;
  random.addPermissions(buffers, 20, 20, relations);
  const Plan first = planned(buffers, relations), second = planned(buffers, relations);
  EXPECT_EQ(first.offsets, second.offsets);
  EXPECT_EQ(first.method, second.method);
  EXPECT_EQ(first.work, second.work);
}

} // namespace
} // namespace nnc::planner
