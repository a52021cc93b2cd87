// The C header.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/Header.h"

#include "test/unit/Artifacts/TestModel.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace nnc;
using testing::HasSubstr;
using testing::Not;

TEST(Header, statesWhatIntegersStandFor) {
  ModelInfo model = makeTestModel();
  EXPECT_THAT(writeHeader(model), Not(HasSubstr("_SCALE")));
  model.inputs[0].quantization = {0.0078125F, -5};
  std::string header = writeHeader(model);
  EXPECT_THAT(header, HasSubstr("#define KWS_IN_MFCC_0_SCALE 7.812500000e-03f"));
  EXPECT_THAT(header, HasSubstr("#define KWS_IN_MFCC_0_ZERO_POINT (-5)"));
}

TEST(Header, statesMemoryAndTensors) {
  std::string header = writeHeader(makeTestModel());
  EXPECT_THAT(header, HasSubstr("#define KWS_ARENA_SIZE 352u"));
  EXPECT_THAT(header, HasSubstr("#define KWS_ARENA_ALIGN 16u"));
  EXPECT_THAT(header, HasSubstr("#define KWS_STACK_MAX 72u"));
  EXPECT_THAT(header, HasSubstr("#define KWS_IN_MFCC_0_COUNT 490u"));
  EXPECT_THAT(header, HasSubstr("#define KWS_IN_MFCC_0_SHAPE {1, 49, 10}"));
  EXPECT_THAT(header, HasSubstr("#define KWS_IN_INT_V_BYTES 8u"));
  EXPECT_THAT(header, HasSubstr("const float *mfcc_0;"));
  EXPECT_THAT(header, HasSubstr("const int64_t *int_v;"));
  EXPECT_THAT(header, HasSubstr("  uint8_t *score;"));
  EXPECT_THAT(header, Not(HasSubstr("KWS_IN_INT_V_SHAPE"))) << "a scalar has no shape to write";
  EXPECT_LT(header.find("*mfcc_0"), header.find("*int_v")) << "the model's order";
}

TEST(Header, callsTheFunctionThatEncodesTheModel) {
  std::string header = writeHeader(makeTestModel());
  EXPECT_THAT(header, HasSubstr("return kws_run_abi1_arena352_0badcafe(in, out, arena);"));
  EXPECT_THAT(header, Not(HasSubstr("_traced")));
  ModelInfo traced = makeTestModel();
  traced.traced = true;
  EXPECT_THAT(writeHeader(traced), HasSubstr("kws_run_traced("));
}

TEST(Header, declaresAnArrayThatCAllowsWhereNoArenaIsNeeded) {
  ModelInfo model = makeTestModel();
  model.plan = {};
  model.inputs.clear();
  std::string header = writeHeader(model);
  EXPECT_THAT(header, HasSubstr("#define KWS_ARENA_SIZE 1u"));
  EXPECT_THAT(header, HasSubstr("const void *none;"));
}

TEST(Header, givesPlacesInTheArena) {
  ModelInfo model = makeTestModel();
  model.ioInArena = true;
  model.inputs[0].arenaOffset = 48;
  EXPECT_THAT(writeHeader(model), HasSubstr("#define KWS_IN_MFCC_0_OFFSET 48u"));
  EXPECT_THAT(writeHeader(makeTestModel()), Not(HasSubstr("OFFSET")));
}

TEST(Header, commentsCannotBeLeftByNames) {
  EXPECT_EQ(toCommentText("a*/b"), "a*\\x2fb");
  EXPECT_EQ(toCommentText("a/*b"), "a/\\x2ab");
  EXPECT_EQ(toCommentText("a\nb"), "a\\x0ab");
  EXPECT_EQ(toCommentText("?"
                          "?/"),
            "?\\x3f/");
  EXPECT_EQ(toCommentText("a\\"), "a\\x5c");
  EXPECT_EQ(toCommentText("é"), "\\xc3\\xa9");
  EXPECT_EQ(toCommentText("x:0 [q]"), "x:0 [q]");
}
