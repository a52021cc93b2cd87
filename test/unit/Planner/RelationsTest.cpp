//===- RelationsTest.cpp - parts, in-place outputs, overlaps --------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Planner.h"

#include "gtest/gtest.h"
namespace nnc::planner {
namespace {

Plan planned(const std::vector<Buffer> &buffers, const Relations &relations) {
  PlanResult result = plan(buffers, relations);
  if (const PlanError *error = std::get_if<PlanError>(&result)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  Plan found = std::get<Plan>(result);
  EXPECT_EQ(verify(found, buffers, relations), "");
  return found;
}

std::string errorOf(const std::vector<Buffer> &buffers, const Relations &relations) {
  const PlanResult result = plan(buffers, relations);
  const PlanError *error = std::get_if<PlanError>(&result);
  return error ? error->message : "";
}

TEST(RelationsTest, ConcatenationWritesIntoItsResult) {
  // Three branches of one input; without relations the concatenation would need 2 * 60 bytes.
  const std::vector<Buffer> buffers = {{"in", 40, 4, 0, 3},     {"left", 12, 4, 1, 4},
                                       {"middle", 20, 4, 2, 4}, {"right", 28, 4, 3, 4},
                                       {"concat", 60, 4, 4, 5}, {"next", 16, 4, 5, 6}};
  const Relations relations = {.inside = {{1, 4, 0}, {2, 4, 12}, {3, 4, 32}}};
  const Plan plan = planned(buffers, relations);
  EXPECT_EQ(plan.arenaSize, 100u);
  EXPECT_EQ(plan.offsets[3], plan.offsets[4] + 32);
  EXPECT_TRUE(plan.isOptimal());
}

TEST(RelationsTest, PartsAreKeptUntilTheWholeIsUsed) {
  // "late" is born between the last use of the part and the first use of the whole.
  const std::vector<Buffer> buffers = {
      {"part", 10, 1, 0, 1}, {"whole", 10, 1, 4, 5}, {"late", 7, 1, 2, 3}};
  EXPECT_EQ(planned(buffers, {.inside = {{0, 1, 0}}}).arenaSize, 17u);
  EXPECT_EQ(planned(buffers, {}).arenaSize, 10u);
}

TEST(RelationsTest, SplitReadsFromItsSource) {
  const std::vector<Buffer> buffers = {{"source", 50, 2, 0, 1},
                                       {"first", 20, 2, 1, 2},
                                       {"second", 30, 2, 1, 4},
                                       {"out", 20, 2, 2, 3}};
  const Relations relations = {.inside = {{1, 0, 0}, {2, 0, 20}}};
  const Plan plan = planned(buffers, relations);
  EXPECT_EQ(plan.arenaSize, 70u);
  EXPECT_EQ(plan.offsets[2], plan.offsets[0] + 20);
}

TEST(RelationsTest, PartsOfParts) {
  // Dense blocks: each concatenation lies inside the next.
  const std::vector<Buffer> buffers = {{"x0", 24, 8, 0, 1}, {"x1", 8, 8, 1, 2},
                                       {"c1", 32, 8, 2, 3}, {"x2", 8, 8, 3, 4},
                                       {"c2", 40, 8, 4, 5}, {"tmp", 16, 8, 3, 3}};
  const Relations relations = {.inside = {{0, 2, 0}, {1, 2, 24}, {2, 4, 0}, {3, 4, 32}}};
  const Plan plan = planned(buffers, relations);
  EXPECT_EQ(plan.arenaSize, 56u);
  EXPECT_EQ(plan.offsets[1], plan.offsets[4] + 24);
}

TEST(RelationsTest, OverlappingPartsMustBeReadOnly) {
  const std::vector<Buffer> buffers = {
      {"source", 50, 1, 0, 1}, {"head", 30, 1, 1, 3}, {"tail", 30, 1, 1, 2}};
  EXPECT_EQ(errorOf(buffers, {.inside = {{1, 0, 0}, {2, 0, 20}}}),
            "buffers 'head' and 'tail' are placed onto the same bytes by their inside relations "
            "while both are live; mark both read-only if neither is written on its own");
  EXPECT_EQ(planned(buffers, {.inside = {{1, 0, 0, true}, {2, 0, 20, true}}}).arenaSize, 50u);
}

TEST(RelationsTest, ConcatenationGrowsIntoWhatASplitLeaves) {
  // Step 1: the source's lower half is dead, the result's lower half is born. Step 2: the same
  // above.
  const std::vector<Buffer> buffers = {{"source", 8, 1, 0, 0},
                                       {"sourceHigh", 4, 1, 0, 1},
                                       {"resultLow", 4, 1, 1, 3},
                                       {"resultHigh", 4, 1, 2, 3},
                                       {"result", 8, 1, 3, 3}};
  const Relations relations = {.inside = {{1, 0, 4, true}, {2, 4, 0}, {3, 4, 4}}};
  const Plan plan = planned(buffers, relations);
  EXPECT_EQ(plan.arenaSize, 8u);
  EXPECT_EQ(plan.offsets[0], plan.offsets[4]);
}

TEST(RelationsTest, ContradictionsAreNamed) {
  const std::vector<Buffer> buffers = {
      {"a", 16, 16, 0, 9}, {"b", 8, 8, 0, 9}, {"c", 64, 4, 0, 9}, {"d", 8, 1, 0, 9}};
  EXPECT_EQ(errorOf(buffers, {.inside = {{1, 2, 60}}}),
            "buffer 'b' of 8 bytes at offset 60 does not fit inside buffer 'c' of 64 bytes");
  EXPECT_EQ(errorOf(buffers, {.inside = {{1, 2, UINT64_MAX}}}).substr(0, 31),
            "buffer 'b' of 8 bytes at offset");
  EXPECT_EQ(errorOf(buffers, {.inside = {{0, 2, 0}, {1, 2, 20}}}),
            "buffers 'b' and 'a' lie at a fixed distance that cannot give both their alignments of "
            "8 and 16 bytes");
  EXPECT_EQ(errorOf(buffers, {.inside = {{1, 2, 16}, {1, 2, 24}}}),
            "the inside relations of buffers 'b' and 'c' ask for two different distances between "
            "them");
  EXPECT_EQ(errorOf(buffers, {.inside = {{1, 2, 0}, {3, 2, 4}}}).substr(0, 22),
            "buffers 'b' and 'd' ar");
  EXPECT_EQ(errorOf(buffers, {.inside = {{1, 4, 0}}}),
            "inside relation 0 names a buffer that is not in the list of 4");
  EXPECT_EQ(errorOf(buffers, {.inPlace = {{1, 2}, {7, 2}}}),
            "in-place relation 1 names a buffer that is not in the list of 4");
  EXPECT_EQ(errorOf(buffers, {.overlaps = {{1, 9, 0}}}),
            "overlap relation 0 names a buffer that is not in the list of 4");
}

TEST(RelationsTest, InPlaceChainTakesOnePlace) {
  std::vector<Buffer> buffers;
  Relations relations;
  for (uint32_t i = 0; i < 50; ++i) {
    buffers.push_back({"t" + std::to_string(i), 1001, 16, i, i + 1});
    if (i > 0)
      relations.inPlace.push_back({i, i - 1});
  }
  EXPECT_EQ(planned(buffers, relations).arenaSize, 1001u);
  EXPECT_EQ(planned(buffers, {}).arenaSize, 2009u);
}

TEST(RelationsTest, InPlaceOnlyWhenTheInputDies) {
  // "x" is read again at step 3, so "y" must not overwrite it at step 1.
  const std::vector<Buffer> buffers = {{"x", 10, 1, 0, 3}, {"y", 10, 1, 1, 2}};
  EXPECT_EQ(planned(buffers, {.inPlace = {{1, 0}}}).arenaSize, 20u);
}

TEST(RelationsTest, OnlyOneOutputTakesThePlace) {
  const std::vector<Buffer> buffers = {{"x", 10, 1, 0, 1}, {"y", 10, 1, 1, 2}, {"z", 10, 1, 1, 2}};
  EXPECT_EQ(planned(buffers, {.inPlace = {{1, 0}, {2, 0}}}).arenaSize, 20u);
}

TEST(RelationsTest, EitherOperandMayGiveItsPlace) {
  const std::vector<Buffer> buffers = {
      {"a", 10, 1, 0, 2}, {"b", 10, 1, 1, 2}, {"sum", 10, 1, 2, 3}};
  const Plan plan = planned(buffers, {.inPlace = {{2, 0}, {2, 1}}});
  EXPECT_EQ(plan.arenaSize, 20u);
  EXPECT_EQ(plan.liveBytes, 20u);
}

/// Taking the input's place is a permission. Here using it would tie "out" to the bottom of "in"
/// and cost a byte.
TEST(RelationsTest, InPlaceIsLeftWhereItHurts) {
  const std::vector<Buffer> buffers = {{"a", 2, 1, 3, 4},   {"in", 2, 1, 1, 2}, {"b", 2, 1, 0, 1},
                                       {"out", 1, 1, 2, 3}, {"c", 1, 1, 2, 3},  {"d", 2, 1, 4, 6},
                                       {"e", 1, 1, 0, 0}};
  const Plan plan = planned(buffers, {.inPlace = {{3, 1}}});
  EXPECT_EQ(plan.arenaSize, 4u);
  EXPECT_NE(plan.offsets[3], plan.offsets[1]);
  EXPECT_TRUE(plan.isOptimal());
}

TEST(RelationsTest, OverlapFromBelowAndAbove) {
  const std::vector<Buffer> buffers = {{"in", 100, 1, 0, 1}, {"out", 80, 1, 1, 2}};
  // Ascending: the output starts 7 bytes lower, 107 in all.
  const Plan up = planned(buffers, {.overlaps = {{1, 0, 7, Sweep::Ascending}}});
  EXPECT_EQ(up.arenaSize, 107u);
  EXPECT_LE(up.offsets[1] + 7, up.offsets[0]);
  const Plan down = planned(buffers, {.overlaps = {{1, 0, 7, Sweep::Descending}}});
  EXPECT_EQ(down.arenaSize, 107u);
  EXPECT_GE(down.offsets[1] + 80, down.offsets[0] + 107);
  // A lead beyond the output's size is no permission at all.
  EXPECT_EQ(planned(buffers, {.overlaps = {{1, 0, 5000, Sweep::Ascending}}}).arenaSize, 180u);
}

TEST(RelationsTest, PermissionsOfSeveralKinds) {
  const std::vector<Buffer> buffers = {{"in", 100, 1, 0, 1}, {"out", 100, 1, 1, 2}};
  const Relations relations = {.inPlace = {{1, 0}}, .overlaps = {{1, 0, 9, Sweep::Ascending}}};
  EXPECT_EQ(planned(buffers, relations).arenaSize, 100u);
}

} // namespace
} // namespace nnc::planner
