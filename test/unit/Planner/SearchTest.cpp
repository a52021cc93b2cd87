//===- SearchTest.cpp - the two exact searches ----------------------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The planner asks the exact searches only where greedy orders miss the bound. Here both get every
// problem: they must fit it into the smallest arena, must not fit it into one byte less, and must
// agree with each other where trying every offset would take too long.
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/LowerBound.h"
#include "lib/Planner/PairSearch.h"

#include "gtest/gtest.h"
#include "test/unit/Planner/Exhaustive.h"
#include "test/unit/Planner/Random.h"
#include <numeric>

namespace nnc::planner {
namespace {

std::vector<uint32_t> allBodies(const Model &model) {
  std::vector<uint32_t> all(model.bodies.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// The smallest height at which a search succeeds, counted up from `from`.
template <typename Search> uint64_t smallestHeight(const Model &model, uint64_t from) {
  const std::vector<uint32_t> all = allBodies(model);
  for (uint64_t height = from;; ++height) {
    Search search(model, all);
    Budget budget{100'000'000, 0};
    const Outcome outcome = search.run(height, budget);
    EXPECT_NE(outcome, Outcome::OutOfBudget);
    if (outcome != Outcome::Impossible)
      return height;
  }
}

template <typename Search> void expectExact(const Shape &shape, uint64_t seeds) {
  for (uint64_t seed = 1; seed <= seeds && !testing::Test::HasFailure(); ++seed) {
    RandomProblem random(seed);
    const std::vector<Buffer> buffers = random.buffers(shape);
    const Model model = std::get<Model>(buildModel(buffers, {}));
    const uint64_t live = liveBound(model).liveBytes;
    const std::optional<uint64_t> expected = smallestArena(buffers, {}, live, 1000);
    EXPECT_EQ(smallestHeight<Search>(model, live), expected) << "seed " << seed;
  }
}

TEST(SearchTest, OrderedSearchIsExact) {
  expectExact<OrderedSearch>({.count = 6, .largest = 5, .steps = 6, .longest = 3}, 1000);
  expectExact<OrderedSearch>(
      {.count = 6, .largest = 9, .steps = 5, .longest = 3, .alignmentBits = 3}, 1000);
}

TEST(SearchTest, PairSearchIsExact) {
  expectExact<PairSearch>({.count = 6, .largest = 5, .steps = 6, .longest = 3}, 1000);
  expectExact<PairSearch>({.count = 6, .largest = 9, .steps = 5, .longest = 3, .alignmentBits = 3},
                          1000);
}

TEST(SearchTest, BothSearchesAgree) {
  int aboveBound = 0;
  for (uint64_t seed = 1; seed <= 400 && !HasFailure(); ++seed) {
    RandomProblem random(seed);
    const std::vector<Buffer> buffers = random.buffers({.count = 10,
                                                        .largest = 40,
                                                        .steps = 7,
                                                        .longest = 3,
                                                        .alignmentBits = uint32_t(seed % 4)});
    const Model model = std::get<Model>(buildModel(buffers, {}));
    const uint64_t live = liveBound(model).liveBytes;
    const uint64_t ordered = smallestHeight<OrderedSearch>(model, live);
    EXPECT_EQ(smallestHeight<PairSearch>(model, live), ordered) << "seed " << seed;
    aboveBound += ordered > liveBound(model).bytes;
  }
  EXPECT_GT(aboveBound, 20) << "the problems are too easy to say anything about proofs";
}

TEST(SearchTest, OverlapsAreExact) {
  int applicable = 0;
  for (uint64_t seed = 1; seed <= 1000 && !HasFailure(); ++seed) {
    RandomProblem random(seed);
    const std::vector<Buffer> buffers =
        random.buffers({.count = 5, .largest = 6, .steps = 4, .longest = 2});
    Relations relations;
    random.addPermissions(buffers, 0, 50, relations);
    const Model model = std::get<Model>(buildModel(buffers, relations));
    const std::optional<uint64_t> expected = smallestArena(buffers, relations, 0, 1000);
    EXPECT_EQ(smallestHeight<PairSearch>(model, 0), expected) << "seed " << seed;
    if (!OrderedSearch(model, allBodies(model)).isApplicable())
      continue;
    ++applicable;
    EXPECT_EQ(smallestHeight<OrderedSearch>(model, 0), expected) << "seed " << seed;
  }
  EXPECT_GT(applicable, 500);
}

TEST(SearchTest, OrderedSearchRefusesHoles) {
  const std::vector<Buffer> buffers = {{"in", 8, 1, 0, 1}, {"out", 8, 1, 1, 2}};
  const Model plain = std::get<Model>(buildModel(buffers, {}));
  EXPECT_TRUE(OrderedSearch(plain, allBodies(plain)).isApplicable());
  // "Equal starts or disjoint" leaves one allowed difference between two forbidden intervals.
  const Model inPlace = std::get<Model>(buildModel(buffers, {.inPlace = {{1, 0}}}));
  EXPECT_FALSE(OrderedSearch(inPlace, allBodies(inPlace)).isApplicable());
}

TEST(SearchTest, BudgetEndsTheSearch) {
  RandomProblem random(7);
  const std::vector<Buffer> buffers =
      random.buffers({.count = 60, .largest = 1000, .steps = 20, .longest = 9, .alignmentBits = 4});
  const Model model = std::get<Model>(buildModel(buffers, {}));
  const std::vector<uint32_t> all = allBodies(model);
  const uint64_t bound = liveBound(model).bytes;
  for (uint64_t limit : {1, 1000, 100'000}) {
    Budget ofOrdered{limit, 0}, ofPairs{limit, 0};
    EXPECT_EQ(OrderedSearch(model, all).run(bound, ofOrdered), Outcome::OutOfBudget);
    EXPECT_EQ(PairSearch(model, all).run(bound, ofPairs), Outcome::OutOfBudget);
    // One node more than allowed at most.
    EXPECT_LT(ofOrdered.used, limit + 10'000);
    EXPECT_LT(ofPairs.used, limit + 100'000);
  }
}

} // namespace
} // namespace nnc::planner
