// What recurrent nodes may say wrong.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "gtest/gtest.h"
#include "test/unit/Import/TestModel.h"

using namespace nnc;

namespace {

/// A GRU of 4 inputs and 3 states on 5 steps of 2 sequences.
TestModel gru(const TestModel::Dims &weights = {1, 9, 4}) {
  TestModel m;
  m.input("x", {5, 2, 4}).input("w", weights).input("r", {1, 9, 3}).output("y");
  m.node("GRU", {"x", "w", "r"}, {"y"});
  return m;
}

TEST(Recurrent, InputsOfAllStepsAreOneProduct) {
  std::string text = gru().import();
  EXPECT_CONTAINS(text, "nn.recurrent gru");
  EXPECT_CONTAINS(text, "(tensor<10x4xf32>, tensor<9x4xf32>) -> tensor<10x9xf32>");
  EXPECT_CONTAINS(text, "-> tensor<5x1x2x3xf32>");
}

TEST(Recurrent, Shapes) {
  EXPECT_CONTAINS(gru({1, 12, 4}).import(), "input 1 has shape [1, 12, 4], expected [1, 9, 4]");
  EXPECT_CONTAINS(gru().set("hidden_size", 5).import(),
                  "attribute 'hidden_size' is 5, but the weights have 3");
  TestModel flat;
  flat.input("x", {5, 4}).input("w", {1, 9, 4}).input("r", {1, 9, 3}).output("y");
  flat.node("GRU", {"x", "w", "r"}, {"y"});
  EXPECT_CONTAINS(flat.import(), "input 0 has 2 dimensions, expected 3");
  TestModel empty;
  empty.input("x", {0, 1, 4}).input("w", {1, 9, 4}).input("r", {1, 9, 3}).output("y");
  empty.node("GRU", {"x", "w", "r"}, {"y"});
  EXPECT_CONTAINS(empty.import(), "the sequence has 0 steps, expected at least 1");
}

TEST(Recurrent, Attributes) {
  EXPECT_CONTAINS(gru().set("direction", "sideways").import(),
                  "attribute 'direction' is 'sideways', expected 'forward', 'reverse' or "
                  "'bidirectional'");
  EXPECT_CONTAINS(gru().set("direction", "bidirectional").import(),
                  "input 1 has shape [1, 9, 4], expected [2, 9, 4]");
  EXPECT_CONTAINS(gru().set("input_forget", 1).import(), "attribute 'input_forget' is not known");
  TestModel wrong = gru();
  onnx::AttributeProto *names = wrong.lastNode().add_attribute();
  names->set_name("activations");
  names->set_type(8);
  names->add_strings("Sigmoid");
  EXPECT_CONTAINS(wrong.import(), "attribute 'activations' has 1 entries, expected 2");
  names->add_strings("Cosine");
  EXPECT_CONTAINS(wrong.import(), "attribute 'activations' has the entry 'Cosine', which is no "
                                  "function of recurrent layers");
}

} // namespace
