// Plans of convolutions: written and read again, and what is refused.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/ConvPlan.h"

#include "lib/Artifacts/ModelInfo.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <gmock/gmock.h>

using namespace nnc;
using testing::HasSubstr;

namespace {

/// A file that is there as long as this.
class ConvPlanTest : public testing::Test {
protected:
  void SetUp() override {
    llvm::SmallString<128> name;
    ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("nnc-plan", "json", name));
    path = name.str().str();
  }
  void TearDown() override { llvm::sys::fs::remove(path); }

  llvm::Expected<ConvPlan> readText(llvm::StringRef text) {
    std::error_code failed;
    llvm::raw_fd_ostream(path, failed) << text;
    return readConvPlan(path);
  }

  std::string complaint(llvm::StringRef text) {
    llvm::Expected<ConvPlan> plan = readText(text);
    return plan ? "" : llvm::toString(plan.takeError());
  }

  std::string path;
};

TEST_F(ConvPlanTest, comesBackAsItWasWritten) {
  ConvPlan plan{
      "a \"target\"",
      {{"conv/ü", "winograd", 4, {{"direct", 0, 70}, {"winograd", 4, 31}}}, {"", "direct", 0, {}}}};
  std::string text = writeConvPlan(plan);
  llvm::Expected<ConvPlan> read = readText(text);
  ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(writeConvPlan(*read), text);
  ASSERT_EQ(read->convolutions.size(), 2u);
  EXPECT_EQ(read->target, plan.target);
  EXPECT_EQ(read->convolutions[0].layer, "conv/ü");
  EXPECT_EQ(read->convolutions[0].tile, 4);
  ASSERT_EQ(read->convolutions[0].measured.size(), 2u);
  EXPECT_EQ(read->convolutions[0].measured[1].nanoseconds, 31);
  EXPECT_EQ(read->convolutions[1].algorithm, "direct");
}

TEST_F(ConvPlanTest, anEmptyPlanIsOne) {
  llvm::Expected<ConvPlan> read = readText(writeConvPlan({}));
  ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
  EXPECT_TRUE(read->convolutions.empty());
}

TEST_F(ConvPlanTest, isMadeOfWhatWasChosen) {
  ModelInfo model;
  model.target = "t";
  model.convolutions = {{"a", "model", {{"winograd", 2, 10, 0, 1e-7}, {"direct", 0, 20, 0, 0}}},
                        {"b", "plan", {{"direct", 0, 10, 5, 0}, {"winograd", 2, 20, 9, 1e-7}}}};
  ConvPlan plan = planOf(model);
  ASSERT_EQ(plan.convolutions.size(), 2u);
  EXPECT_EQ(plan.convolutions[0].algorithm, "winograd");
  EXPECT_EQ(plan.convolutions[0].tile, 2);
  EXPECT_TRUE(plan.convolutions[0].measured.empty());
  EXPECT_EQ(plan.convolutions[1].algorithm, "direct");
  EXPECT_EQ(plan.convolutions[1].measured.size(), 2u);
}

TEST_F(ConvPlanTest, refusesWhatItDoesNotKnow) {
  EXPECT_THAT(complaint("[]"), HasSubstr(path + "': is no object"));
  EXPECT_THAT(complaint("{\"convolutions\": []}"), HasSubstr("'format' is missing"));
  EXPECT_THAT(complaint("{\"format\": 2, \"convolutions\": []}"),
              HasSubstr("format is 2, expected 1"));
  EXPECT_THAT(complaint("{\"format\": 1}"), HasSubstr("'convolutions' is missing"));
  EXPECT_THAT(complaint("{\"format\": 1, \"convolutions\": {}}"),
              HasSubstr("'convolutions' is no list"));
  EXPECT_THAT(complaint("{\"format\": 1, \"convolutions\": [], \"layers\": 1}"),
              HasSubstr("'layers' is unknown, expected format, target, convolutions"));
  auto entry = [&](const std::string &text) {
    return complaint("{\"format\": 1, \"convolutions\": [{}, " + text + "]}");
  };
  EXPECT_THAT(entry("{}"), HasSubstr("convolutions[0]: 'layer' is missing"));
  auto second = [&](const std::string &text) {
    return complaint("{\"format\": 1, \"convolutions\": [{\"layer\": \"a\", \"algorithm\": "
                     "\"direct\"}, {\"layer\": \"b\", " +
                     text + "}]}");
  };
  EXPECT_THAT(second("\"algorithm\": 3"), HasSubstr("convolutions[1]: 'algorithm' is no text"));
  EXPECT_THAT(second("\"algorithm\": \"winograd\", \"tile\": 0"),
              HasSubstr("'tile' is no whole number from 1"));
  EXPECT_THAT(second("\"algorithm\": \"winograd\", \"tile\": 2.5"),
              HasSubstr("'tile' is no whole number from 1"));
  EXPECT_THAT(second("\"algorithm\": \"direct\", \"measured\": [{\"algorithm\": \"direct\"}]"),
              HasSubstr("convolutions[1]: measured[0]: 'nanoseconds' is missing"));
}

} // namespace
