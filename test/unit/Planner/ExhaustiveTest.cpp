//===- ExhaustiveTest.cpp - the planner against trying everything ---------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Thousands of random problems, small enough for a search that tries every offset. The planner must
// find the same arena, and must know that it did.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Planner/Exhaustive.h"

#include "gtest/gtest.h"
#include "test/unit/Planner/Random.h"

namespace nnc::planner {
namespace {

uint64_t liveBytes(std::span<const Buffer> buffers, uint32_t step) {
  uint64_t sum = 0;
  for (const Buffer &buffer : buffers)
    if (buffer.firstUse <= step && step <= buffer.lastUse)
      sum += buffer.size;
  return sum;
}

/// Compares one problem; returns whether it had a solution.
bool expectSameAsExhaustive(std::span<const Buffer> buffers, const Relations &relations,
                            uint64_t seed) {
  uint64_t sum = 0;
  for (const Buffer &buffer : buffers)
    sum += buffer.size + buffer.alignment;
  // Without permissions to share, smaller arenas need not be tried.
  uint64_t from = 0;
  if (relations.inPlace.empty() && relations.overlaps.empty() && relations.inside.empty())
    for (const Buffer &at : buffers)
      from = std::max(from, liveBytes(buffers, at.firstUse));
  const PlanResult result = plan(buffers, relations);
  const Plan *found = std::get_if<Plan>(&result);
  if (!found) {
    // What contradicts itself fits nowhere.
    EXPECT_FALSE(smallestArena(buffers, relations, sum, sum)) << "seed " << seed;
    return false;
  }
  const std::optional<uint64_t> expected = smallestArena(buffers, relations, from, sum);
  EXPECT_EQ(found->arenaSize, expected.value_or(0)) << "seed " << seed;
  EXPECT_TRUE(found->isOptimal()) << "seed " << seed << ", bound " << found->lowerBound;
  EXPECT_EQ(verify(*found, buffers, relations), "") << "seed " << seed;
  return true;
}

TEST(ExhaustiveTest, PlainBuffers) {
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    RandomProblem random(seed);
    const std::vector<Buffer> buffers =
        random.buffers({.count = 3 + uint32_t(seed % 5), .smallest = 0, .largest = 6});
    expectSameAsExhaustive(buffers, {}, seed);
    if (HasFailure())
      break;
  }
}

TEST(ExhaustiveTest, CrowdedSteps) {
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    RandomProblem random(seed);
    const std::vector<Buffer> buffers =
        random.buffers({.count = 7, .largest = 4, .steps = 5, .longest = 2});
    expectSameAsExhaustive(buffers, {}, seed);
    if (HasFailure())
      break;
  }
}

TEST(ExhaustiveTest, Alignments) {
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    RandomProblem random(seed);
    const std::vector<Buffer> buffers = random.buffers(
        {.count = 3 + uint32_t(seed % 4), .smallest = 0, .largest = 9, .alignmentBits = 3});
    expectSameAsExhaustive(buffers, {}, seed);
    if (HasFailure())
      break;
  }
}

TEST(ExhaustiveTest, InPlace) {
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    RandomProblem random(seed);
    const std::vector<Buffer> buffers = random.buffers({.count = 3 + uint32_t(seed % 4),
                                                        .largest = 6,
                                                        .steps = 5,
                                                        .longest = 3,
                                                        .alignmentBits = uint32_t(seed % 2)});
    Relations relations;
    random.addPermissions(buffers, 60, 0, relations);
    expectSameAsExhaustive(buffers, relations, seed);
    if (HasFailure())
      break;
  }
}

TEST(ExhaustiveTest, Overlaps) {
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    RandomProblem random(seed);
    const std::vector<Buffer> buffers = random.buffers({.count = 3 + uint32_t(seed % 4),
                                                        .largest = 7,
                                                        .steps = 4,
                                                        .longest = 3,
                                                        .alignmentBits = uint32_t(seed % 3)});
    Relations relations;
    random.addPermissions(buffers, 0, 60, relations);
    expectSameAsExhaustive(buffers, relations, seed);
    if (HasFailure())
      break;
  }
}

TEST(ExhaustiveTest, Inside) {
  int solvable = 0;
  for (uint64_t seed = 1; seed <= 1500; ++seed) {
    RandomProblem random(seed);
    const std::vector<Buffer> buffers = random.buffers({.count = 3 + uint32_t(seed % 4),
                                                        .largest = 8,
                                                        .steps = 7,
                                                        .longest = 2,
                                                        .alignmentBits = uint32_t(seed % 3)});
    // At most one whole per part: the exhaustive search knows nothing of parts of parts.
    Relations relations;
    random.addInside(buffers, 1 + uint32_t(seed % 3), relations);
    std::vector<bool> isInner(buffers.size()), isOuter(buffers.size());
    std::erase_if(relations.inside, [&](const Inside &inside) {
      if (isInner[inside.inner] || isInner[inside.outer] || isOuter[inside.inner])
        return true;
      isInner[inside.inner] = isOuter[inside.outer] = true;
      return false;
    });
    solvable += expectSameAsExhaustive(buffers, relations, seed);
    if (HasFailure())
      break;
  }
  EXPECT_GT(solvable, 1000);
}

TEST(ExhaustiveTest, EverythingTogether) {
  int solvable = 0;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    RandomProblem random(seed);
    const std::vector<Buffer> buffers = random.buffers({.count = 4 + uint32_t(seed % 3),
                                                        .smallest = 0,
                                                        .largest = 6,
                                                        .steps = 5,
                                                        .longest = 2,
                                                        .alignmentBits = uint32_t(seed % 2)});
    Relations relations;
    random.addInside(buffers, 1, relations);
    random.addPermissions(buffers, 50, 30, relations);
    solvable += expectSameAsExhaustive(buffers, relations, seed);
    if (HasFailure())
      break;
  }
  EXPECT_GT(solvable, 2000);
}

} // namespace
} // namespace nnc::planner
