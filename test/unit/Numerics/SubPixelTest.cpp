// Phases of transposed convolutions against the definition.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Numerics/SubPixel.h"

#include "gtest/gtest.h"
#include <map>

using namespace nnc::numerics;

namespace {

/// All (output, input, tap) that take part, by the definition.
std::map<std::pair<int64_t, int64_t>, int64_t> byDefinition(const TransposedAxis &axis,
                                                            int64_t input) {
  std::map<std::pair<int64_t, int64_t>, int64_t> products;
  for (int64_t i = 0; i < input; ++i)
    for (int64_t k = 0; k < axis.kernel; ++k) {
      int64_t o = i * axis.stride - axis.begin + k * axis.dilation;
      if (o >= 0 && o < axis.output)
        products[{o, k}] = i;
    }
  return products;
}

/// The same by the windows of the phases.
std::map<std::pair<int64_t, int64_t>, int64_t> byPhases(const TransposedAxis &axis, int64_t input) {
  std::map<std::pair<int64_t, int64_t>, int64_t> products;
  int64_t r = 0;
  for (const Phase &phase : phasesOf(axis)) {
    for (int64_t q = 0; q < phase.outputs; ++q)
      for (size_t j = 0; j < phase.taps.size(); ++j) {
        int64_t i = q - phase.begin + static_cast<int64_t>(j) * phase.dilation;
        if (i >= 0 && i < input)
          products[{q * axis.stride + r, phase.taps[j]}] = i;
      }
    ++r;
  }
  return products;
}

TEST(SubPixelTest, EveryProductBelongsToOnePhase) {
  for (int64_t stride : {1, 2, 3, 4, 6})
    for (int64_t dilation : {1, 2, 3, 4})
      for (int64_t kernel : {1, 2, 3, 5, 7})
        for (int64_t begin : {0, 1, 2, 9})
          for (int64_t output : {0, 1, 2, 5, 13}) {
            TransposedAxis axis{output, kernel, stride, dilation, begin};
            EXPECT_EQ(byDefinition(axis, 4), byPhases(axis, 4))
                << "stride " << stride << " dilation " << dilation << " kernel " << kernel
                << " begin " << begin << " output " << output;
          }
}

TEST(SubPixelTest, EveryTapBelongsToOnePhase) {
  for (int64_t dilation : {1, 2, 3}) {
    std::map<int64_t, int> seen;
    for (const Phase &phase : phasesOf({20, 7, 4, dilation, 1}))
      for (int64_t tap : phase.taps)
        ++seen[tap];
    EXPECT_EQ(seen.size(), 7u);
    for (auto [tap, count] : seen)
      EXPECT_EQ(count, 1) << "tap " << tap;
  }
}

TEST(SubPixelTest, FilterSmallerThanStrideLeavesPhasesWithoutTaps) {
  std::vector<Phase> phases = phasesOf({12, 2, 4, 1, 0});
  ASSERT_EQ(phases.size(), 4u);
  EXPECT_EQ(phases[1].taps, std::vector<int64_t>{1});
  EXPECT_TRUE(phases[2].taps.empty());
  EXPECT_EQ(phases[2].outputs, 3);
}

TEST(SubPixelTest, EqualPhasesFormRuns) {
  // Kernel and stride agree: all phases see one pixel.
  std::vector<PhaseRun> runs = phaseRunsOf({12, 4, 4, 1, 0});
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].count, 4);
  // The last phase has one result less, and one phase without results has its tap skipped.
  runs = phaseRunsOf({7, 4, 4, 1, 0});
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].outputs, 2);
  EXPECT_EQ(runs[1].first, 3);
  EXPECT_EQ(runs[1].tapsBefore, 3);
  EXPECT_EQ(runs[1].outputs, 1);
  runs = phaseRunsOf({3, 4, 4, 1, 0});
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].count, 3);
}

} // namespace
