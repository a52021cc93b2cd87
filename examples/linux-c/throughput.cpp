// Runs one model in several threads at once, each with an arena of its own. C++17. usage:
// throughput [THREADS] Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dscnn.h"
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

namespace {

constexpr int kRuns = 200;

/// All that one thread needs: memory, an image, scores.
struct Worker {
  struct alignas(DSCNN_ARENA_ALIGN) Arena {
    std::array<unsigned char, DSCNN_ARENA_SIZE> bytes;
  };
  std::unique_ptr<Arena> arena = std::make_unique<Arena>();
  std::vector<float> image = std::vector<float>(DSCNN_IN_INPUT_COUNT, 0.5F);
  std::array<float, DSCNN_OUT_PROBABILITIES_COUNT> scores{};
  nnrt_status status = NNRT_OK;

  void run() {
    const dscnn_inputs in{image.data()};
    const dscnn_outputs out{scores.data()};
    for (int i = 0; i < kRuns && status == NNRT_OK; ++i)
      status = dscnn_run(&in, &out, arena.get());
  }
};

} // namespace

int main(int argc, char **argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  std::vector<Worker> workers(threads > 0 ? threads : 1);
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> running;
  for (Worker &worker : workers)
    running.emplace_back([&worker] { worker.run(); });
  for (std::thread &thread : running)
    thread.join();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  for (const Worker &worker : workers)
    if (worker.status != NNRT_OK || worker.scores != workers.front().scores) {
      std::fprintf(stderr, "throughput: the threads disagree\n");
      return 1;
    }
  std::printf("%zu threads, equal results, %.0f images per second\n", workers.size(),
              static_cast<double>(workers.size()) * kRuns / seconds.count());
}
