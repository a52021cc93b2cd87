// The JSON report.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/Report.h"

#include "test/unit/Artifacts/TestModel.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace nnc;

TEST(Report, holdsMemoryLayersAndSums) {
  auto json = nlohmann::json::parse(writeReport(makeTestModel()));
  EXPECT_EQ(json["memory"]["arena_bytes"], 352);
  EXPECT_EQ(json["memory"]["gap_bytes"], 16);
  EXPECT_EQ(json["memory"]["alive_at_peak"].size(), 2u);
  EXPECT_EQ(json["memory"]["alive_at_peak"][0]["name"], "scratch");
  EXPECT_EQ(json["model"]["macs"], 1107);
  EXPECT_EQ(json["layers"][1]["index"], 1);
  EXPECT_EQ(json["layers"][0]["constant_bytes"], 432);
  EXPECT_EQ(json["inputs"][0]["name"], "mfcc:0");
  EXPECT_EQ(json["inputs"][0]["identifier"], "mfcc_0");
  EXPECT_EQ(json["inputs"][0]["shape"], (std::vector<int>{1, 49, 10}));
  EXPECT_EQ(json["inputs"][1]["shape"].size(), 0u);
}

TEST(Report, writesNamesThatAreNotUtf8) {
  ModelInfo model = makeTestModel();
  model.layers[0].name = "a\xff\"b\nc";
  auto json = nlohmann::json::parse(writeReport(model));
  EXPECT_EQ(json["layers"][0]["name"], "a\xEF\xBF\xBD\"b\nc");
}

TEST(Report, isTheSameTextForTheSameModel) {
  EXPECT_EQ(writeReport(makeTestModel()), writeReport(makeTestModel()));
  EXPECT_EQ(writeReport(makeTestModel()).back(), '\n');
}
