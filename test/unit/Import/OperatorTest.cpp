// What nodes may say wrong, and constants that are computed during the import.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "gtest/gtest.h"
#include "test/unit/Import/TestModel.h"

using namespace nnc;

namespace {

using Dims = TestModel::Dims;

TestModel one(const char *op, const Dims &shape, TestModel::Names inputs = {"x"},
              int64_t opset = 17) {
  TestModel m(opset);
  m.input("x", shape).output("y").node(op, inputs, {"y"});
  return m;
}

std::vector<float> ramp(size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = 0.25f * static_cast<float>(i) - 1;
  return values;
}

TEST(Node, DiagnosticsNameTheNode) {
  TestModel m = one("Conv", {1, 3, 7, 5}, {"x", "w"});
  m.floats("w", {2, 4, 3, 3}, ramp(72)).lastNode().set_name("stem/conv");
  EXPECT_CONTAINS(
      m.import(),
      "node 'stem/conv' (Conv, opset 17): input has 3 channels, but the filter takes 4");
}

TEST(Node, NumberOfInputs) {
  EXPECT_CONTAINS(one("Conv", {1, 3, 7, 5}).import(), "has 1 inputs, expected 2 to 3");
  EXPECT_CONTAINS(one("Add", {2}, {"x", "x", "x"}).import(), "has 3 inputs, expected 2");
  EXPECT_CONTAINS(one("Sum", {2}, {}).import(), "has 0 inputs, expected at least 1");
  EXPECT_CONTAINS(one("Add", {2}, {"", "x"}).import(), "input 0 is missing");
  EXPECT_CONTAINS(one("Sum", {2}, {"x", "", "x"}).import(), "input 1 is missing");
}

TEST(Node, Attributes) {
  EXPECT_CONTAINS(one("Relu", {2}).set("alpha", 0.5).import(),
                  "attribute 'alpha' is not known for this version of Relu (since opset 14)");
  EXPECT_CONTAINS(one("LeakyRelu", {2}).set("alpha", 1).import(),
                  "attribute 'alpha' is an integer, expected a number");
  EXPECT_CONTAINS(one("LeakyRelu", {2}).set("alpha", 0.5).set("alpha", 0.25).import(),
                  "appears twice");
  EXPECT_CONTAINS(one("Softmax", {2, 3}).set("axis", 2).import(),
                  "axis is 2, expected a value from -2 to 1 for 2 dimensions");
  EXPECT_CONTAINS(one("ArgMax", {2, 3}).set("keepdims", 2).import(),
                  "attribute 'keepdims' is 2, expected 0 or 1");
  EXPECT_CONTAINS(one("LRN", {1, 3, 5, 5}).import(), "attribute 'size' is missing");
  TestModel reference = one("LeakyRelu", {2});
  reference.set("alpha", 0.5).lastNode().mutable_attribute(0)->set_ref_attr_name("slope");
  EXPECT_CONTAINS(reference.import(), "refers to an attribute of a function");
}

TEST(Node, Windows) {
  auto conv = [] {
    return one("Conv", {1, 3, 7, 5}, {"x", "w"}).floats("w", {2, 3, 3, 3}, ramp(54));
  };
  EXPECT_CONTAINS(conv().set("strides", Dims{0, 1}).import(),
                  "'strides' has the entry 0, expected a number from 1");
  EXPECT_CONTAINS(conv().set("dilations", Dims{1}).import(),
                  "'dilations' has 1 entries, expected 2");
  EXPECT_CONTAINS(conv().set("pads", Dims{0, 0, -1, 0}).import(), "'pads' has the entry -1");
  EXPECT_CONTAINS(conv().set("pads", Dims{0, 0, INT64_MAX, 0}).import(),
                  "'pads' has the entry 9223372036854775807");
  EXPECT_CONTAINS(conv().set("kernel_shape", Dims{5, 5}).import(),
                  "differs from the spatial shape of the weights");
  EXPECT_CONTAINS(conv().set("group", 0).import(), "group is 0, expected at least 1");
  EXPECT_CONTAINS(conv().set("group", -1).import(), "group is -1");
  EXPECT_CONTAINS(conv().set("group", INT64_MIN).import(), "group is");
  EXPECT_CONTAINS(conv().set("dilations", Dims{9, 9}).import(), "the window does not fit");
  EXPECT_CONTAINS(one("Conv", {3, 7}, {"x", "w"}).floats("w", {2, 3, 3, 3}, ramp(54)).import(),
                  "expected the same number, 3 or more");
  EXPECT_CONTAINS(one("MaxPool", {1, 3, 7, 5}).import(), "attribute 'kernel_shape' is missing");
  EXPECT_CONTAINS(one("MaxPool", {3}).set("kernel_shape", Dims{3}).import(),
                  "input has 1 dimensions, expected 3 or more");
  auto transposed = [] {
    return one("ConvTranspose", {1, 3, 4, 5}, {"x", "w"}).floats("w", {3, 2, 3, 3}, ramp(54));
  };
  EXPECT_CONTAINS(transposed().set("strides", Dims{2, 2}).set("output_shape", Dims{9, 12}).import(),
                  "-> tensor<1x2x9x12xf32>");
  EXPECT_CONTAINS(transposed().set("output_shape", Dims{9, 12, 1}).import(),
                  "-> tensor<1x2x12x1xf32>");
  EXPECT_CONTAINS(transposed().set("output_shape", Dims{-9, 12}).import(), "has the entry -9");
  EXPECT_CONTAINS(transposed().set("output_padding", Dims{INT64_MAX, 0}).import(),
                  "impossible entry");
}

TEST(Node, TypesThatDoNotFit) {
  TestModel m;
  m.input("x", {3}).input("i", {3}, 7).output("y").node("Add", {"x", "i"}, {"y"});
  EXPECT_CONTAINS(m.import(), "rhs has element type 'i64', but lhs has 'f32'");
  TestModel exp;
  exp.input("i", {3}, 7).output("y").node("Exp", {"i"}, {"y"});
  EXPECT_CONTAINS(exp.import(), "takes floating-point numbers");
  TestModel output = one("Relu", {2});
  output.graph().mutable_output(0)->mutable_type()->mutable_tensor_type()->set_elem_type(7);
  EXPECT_CONTAINS(output.import(), "output 'y' is computed as float32, but the model states int64");
}

TEST(Node, AbsurdSizes) {
  TestModel tile = one("Tile", {1 << 20}, {"x", "r"}).integers("r", {1}, {INT64_MAX});
  EXPECT_CONTAINS(tile.import(), "impossible");
  TestModel expand = one("Expand", {1}, {"x", "s"}).integers("s", {3}, {1 << 30, 1 << 30, 1 << 30});
  EXPECT_CONTAINS(expand.import(), "too large");
  TestModel shape;
  shape.output("y").integers("s", {2}, {INT64_MAX, 2}).node("ConstantOfShape", {"s"}, {"y"});
  EXPECT_CONTAINS(shape.import(), "the shape is impossible");
  TestModel pad = one("Pad", {3}, {"x", "p"}).integers("p", {2}, {INT64_MAX, INT64_MAX});
  EXPECT_CONTAINS(pad.import(), "too large");
  TestModel range;
  range.output("y")
      .floats("a", {}, {0})
      .floats("b", {}, {1e30f})
      .floats("c", {}, {1})
      .node("Range", {"a", "b", "c"}, {"y"});
  EXPECT_CONTAINS(range.import(), "has no usable length");
  TestModel still;
  still.output("y")
      .floats("a", {}, {0})
      .floats("b", {}, {5})
      .floats("c", {}, {0})
      .node("Range", {"a", "b", "c"}, {"y"});
  EXPECT_CONTAINS(still.import(), "has no usable length");
  TestModel resize = one("Resize", {1, 1, 3, 5}, {"x", "", "s"}).floats("s", {4}, {1, 1, 1e30f, 1});
  EXPECT_CONTAINS(resize.import(), "is not usable");
  EXPECT_CONTAINS(one("DepthToSpace", {1, 8, 2, 3}).set("blocksize", INT64_MAX).import(),
                  "blocksize");
  EXPECT_CONTAINS(one("DepthToSpace", {1, 8, 2, 3}).set("blocksize", 0).import(), "blocksize");
}

//===-- Values known at compile time -------------------------------------------------------===//

TEST(Folding, ShapesAreComputed) {
  // y = reshape(x, [x.shape[0], x.shape[1] · 5])
  TestModel m;
  m.input("x", {2, 3, 5})
      .output("y")
      .integers("zero", {1}, {0})
      .integers("one", {1}, {1})
      .integers("five", {1}, {5});
  m.node("Shape", {"x"}, {"s"})
      .node("Gather", {"s", "zero"}, {"a"})
      .node("Gather", {"s", "one"}, {"b"});
  m.node("Mul", {"b", "five"}, {"c"}).node("Concat", {"a", "c"}, {"t"}).set("axis", 0);
  m.node("Reshape", {"x", "t"}, {"y"});
  std::string text = m.import();
  EXPECT_CONTAINS(text, "nn.reshape %arg0 : (tensor<2x3x5xf32>) -> tensor<2x15xf32>");
  EXPECT_LACKS(text, "nn.constant"); // nothing of the computation is left
}

TEST(Folding, ThroughCastsAndRealNumbers) {
  // y = resize(x, sizes = int(float(shape) · [1, 1, 1.5, 2.5]))
  TestModel m;
  m.input("x", {1, 1, 4, 6}).output("y").floats("f", {4}, {1, 1, 1.5, 2.5});
  m.node("Shape", {"x"}, {"s"})
      .node("Cast", {"s"}, {"r"})
      .set("to", 1)
      .node("Mul", {"r", "f"}, {"p"});
  m.node("Floor", {"p"}, {"q"}).node("Cast", {"q"}, {"t"}).set("to", 7);
  m.node("Resize", {"x", "", "", "t"}, {"y"}).set("mode", "linear");
  EXPECT_CONTAINS(m.import(), "-> tensor<1x1x6x15xf32>");
}

TEST(Folding, ValuesOfInputsAreNotKnown) {
  TestModel m;
  m.input("x", {2, 3}).input("n", {1}, 7).output("y").integers("two", {1}, {2});
  m.node("Mul", {"n", "two"}, {"t"}).node("Reshape", {"x", "t"}, {"y"});
  EXPECT_CONTAINS(m.import(), "the shape (input 't') must be known at compile time");
}

TEST(Folding, LargeConstantsAreLeftAlone) {
  TestModel m;
  m.input("x", {100, 100}).output("y").floats("w", {100, 100}, ramp(10000));
  m.node("Neg", {"w"}, {"v"}).node("Add", {"x", "v"}, {"y"});
  EXPECT_CONTAINS(m.import(), "nn.unary neg");
}

TEST(Einsum, Equations) {
  TestModel m = one("Einsum", {2, 3, 5}, {"x", "w"})
                    .floats("w", {2, 5, 7}, ramp(70))
                    .set("equation", "bij, bjk -> bik");
  EXPECT_CONTAINS(m.import(), "nn.matmul");
  EXPECT_CONTAINS(m.import(), "tensor<2x3x7xf32> {nn.name = \"y\"}");
  EXPECT_CONTAINS(one("Einsum", {2, 3}).set("equation", "ij->ji").import(), "nn.transpose");
  EXPECT_CONTAINS(one("Einsum", {2, 3}).set("equation", "ij").import(), "return %arg0");
  EXPECT_CONTAINS(one("Einsum", {2, 3}).set("equation", "ba").import(), "nn.transpose");
  EXPECT_CONTAINS(one("Einsum", {2, 3}).set("equation", "...j->...").import(), "-> tensor<2xf32>");
  EXPECT_CONTAINS(one("Einsum", {2, 3}).set("equation", "ijk->i").import(),
                  "does not fit an operand of 2 dimensions");
  EXPECT_CONTAINS(one("Einsum", {2, 3}).set("equation", "ij,jk->ik").import(),
                  "has 2 terms, but there are 1 inputs");
  EXPECT_CONTAINS(one("Einsum", {2, 3}).set("equation", "ij->ik").import(),
                  "one that no input has");
  EXPECT_CONTAINS(one("Einsum", {2, 3}).set("equation", "ii->i").import(),
                  "has size 2 in one term and 3");
  EXPECT_CONTAINS(one("Einsum", {2, 3}).set("equation", "i*->i").import(), "does not fit");
  EXPECT_CONTAINS(one("Einsum", {2, 3}).import(), "does not fit an operand");
}

} // namespace
