// Sums and orders of a compiled model.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/Artifacts/TestModel.h"
#include <gtest/gtest.h>

using namespace nnc;

TEST(ModelInfo, countsElementsOfScalarsAndEmptyTensors) {
  TensorInfo scalar{"s", "s", ElementType::F64, {}, {}};
  EXPECT_EQ(scalar.elements(), 1u);
  EXPECT_EQ(scalar.bytes(), 8u);
  TensorInfo empty{"e", "e", ElementType::F32, {3, 0, 5}, {}};
  EXPECT_EQ(empty.bytes(), 0u);
}

TEST(ModelInfo, countsInputsAndOutputsOnlyBesideTheArena) {
  ModelInfo model = makeTestModel();
  EXPECT_EQ(model.ioBytes(), 1960u + 8u + 7u);
  EXPECT_EQ(model.ramBytes(), 352u + 1975u + 72u);
  model.ioInArena = true;
  EXPECT_EQ(model.ramBytes(), 352u + 72u);
  EXPECT_EQ(model.flashBytes(), 1332u);
}

TEST(ModelInfo, ordersWhatIsAliveAtThePeakBySize) {
  ModelInfo model = makeTestModel();
  auto alive = aliveAtPeak(model.plan);
  ASSERT_EQ(alive.size(), 2u);
  EXPECT_EQ(alive[0]->name, "scratch");
  EXPECT_EQ(alive[1]->name, "conv1");
}

TEST(ModelInfo, identifiersDifferAlsoInMacros) {
  ModelInfo model = makeTestModel();
  model.inputs = {{"a.b", "", ElementType::F32, {1}, {}},
                  {"A_b", "", ElementType::F32, {1}, {}},
                  {"a/b", "", ElementType::F32, {1}, {}}};
  model.outputs = {{"a.b", "", ElementType::F32, {1}, {}}};
  assignIdentifiers(model);
  EXPECT_EQ(model.inputs[0].identifier, "a_b");
  EXPECT_EQ(model.inputs[1].identifier, "A_b_2");
  EXPECT_EQ(model.inputs[2].identifier, "a_b_3");
  EXPECT_EQ(model.outputs[0].identifier, "a_b") << "each side has names of its own";
}
