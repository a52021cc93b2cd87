// The pool runs each part once, whatever else uses it, and whether its threads are awake or asleep.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/include/nnrt/pool.h"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <thread>
#include <vector>

namespace {

using Pool = std::unique_ptr<nnrt_pool, decltype(&nnrt_pool_destroy)>;
Pool createPool(uint32_t threads) { return {nnrt_pool_create(threads), nnrt_pool_destroy}; }

/// Counts the calls of each part; not atomic: a part that ran twice at once would be a race as
/// well.
struct Calls {
  std::vector<int> ofPart;
  static void task(void *argument, uint32_t part) {
    ++static_cast<Calls *>(argument)->ofPart[part];
  }
};

void runOnce(const nnrt_pool *pool, uint32_t parts) {
  Calls calls{std::vector<int>(parts)};
  const nnrt_executor *executor = nnrt_pool_executor(pool);
  executor->parallel_for(executor->context, Calls::task, &calls, parts);
  EXPECT_EQ(calls.ofPart, std::vector<int>(parts, 1)) << parts << " parts";
}

TEST(Pool, RunsEachPartOnce) {
  for (uint32_t threads : {1u, 2u, 3u, 5u}) {
    Pool pool = createPool(threads);
    ASSERT_TRUE(pool);
    for (int round = 0; round < 300; ++round)
      for (uint32_t parts : {1u, 2u, 3u, 5u, 17u})
        runOnce(pool.get(), parts);
  }
}

TEST(Pool, WakesThreadsThatSleep) {
  Pool pool = createPool(3);
  for (int round = 0; round < 20; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    runOnce(pool.get(), 4);
  }
}

TEST(Pool, RunsPartsAtTheSameTime) {
  // Each part waits for the other: only two threads at the same time come to an end.
  Pool pool = createPool(2);
  std::atomic<int> arrived = 0;
  auto meet = [](void *argument, uint32_t) {
    auto &count = *static_cast<std::atomic<int> *>(argument);
    ++count;
    while (count < 2)
      std::this_thread::yield();
  };
  const nnrt_executor *executor = nnrt_pool_executor(pool.get());
  executor->parallel_for(executor->context, meet, &arrived, 2);
  EXPECT_EQ(arrived, 2);
}

TEST(Pool, ServesSeveralCallersAndNestedCalls) {
  Pool pool = createPool(2);
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i)
    callers.emplace_back([&] {
      for (int round = 0; round < 300; ++round)
        runOnce(pool.get(), 3);
    });
  for (std::thread &caller : callers)
    caller.join();
  auto nest = [](void *argument, uint32_t) { runOnce(static_cast<nnrt_pool *>(argument), 3); };
  const nnrt_executor *executor = nnrt_pool_executor(pool.get());
  executor->parallel_for(executor->context, nest, pool.get(), 2);
}

TEST(Pool, RefusesNoThreads) {
  EXPECT_EQ(nnrt_pool_create(0), nullptr);
  nnrt_pool_destroy(nullptr);
}

} // namespace
