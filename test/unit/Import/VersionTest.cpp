// Operators whose meaning changed between operator sets: each side of each change.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators.h"

#include "gtest/gtest.h"
#include "test/unit/Import/TestModel.h"

using namespace nnc;

namespace {

using Dims = TestModel::Dims;

/// A model of one node on `x` and constants; the caller adds those and the attributes.
TestModel one(int64_t opset, const char *op, const Dims &shape, TestModel::Names inputs = {"x"},
              TestModel::Names outputs = {"y"}) {
  TestModel m(opset);
  m.input("x", shape);
  for (const std::string &name : outputs)
    m.output(name);
  m.node(op, inputs, outputs);
  return m;
}

TEST(Version, SoftmaxFlattensBefore13) {
  std::string flat = one(11, "Softmax", {2, 3, 5, 7}).set("axis", 2).import();
  EXPECT_CONTAINS(flat, "nn.reshape %arg0 : (tensor<2x3x5x7xf32>) -> tensor<6x35xf32>");
  EXPECT_CONTAINS(flat, "-> tensor<6x35xf32>");
  EXPECT_CONTAINS(flat, "-> tensor<2x3x5x7xf32>");
  EXPECT_CONTAINS(one(11, "Softmax", {2, 3, 5}).import(), "-> tensor<2x15xf32>"); // default 1
  EXPECT_LACKS(one(11, "Softmax", {2, 3}).set("axis", -1).import(), "nn.reshape");
  std::string axis = one(13, "Softmax", {2, 3, 5, 7}).set("axis", 2).import();
  EXPECT_LACKS(axis, "nn.reshape");
  EXPECT_CONTAINS(axis, "axis = 2 : i64");
  EXPECT_CONTAINS(one(13, "Softmax", {2, 3, 5}).import(), "axis = 2 : i64"); // default last
  EXPECT_CONTAINS(one(13, "LogSoftmax", {2, 3, 5}).import(), "log");
  EXPECT_CONTAINS(one(12, "Hardmax", {2, 3, 5}).import(), "tensor<2x15xf32>");
  EXPECT_LACKS(one(13, "Hardmax", {2, 3, 5}).import(), "tensor<2x15xf32>");
}

TEST(Version, ClipBoundsBecameInputsIn11) {
  EXPECT_CONTAINS(one(6, "Clip", {7}).set("min", -1.0).set("max", 6.0).import(),
                  "nn.clamp %arg0 {high = 6.000000e+00 : f64, low = -1.000000e+00 : f64}");
  EXPECT_CONTAINS(one(6, "Clip", {7}, {"x", "low"}).floats("low", {}, {1}).import(),
                  "has 2 inputs, expected 1");
  EXPECT_CONTAINS(one(11, "Clip", {7}, {"x", "", "high"}).floats("high", {}, {3}).import(),
                  "nn.clamp %arg0 {high = 3.000000e+00 : f64}");
  EXPECT_CONTAINS(one(13, "Clip", {7}).set("min", 0.0).import(),
                  "attribute 'min' is not known for this version of Clip (since opset 13)");
  TestModel runtime(13); // a bound that is computed
  runtime.input("x", {7}).input("low", {}).output("y").node("Clip", {"x", "low"}, {"y"});
  EXPECT_CONTAINS(runtime.import(), "nn.binary max %arg0, %arg1");
}

TEST(Version, PadFormsChangedIn2And11And18And19) {
  Dims pads = {0, 1, 2, 0};
  llvm::StringRef low = "low = array<i64: 0, 1>", high = "high = array<i64: 2, 0>";
  for (std::string text : {one(1, "Pad", {3, 5}).set("paddings", pads).import(),
                           one(2, "Pad", {3, 5}).set("pads", pads).import(),
                           one(11, "Pad", {3, 5}, {"x", "p"}).integers("p", {4}, pads).import()}) {
    EXPECT_CONTAINS(text, low);
    EXPECT_CONTAINS(text, high);
  }
  EXPECT_CONTAINS(one(2, "Pad", {3, 5}).set("pads", pads).set("value", 1.5).import(),
                  "dense<1.500000e+00>");
  std::string axes = one(18, "Pad", {3, 5, 7}, {"x", "p", "", "a"})
                         .integers("p", {4}, {1, 2, 3, 4})
                         .integers("a", {2}, {-1, 0})
                         .import();
  EXPECT_CONTAINS(axes, "low = array<i64: 2, 0, 1>");
  EXPECT_CONTAINS(axes, "high = array<i64: 4, 0, 3>");
  auto wrap = [&](int64_t opset) {
    return one(opset, "Pad", {3, 5}, {"x", "p"}).integers("p", {4}, pads).set("mode", "wrap");
  };
  EXPECT_CONTAINS(wrap(18).import(), "expected constant, reflect, edge");
  EXPECT_CONTAINS(wrap(19).import(), "nn.pad wrap");
}

TEST(Version, SliceBecameInputsIn10) {
  llvm::StringRef expected = "-> tensor<2x3xf32>";
  EXPECT_CONTAINS(
      one(9, "Slice", {5, 7}).set("starts", Dims{1, -4}).set("ends", Dims{3, -1}).import(),
      expected);
  std::string steps = one(10, "Slice", {5, 7}, {"x", "s", "e", "a", "t"})
                          .integers("s", {1}, {-1})
                          .integers("e", {1}, {-100})
                          .integers("a", {1}, {1})
                          .integers("t", {1}, {-3})
                          .import();
  EXPECT_CONTAINS(steps, "starts = array<i64: 0, 6>, steps = array<i64: 1, -3>");
  EXPECT_CONTAINS(steps, "-> tensor<5x3xf32>");
  std::string extreme = one(13, "Slice", {5, 7}, {"x", "s", "e", "a", "t"})
                            .integers("s", {1}, {INT64_MIN})
                            .integers("e", {1}, {INT64_MAX})
                            .integers("a", {1}, {1})
                            .integers("t", {1}, {INT64_MAX})
                            .import();
  EXPECT_CONTAINS(extreme, "-> tensor<5x1xf32>");
  std::string backwards = one(13, "Slice", {5, 7}, {"x", "s", "e", "a", "t"})
                              .integers("s", {1}, {INT64_MAX})
                              .integers("e", {1}, {INT64_MIN})
                              .integers("a", {1}, {1})
                              .integers("t", {1}, {INT64_MIN})
                              .import();
  EXPECT_CONTAINS(backwards, "-> tensor<5x1xf32>");
}

TEST(Version, SplitSizes) {
  TestModel::Names two = {"y", "z"};
  EXPECT_CONTAINS(
      one(2, "Split", {2, 8}, {"x"}, two).set("axis", 1).set("split", Dims{3, 5}).import(),
      "tensor<2x3xf32>");
  EXPECT_CONTAINS(
      one(13, "Split", {2, 8}, {"x", "s"}, two).integers("s", {2}, {3, 5}).set("axis", 1).import(),
      "tensor<2x5xf32>");
  EXPECT_CONTAINS(one(13, "Split", {2, 7}, {"x"}, two).set("axis", 1).import(),
                  "dimension of 7 does not split into 2 equal parts");
  std::string uneven =
      one(18, "Split", {2, 7}, {"x"}, two).set("axis", 1).set("num_outputs", 2).import();
  EXPECT_CONTAINS(uneven, "tensor<2x4xf32>");
  EXPECT_CONTAINS(uneven, "tensor<2x3xf32>");
  EXPECT_CONTAINS(one(18, "Split", {2, 7}, {"x"}, two).set("num_outputs", 3).import(),
                  "'num_outputs' is 3, but the node has 2 outputs");
  EXPECT_CONTAINS(
      one(13, "Split", {2, 8}, {"x", "s"}, two).integers("s", {2}, {3, 4}).set("axis", 1).import(),
      "the sizes do not add up to the dimension of 8");
}

TEST(Version, AxesBecameInputsIn13And18) {
  EXPECT_CONTAINS(one(11, "Squeeze", {1, 3, 1}).set("axes", Dims{-1}).import(),
                  "-> tensor<1x3xf32>");
  EXPECT_CONTAINS(one(13, "Squeeze", {1, 3, 1}, {"x", "a"}).integers("a", {1}, {0}).import(),
                  "-> tensor<3x1xf32>");
  EXPECT_CONTAINS(one(13, "Squeeze", {1, 3, 1}).import(), "-> tensor<3xf32>");
  EXPECT_CONTAINS(one(11, "Unsqueeze", {3}).set("axes", Dims{-1, 0}).import(),
                  "-> tensor<1x3x1xf32>");
  EXPECT_CONTAINS(one(13, "Unsqueeze", {3}, {"x", "a"}).integers("a", {2}, {1, 2}).import(),
                  "-> tensor<3x1x1xf32>");
  EXPECT_CONTAINS(one(11, "ReduceSum", {2, 3, 5}).set("axes", Dims{-1}).set("keepdims", 0).import(),
                  "-> tensor<2x3xf32>");
  EXPECT_CONTAINS(one(13, "ReduceSum", {2, 3, 5}, {"x", "a"}).integers("a", {1}, {1}).import(),
                  "-> tensor<2x1x5xf32>");
  EXPECT_CONTAINS(one(13, "ReduceMean", {2, 3, 5}).set("axes", Dims{1, 2}).import(),
                  "-> tensor<2x1x1xf32>");
  EXPECT_CONTAINS(one(18, "ReduceMean", {2, 3, 5}, {"x", "a"}).integers("a", {1}, {1}).import(),
                  "-> tensor<2x1x5xf32>");
  EXPECT_CONTAINS(one(18, "ReduceMean", {2, 3, 5}).set("axes", Dims{1}).import(),
                  "attribute 'axes' is not known");
  EXPECT_CONTAINS(one(18, "ReduceMean", {2, 3}).import(), "axes = array<i64: 0, 1>");
  EXPECT_CONTAINS(one(18, "ReduceSumSquare", {2, 3}).set("noop_with_empty_axes", 1).import(),
                  "axes = array<i64>");
}

TEST(Version, BroadcastingBefore7) {
  auto add = [](int64_t opset) {
    return one(opset, "Add", {2, 3, 5}, {"x", "b"}).floats("b", {3}, {1, 2, 4});
  };
  std::string aligned = add(6).set("broadcast", 1).set("axis", 1).import();
  EXPECT_CONTAINS(aligned, "tensor<3x1xf32>");
  EXPECT_CONTAINS(add(6).import(),
                  "inputs have different shapes, but attribute 'broadcast' is not set");
  EXPECT_CONTAINS(add(7).import(), "shapes 2x3x5 and 3 do not broadcast");
  EXPECT_CONTAINS(one(7, "Add", {2}, {"x", "x"}).set("broadcast", 1).import(),
                  "attribute 'broadcast' is not known");
}

TEST(Version, BatchNormalizationForms) {
  auto norm = [](int64_t opset, Dims parameters = {3}) {
    TestModel m = one(opset, "BatchNormalization", {2, 3, 5, 7}, {"x", "s", "b", "m", "v"});
    std::vector<float> values(static_cast<size_t>(parameters[0] * (parameters.size() > 1 ? 35 : 1)),
                              0.5f);
    for (const char *name : {"s", "b", "m", "v"}) {
      values[0] += 1;
      m.floats(name, parameters, values);
    }
    return m;
  };
  EXPECT_CONTAINS(norm(6).set("is_test", 1).import(), "nn.batch_norm");
  EXPECT_CONTAINS(norm(7).import(), "nn.batch_norm");
  EXPECT_CONTAINS(norm(7).set("is_test", 1).import(), "attribute 'is_test' is not known");
  EXPECT_LACKS(norm(7, {3, 5, 7}).set("spatial", 0).import(), "nn.batch_norm");
  EXPECT_CONTAINS(norm(9).set("spatial", 0).import(), "attribute 'spatial' is not known");
  EXPECT_CONTAINS(norm(14).set("training_mode", 1).import(), "export the model for inference");
  EXPECT_CONTAINS(norm(15).set("epsilon", 0.25).import(), "epsilon = 2.500000e-01");
  TestModel training = norm(14);
  training.lastNode().add_output("running_mean");
  EXPECT_CONTAINS(training.import(), "output 1 ('running_mean') is not supported");
}

TEST(Version, ReshapeForms) {
  EXPECT_CONTAINS(one(1, "Reshape", {2, 6}).set("shape", Dims{0, 3, -1}).import(),
                  "-> tensor<2x3x2xf32>");
  auto reshape = [](int64_t opset, Dims shape, Dims target) {
    return one(opset, "Reshape", shape, {"x", "s"})
        .integers("s", {static_cast<int64_t>(target.size())}, target);
  };
  EXPECT_CONTAINS(reshape(5, {2, 6}, {-1}).import(), "-> tensor<12xf32>");
  EXPECT_CONTAINS(reshape(14, {0, 6}, {3, 0}).set("allowzero", 1).import(), "-> tensor<3x0xf32>");
  EXPECT_CONTAINS(reshape(14, {2, 6}, {0, 0}).set("allowzero", 0).import(), "return %arg0");
  EXPECT_CONTAINS(reshape(13, {2, 6}, {0, 6}).set("allowzero", 0).import(),
                  "'allowzero' is not known");
  EXPECT_CONTAINS(reshape(13, {2, 6}, {5, -1}).import(),
                  "shape leaves no size for -1: the input has 12");
  EXPECT_CONTAINS(reshape(13, {2, 6}, {-1, -1}).import(), "shape has -1 twice");
  EXPECT_CONTAINS(reshape(13, {2, 6}, {12, 1, 0}).import(),
                  "shape has 0 in dimension 2, but the input has only 2");
  EXPECT_CONTAINS(reshape(13, {2, 6}, {5, 3}).import(), "expected as many elements");
  EXPECT_CONTAINS(reshape(13, {2, 6}, {INT64_MAX, INT64_MAX, -1}).import(),
                  "shape leaves no size for -1");
}

TEST(Version, PoolingForms) {
  auto pool = [](int64_t opset, const char *op = "MaxPool") {
    return one(opset, op, {1, 2, 8, 9}).set("kernel_shape", Dims{3, 3}).set("strides", Dims{2, 2});
  };
  EXPECT_CONTAINS(pool(1).import(), "-> tensor<1x2x3x4xf32>");
  EXPECT_CONTAINS(pool(10).set("ceil_mode", 1).import(), "ceil_extra = array<i64: 1, 0>");
  EXPECT_CONTAINS(pool(10).set("ceil_mode", 1).import(), "-> tensor<1x2x4x4xf32>");
  EXPECT_CONTAINS(pool(10).set("dilations", Dims{2, 3}).import(), "-> tensor<1x2x2x2xf32>");
  EXPECT_CONTAINS(pool(12).set("auto_pad", "SAME_UPPER").import(),
                  "pads_begin = array<i64: 0, 1>, pads_end = array<i64: 1, 1>");
  EXPECT_CONTAINS(pool(12).set("auto_pad", "SAME_LOWER").import(),
                  "pads_begin = array<i64: 1, 1>, pads_end = array<i64: 0, 1>");
  EXPECT_CONTAINS(pool(12).set("auto_pad", "SAME").import(), "attribute 'auto_pad' is 'SAME'");
  EXPECT_CONTAINS(pool(19, "AveragePool").set("count_include_pad", 1).import(),
                  "count_include_pad");
  // A window that would begin in the padding at the end does not count.
  TestModel late = one(12, "MaxPool", {1, 1, 4})
                       .set("kernel_shape", Dims{2})
                       .set("strides", Dims{2})
                       .set("pads", Dims{0, 1});
  EXPECT_CONTAINS(late.set("ceil_mode", 1).import(), "-> tensor<1x1x2xf32>");
  TestModel outside =
      one(12, "MaxPool", {1, 1, 4}).set("kernel_shape", Dims{2}).set("pads", Dims{0, 2});
  EXPECT_CONTAINS(outside.import(),
                  "attribute 'pads' has the entry 2, but the kernel spans 2 in this dimension");
  EXPECT_CONTAINS(outside.set("dilations", Dims{2}).import(), "pads_end = array<i64: 2>");
  TestModel indices = pool(12);
  indices.lastNode().add_output("where");
  EXPECT_CONTAINS(indices.import(), "output 1 ('where') is not supported");
}

TEST(Version, ResizeForms) {
  std::vector<float> scales = {1, 1, 2, 1.5};
  std::string upsample7 = one(7, "Upsample", {1, 1, 3, 5}).set("scales", scales).import();
  std::string upsample9 =
      one(9, "Upsample", {1, 1, 3, 5}, {"x", "s"}).floats("s", {4}, scales).import();
  std::string resize10 =
      one(10, "Resize", {1, 1, 3, 5}, {"x", "s"}).floats("s", {4}, scales).import();
  for (const std::string &text : {upsample7, upsample9, resize10}) {
    EXPECT_CONTAINS(text, "asymmetric");
    EXPECT_CONTAINS(text, "-> tensor<1x1x6x7xf32>");
  }
  EXPECT_CONTAINS(one(10, "Upsample", {1, 1, 3, 5}, {"x", "s"}).floats("s", {4}, scales).import(),
                  "Upsample, opset 10: 1 node");
  TestModel resize =
      one(13, "Resize", {1, 1, 3, 5}, {"x", "", "", "s"}).integers("s", {4}, {1, 1, 7, 11});
  EXPECT_CONTAINS(resize.import(), "half_pixel");
  EXPECT_CONTAINS(resize.import(), "-> tensor<1x1x7x11xf32>");
  EXPECT_CONTAINS(resize.set("axes", Dims{2, 3}).import(), "attribute 'axes' is not known");
  TestModel kept = one(18, "Resize", {1, 1, 3, 5}, {"x", "", "", "s"}).integers("s", {2}, {9, 10});
  kept.set("axes", Dims{2, 3}).set("keep_aspect_ratio_policy", "not_larger");
  EXPECT_CONTAINS(kept.import(), "-> tensor<1x1x6x10xf32>");
  TestModel old = one(11, "Resize", {1, 1, 3, 5}, {"x", "", "s"}).floats("s", {4}, scales);
  EXPECT_CONTAINS(old.set("coordinate_transformation_mode", "tf_half_pixel_for_nn").import(),
                  "'tf_half_pixel_for_nn', which is not supported");
  TestModel neither = one(13, "Resize", {1, 1, 3, 5});
  EXPECT_CONTAINS(neither.import(), "states neither scales nor sizes");
}

TEST(Version, OtherChanges) {
  EXPECT_CONTAINS(one(1, "TopK", {2, 7}, {"x"}, {"y", "i"}).set("k", 3).import(), "largest");
  EXPECT_CONTAINS(one(11, "TopK", {2, 7}, {"x", "k"}, {"y", "i"})
                      .integers("k", {1}, {3})
                      .set("largest", 0)
                      .import(),
                  "-> (tensor<2x3xf32>, tensor<2x3xi64>)");
  EXPECT_CONTAINS(one(1, "Cast", {3}).set("to", "INT64").import(), "tensor<3xi64>");
  EXPECT_CONTAINS(one(13, "Cast", {3}).set("to", 10).import(), "tensor<3xf16>");
  EXPECT_CONTAINS(one(13, "Cast", {3}).set("to", 8).import(),
                  "element type 8 of attribute 'to' is not supported");
  EXPECT_CONTAINS(one(1, "Concat", {2, 3}, {"x", "x"}).import(), "-> tensor<2x6xf32>");
  EXPECT_CONTAINS(one(4, "Concat", {2, 3}, {"x", "x"}).import(), "attribute 'axis' is missing");
  EXPECT_CONTAINS(one(13, "ArgMax", {2, 5}).set("select_last_index", 1).import(), "select_last");
  EXPECT_CONTAINS(one(11, "ArgMax", {2, 5}).set("select_last_index", 1).import(), "is not known");
  EXPECT_CONTAINS(one(14, "Shape", {2, 5, 7}).import(), "dense<[2, 5, 7]>");
  EXPECT_CONTAINS(one(15, "Shape", {2, 5, 7}).set("start", -2).import(), "dense<[5, 7]>");
  EXPECT_CONTAINS(one(10, "Dropout", {2}, {"x"}, {"y", "mask"}).import(), "tensor<2xi1>");
  EXPECT_CONTAINS(one(7, "Dropout", {2}, {"x"}, {"y", "mask"}).import(),
                  "-> (tensor<2xf32> {nn.name = \"y\"}, tensor<2xf32>");
  EXPECT_CONTAINS(
      one(7, "Gemm", {2, 3}, {"x", "w"}).floats("w", {3, 5}, std::vector<float>(15, 0.5f)).import(),
      "has 2 inputs, expected 3");
  EXPECT_CONTAINS(one(11, "Gemm", {2, 3}, {"x", "w"})
                      .floats("w", {5, 3}, std::vector<float>(15, 0.5f))
                      .set("transB", 1)
                      .import(),
                  "-> tensor<2x5xf32>");
  EXPECT_CONTAINS(
      one(11, "DepthToSpace", {1, 8, 2, 3}).set("blocksize", 2).set("mode", "CRD").import(),
      "perm = array<i64: 0, 1, 4, 2, 5, 3>");
  EXPECT_CONTAINS(one(1, "DepthToSpace", {1, 8, 2, 3}).set("blocksize", 2).import(),
                  "perm = array<i64: 0, 3, 4, 1, 5, 2>");
}

TEST(Version, TableIsConsistent) {
  using namespace onnx;
  for (const OperatorGroup &group : operatorGroups())
    for (const OperatorRow &row : group.rows) {
      EXPECT_GE(row.maxInputs, row.minInputs) << row.name.str();
      for (int since : row.versions) {
        OperatorChoice choice = chooseOperator(row.domain, row.name, since);
        EXPECT_EQ(choice.since, since) << row.name.str();
        EXPECT_EQ(choice.row, row.build ? &row : nullptr) << row.name.str() << " " << since;
      }
    }
  EXPECT_EQ(chooseOperator("", "Relu", 27).since, 14);
  EXPECT_EQ(chooseOperator("", "Relu", 13).since, 13);
  EXPECT_EQ(chooseOperator("com.example", "Relu", 13).row, nullptr);
}

} // namespace
