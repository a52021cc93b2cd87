//===- PlannerTest.cpp - plans, bounds and errors -------------------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Planner.h"

#include "lib/Planner/Greedy.h"
#include "lib/Planner/LowerBound.h"
#include "lib/Planner/Reduce.h"

#include "gtest/gtest.h"
#include "test/unit/Planner/Random.h"
#include <numeric>

namespace nnc::planner {
namespace {

Plan planned(const std::vector<Buffer> &buffers, const Relations &relations = {},
             const Options &options = {}) {
  PlanResult result = plan(buffers, relations, options);
  if (const PlanError *error = std::get_if<PlanError>(&result)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  Plan found = std::get<Plan>(result);
  EXPECT_EQ(verify(found, buffers, relations), "");
  return found;
}

std::string errorOf(const std::vector<Buffer> &buffers, const Relations &relations = {}) {
  const PlanResult result = plan(buffers, relations);
  const PlanError *error = std::get_if<PlanError>(&result);
  return error ? error->message : "";
}

TEST(PlannerTest, NothingNeedsNothing) {
  const Plan plan = planned({});
  EXPECT_EQ(plan.arenaSize, 0u);
  EXPECT_EQ(plan.alignment, 1u);
  EXPECT_TRUE(plan.isOptimal());
  EXPECT_TRUE(plan.alive.empty());
}

TEST(PlannerTest, ZeroSizesTakeNoSpace) {
  const Plan plan =
      planned({{"a", 0, 64, 0, 9}, {"b", 13, 1, 0, 9}, {"c", 0, 1, 3, 3}, {"d", 7, 1, 5, 5}});
  EXPECT_EQ(plan.arenaSize, 20u);
  EXPECT_EQ(plan.peakStep, 5u);
  EXPECT_EQ(plan.alive, (std::vector<std::string>{"b", "d"}));
  EXPECT_EQ(planned({{"only", 0, 8, 2, 4}}).arenaSize, 0u);
}

TEST(PlannerTest, BuffersThatNeverMeetShareBytes) {
  const Plan plan = planned({{"a", 31, 1, 0, 1}, {"b", 17, 1, 2, 2}, {"c", 29, 1, 3, 7}});
  EXPECT_EQ(plan.arenaSize, 31u);
  EXPECT_EQ(plan.offsets, (std::vector<uint64_t>{0, 0, 0}));
}

TEST(PlannerTest, TouchingInOneStepIsMeeting) {
  EXPECT_EQ(planned({{"a", 31, 1, 0, 2}, {"b", 17, 1, 2, 3}}).arenaSize, 48u);
}

TEST(PlannerTest, AlignmentLargerThanSize) {
  // All but "a" fit into the first block of 64.
  const Plan plan =
      planned({{"a", 3, 64, 0, 0}, {"b", 5, 64, 0, 0}, {"c", 7, 1, 0, 0}, {"d", 2, 16, 0, 0}});
  EXPECT_EQ(plan.arenaSize, 67u);
  EXPECT_EQ(plan.alignment, 64u);
  EXPECT_EQ(plan.liveBytes, 17u);
  EXPECT_EQ(plan.lowerBound, 67u);
}

TEST(PlannerTest, ArenaIsNotRoundedUp) {
  const Plan plan = planned({{"a", 17, 16, 0, 1}, {"b", 5, 16, 1, 2}});
  // 5 bytes padded to 16, then 17; the other way round 32 and 5.
  EXPECT_EQ(plan.arenaSize, 33u);
  EXPECT_TRUE(plan.isOptimal());
}

/// Live bytes are at most 4, yet no placement takes less than 5 bytes; the search proves it.
TEST(PlannerTest, LiveBytesCannotAlwaysBeMet) {
  const std::vector<Buffer> buffers = {{"a", 1, 1, 3, 4}, {"b", 1, 1, 3, 5}, {"c", 1, 1, 4, 5},
                                       {"d", 2, 1, 6, 7}, {"e", 2, 1, 1, 3}, {"f", 2, 1, 2, 2},
                                       {"g", 2, 1, 5, 6}};
  const Plan plan = planned(buffers);
  EXPECT_EQ(plan.liveBytes, 4u);
  EXPECT_EQ(plan.lowerBound, 5u);
  EXPECT_EQ(plan.arenaSize, 5u);
  // Without search the gap is admitted.
  const Plan quick = planned(buffers, {}, {.workLimit = 0});
  EXPECT_EQ(quick.lowerBound, 4u);
  EXPECT_GE(quick.gap(), 1u);
  EXPECT_FALSE(quick.isOptimal());
}

TEST(PlannerTest, StepsMayBeFarApart) {
  const uint32_t last = UINT32_MAX;
  const Plan plan =
      planned({{"a", 11, 1, 0, last}, {"b", 5, 1, last - 1, last}, {"c", 6, 1, 7, 9}});
  EXPECT_EQ(plan.arenaSize, 17u);
  EXPECT_EQ(plan.peakStep, 7u);
}

TEST(PlannerTest, HugeSizes) {
  const uint64_t big = uint64_t(1) << 60;
  const Plan plan =
      planned({{"a", big + 1, 1, 0, 1}, {"b", big - 3, 4096, 1, 2}, {"c", 9, 1, 0, 2}});
  EXPECT_EQ(plan.liveBytes, 2 * big + 7);
  EXPECT_TRUE(plan.isOptimal());
  EXPECT_NE(errorOf({{"a", 3 * big, 1, 0, 0}, {"b", big, 1, 5, 5}}).find("2^62"),
            std::string::npos);
  EXPECT_NE(errorOf({{"a", UINT64_MAX, 1, 0, 0}, {"b", UINT64_MAX, 1, 5, 5}}).find("'a'"),
            std::string::npos);
  EXPECT_NE(errorOf({{"a", 1, uint64_t(1) << 63, 0, 0}}).find("2^62"), std::string::npos);
}

TEST(PlannerTest, BadBuffersAreNamed) {
  EXPECT_EQ(errorOf({{"x", 4, 4, 0, 0}, {"y", 4, 12, 0, 0}}),
            "buffer 'y' has alignment 12, expected a power of two");
  EXPECT_EQ(errorOf({{"z", 4, 0, 0, 0}}), "buffer 'z' has alignment 0, expected a power of two");
  EXPECT_EQ(errorOf({{"w", 4, 1, 5, 3}}),
            "buffer 'w' is last used at step 3, before its first use at step 5");
}

/// A dozen or so buffers are what one hard spot of a network has: nearly always proved.
TEST(PlannerTest, ProvesNearlyAllSmallProblems) {
  int proved = 0, aboveLive = 0;
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    RandomProblem random(seed);
    const Plan plan = planned(random.buffers({.count = 12 + uint32_t(seed % 4),
                                              .largest = 1000,
                                              .steps = 10,
                                              .longest = 5,
                                              .alignmentBits = seed % 2 ? 0u : 4u}));
    proved += plan.isOptimal();
    aboveLive += plan.arenaSize > plan.liveBytes;
  }
  EXPECT_GE(proved, 990);
  EXPECT_GT(aboveLive, 100);
}

TEST(GreedyTest, FirstAndBestFit) {
  // The holes are 10 bytes above `a` and 6 bytes above `b`.
  const std::vector<Buffer> buffers = {{"a", 4, 1, 0, 0},
                                       {"b", 3, 1, 0, 0},
                                       {"c", 2, 1, 0, 0},
                                       {"d", 90, 1, 0, 0},
                                       {"new", 5, 1, 0, 0}};
  const Model model = std::get<Model>(buildModel(buffers, {}));
  auto body = [&](BufferId i) { return model.homes[i].body; };
  Placement placement(model);
  placement.place(body(0), 0);
  placement.place(body(1), 14);
  placement.place(body(2), 23);
  EXPECT_EQ(placement.findOffset(body(4), Fit::First), 4u);
  EXPECT_EQ(placement.findOffset(body(4), Fit::Best), 17u);
  EXPECT_EQ(placement.findOffset(body(3), Fit::Best), 25u);
}

TEST(ReduceTest, BodiesWithRoomEverywhereAreEasy) {
  // In 100 bytes, `a` and `b` can block 2 * (40 + 2 - 1) of the 99 offsets of `tiny`.
  const std::vector<Buffer> buffers = {
      {"a", 40, 1, 0, 1}, {"b", 40, 1, 0, 1}, {"c", 45, 1, 1, 2}, {"tiny", 2, 1, 0, 0}};
  const Model model = std::get<Model>(buildModel(buffers, {}));
  const Core core = reduceToCore(model, 125);
  EXPECT_EQ(core.easy, (std::vector<uint32_t>{model.homes[3].body}));
  ASSERT_EQ(core.components.size(), 1u);
  EXPECT_EQ(core.components[0].size(), 3u);
  EXPECT_TRUE(reduceToCore(model, 80).easy.empty());
}

TEST(ReduceTest, ComponentsAreSeparatedByTime) {
  const std::vector<Buffer> buffers = {{"a", 6, 1, 0, 1},
                                       {"b", 5, 1, 1, 2},
                                       {"link", 1, 1, 2, 5},
                                       {"c", 7, 1, 5, 6},
                                       {"d", 4, 1, 6, 7}};
  const Model model = std::get<Model>(buildModel(buffers, {}));
  // One byte always finds a place in 13 bytes beside 5 or beside 7, and then nothing joins the
  // rest.
  const Core core = reduceToCore(model, 13);
  EXPECT_EQ(core.easy.size(), 1u);
  EXPECT_EQ(core.components.size(), 2u);
}

TEST(LowerBoundTest, HeightsAreSumsOfTheSizes) {
  const std::vector<Buffer> buffers = {{"a", 48, 16, 0, 0}, {"b", 144, 16, 0, 0}};
  const Model model = std::get<Model>(buildModel(buffers, {}));
  const std::vector<uint32_t> all = {0, 1};
  const AttainableHeights heights(model, all);
  EXPECT_EQ(heights.grain(), 48u);
  EXPECT_EQ(heights.roundUp(145), 192u);
  EXPECT_EQ(heights.roundUp(192), 192u);
}

} // namespace
} // namespace nnc::planner
