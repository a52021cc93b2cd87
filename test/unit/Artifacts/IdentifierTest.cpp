// Names from models as C identifiers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Support/Identifier.h"

#include <gtest/gtest.h>
#include <regex>

using namespace nnc;

TEST(Identifier, makesSymbolPartsOfAnyText) {
  EXPECT_EQ(toSymbolPart("conv1"), "conv1");
  EXPECT_EQ(toSymbolPart("a/b.c:0"), "a_b_c_0");
  EXPECT_EQ(toSymbolPart("/layer1/Conv_output_0"), "layer1_Conv_output_0");
  EXPECT_EQ(toSymbolPart("4d"), "t4d");
  EXPECT_EQ(toSymbolPart("__x__"), "x");
  EXPECT_EQ(toSymbolPart("größe"), "gr_e");
  EXPECT_EQ(toSymbolPart("日本", "input"), "input");
  EXPECT_EQ(toSymbolPart(""), "unnamed");
}

TEST(Identifier, avoidsKeywordsAndMacrosOfCompilers) {
  for (const char *name :
       {"int", "class", "and", "linux", "unix", "errno", "NULL", "I", "co_await"}) {
    EXPECT_FALSE(isUsableIdentifier(name)) << name;
    IdentifierSet names;
    EXPECT_EQ(names.unique(name), std::string(name) + "_v");
  }
  for (const char *name : {"_x", "a__b", "", "9a", "a-b", "é"})
    EXPECT_FALSE(isUsableIdentifier(name)) << name;
  for (const char *name : {"x", "Input", "a_b", "integer", "x1_"})
    EXPECT_TRUE(isUsableIdentifier(name)) << name;
}

TEST(Identifier, keepsReservedNamesFree) {
  IdentifierSet names;
  names.reserve("run");
  EXPECT_EQ(names.unique("Run"), "Run_2");
  EXPECT_EQ(names.unique("run"), "run_3");
  EXPECT_EQ(names.unique("run_2"), "run_2_2");
}

TEST(Identifier, isAlwaysUsableAndUniqueForRandomBytes) {
  IdentifierSet names;
  std::set<std::string> seen;
  uint32_t state = 12345;
  auto random = [&] { return state = state * 1664525u + 1013904223u, state >> 8; };
  for (int i = 0; i < 3000; ++i) {
    std::string name(random() % 9, ' ');
    for (char &c : name)
      c = static_cast<char>(random() % (i % 2 ? 256 : 3) + (i % 2 ? 0 : 'x'));
    std::string identifier = names.unique(name);
    EXPECT_TRUE(isUsableIdentifier(identifier)) << identifier;
    std::string upper = identifier;
    for (char &c : upper)
      c = static_cast<char>(toupper(c));
    EXPECT_TRUE(seen.insert(upper).second) << identifier;
  }
}
