// Libraries of several levels: figures, header, report.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/Levels.h"

#include "lib/Artifacts/Header.h"
#include "lib/Artifacts/Report.h"

#include "test/unit/Artifacts/TestModel.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace nnc;
using testing::HasSubstr;
using testing::Not;

/// The higher level has less arena and more of everything else.
static std::vector<LevelInfo> makeLevels() {
  std::vector<LevelInfo> levels{{2, makeTestModel()}, {3, makeTestModel()}};
  ModelInfo &lower = levels[0].info, &higher = levels[1].info;
  lower.name = "kws_v2";
  lower.layers.pop_back();
  higher.name = "kws_v3";
  higher.plan.arenaBytes = 340;
  higher.plan.arenaAlignment = 64;
  higher.textBytes = 1300;
  higher.constantBytes = 500;
  higher.stackBytes = 96;
  return levels;
}

TEST(Levels, needTheMostOfEachAndHoldAll) {
  ModelInfo library = combineLevels(makeLevels());
  EXPECT_EQ(library.plan.arenaBytes, 352u);
  EXPECT_EQ(library.plan.arenaAlignment, 64u);
  EXPECT_EQ(library.stackBytes, 96u);
  EXPECT_EQ(library.textBytes, 900u + 1300u);
  EXPECT_EQ(library.constantBytes, 432u + 500u);
  EXPECT_EQ(library.layers.size(), 1u) << "those of the level with the largest arena";
}

TEST(Levels, areNamedInTheHeader) {
  std::string header = writeHeader(makeTestModel(), {2, 4});
  EXPECT_THAT(header, HasSubstr("these levels of x86-64: 2, 4."));
  EXPECT_THAT(header, HasSubstr("int kws_level(void);"));
  EXPECT_THAT(header,
              HasSubstr("static inline nnrt_status kws_run_at(int level, const kws_inputs"));
  EXPECT_THAT(header, HasSubstr("kws_run_abi1_arena352_0badcafe_at(level, in, out, arena);"));
  EXPECT_THAT(writeHeader(makeTestModel()), Not(HasSubstr("level")));
}

TEST(Levels, areListedInTheReport) {
  std::vector<LevelInfo> levels = makeLevels();
  auto json = nlohmann::json::parse(writeReport(combineLevels(levels), levels));
  ASSERT_EQ(json["levels"].size(), 2u);
  EXPECT_EQ(json["levels"][1]["level"], 3);
  EXPECT_EQ(json["levels"][1]["prefix"], "kws_v3");
  EXPECT_EQ(json["levels"][1]["memory"]["arena_bytes"], 340);
  EXPECT_EQ(json["levels"][1]["memory"]["flash_bytes"], 1800);
  EXPECT_EQ(json["levels"][1]["layers"].size(), 2u);
  EXPECT_EQ(json["memory"]["flash_bytes"], 1332 + 1800);
  EXPECT_FALSE(nlohmann::json::parse(writeReport(makeTestModel())).contains("levels"));
}
