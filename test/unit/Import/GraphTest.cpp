// The structure of graphs and the binding of their inputs.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/IR/BuiltinTypes.h"

#include "gtest/gtest.h"
#include "test/unit/Import/TestModel.h"

using namespace nnc;

namespace {

TEST(Graph, UnsortedNodesAreSorted) {
  TestModel m;
  m.input("x", {2, 3}).output("y");
  m.node("Relu", {"b"}, {"y"}).node("Exp", {"a"}, {"b"}).node("Tanh", {"x"}, {"a"});
  std::string text = m.import();
  size_t tanh = text.find("tanh"), exp = text.find("exp"), relu = text.find("relu");
  EXPECT_TRUE(tanh < exp && exp < relu && relu != std::string::npos) << text;
}

TEST(Graph, Cycle) {
  TestModel m;
  m.input("x", {2, 3}).output("y");
  m.node("Add", {"x", "b"}, {"a"}).node("Relu", {"a"}, {"b"}).node("Tanh", {"b"}, {"y"});
  EXPECT_CONTAINS(m.import(), "the graph has a cycle: node 'Add_0' (Add) needs its own result");
}

TEST(Graph, NodeThatUsesItself) {
  TestModel m;
  m.input("x", {2}).output("y").node("Add", {"x", "y"}, {"y"});
  EXPECT_CONTAINS(m.import(), "cycle");
}

TEST(Graph, UndefinedInput) {
  TestModel m;
  m.input("x", {2}).output("y").node("Add", {"x", "ghost"}, {"y"});
  EXPECT_CONTAINS(m.import(),
                  "node 'Add_0' (Add) uses 'ghost', which nothing in the graph produces");
}

TEST(Graph, UndefinedOutput) {
  TestModel m;
  m.input("x", {2}).output("z").node("Relu", {"x"}, {"y"});
  EXPECT_CONTAINS(m.import(), "nothing in the graph produces its output 'z'");
}

TEST(Graph, NoOutput) {
  TestModel m;
  m.input("x", {2}).node("Relu", {"x"}, {"y"});
  EXPECT_CONTAINS(m.import(), "the graph has no output");
}

TEST(Graph, DuplicateNames) {
  TestModel values;
  values.input("x", {2}).output("y").node("Relu", {"x"}, {"y"}).node("Tanh", {"x"}, {"y"});
  EXPECT_CONTAINS(values.import(),
                  "value 'y' is produced twice, by node 'Relu_0' and by node 'Tanh_1'");
  TestModel inputs;
  inputs.input("x", {2}).input("x", {2}).output("y").node("Relu", {"x"}, {"y"});
  EXPECT_CONTAINS(inputs.import(), "two inputs named 'x'");
  TestModel constants;
  constants.input("x", {2}).output("y").floats("w", {1}, {3}).floats("w", {1}, {5});
  constants.node("Add", {"x", "w"}, {"y"});
  EXPECT_CONTAINS(constants.import(), "two initializers named 'w'");
  TestModel shadow;
  shadow.input("x", {2}).output("y").node("Relu", {"x"}, {"x"});
  EXPECT_CONTAINS(shadow.import(), "already an input or initializer");
}

TEST(Graph, UnusedNodesAreLeftOut) {
  TestModel m;
  m.input("x", {2}).input("unused", {5}).output("y");
  m.node("NoSuchOperator", {"x"}, {"z"}).node("Relu", {"x"}, {"y"});
  std::string text = m.import();
  EXPECT_CONTAINS(text, "relu");
  EXPECT_CONTAINS(text, "{nn.name = \"unused\"}"); // the interface stays as the model states it
}

TEST(Graph, InputsAndConstantsMayBeOutputs) {
  TestModel m;
  m.input("x", {2}).floats("w", {3}, {1, 2, 3}).output("w").output("x");
  EXPECT_CONTAINS(m.import(),
                  "-> (tensor<3xf32> {nn.name = \"w\"}, tensor<2xf32> {nn.name = \"x\"})");
}

TEST(Graph, OutputOfAnotherShapeIsAWarning) {
  TestModel m;
  m.input("x", {2}).output("y").node("Relu", {"x"}, {"y"});
  auto *type = m.graph().mutable_output(0)->mutable_type()->mutable_tensor_type();
  type->set_elem_type(1);
  type->mutable_shape()->add_dim()->set_dim_value(5);
  TemporaryFolder folder;
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  std::string text;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
    EXPECT_EQ(d.getSeverity(), mlir::DiagnosticSeverity::Warning);
    text += d.str();
    return mlir::success();
  });
  EXPECT_TRUE(mlir::succeeded(importModel(folder.write("m.onnx", m.serialize()), {}, context)));
  EXPECT_EQ(text, "output 'y' has shape [2], which is not the one the model states");
}

TEST(Graph, FrozenInputs) {
  TestModel m;
  m.input("x", {2}).input("w", {2}).output("y").floats("w", {2}, {3, 5});
  m.node("Mul", {"x", "w"}, {"y"});
  std::string text = m.import();
  EXPECT_CONTAINS(text, "nn.frozen_inputs = [\"w\"]");
  EXPECT_CONTAINS(text, "@main(%arg0: tensor<2xf32> {nn.name = \"x\"})");
}

TEST(Graph, NamesBecomeLocations) {
  TestModel m;
  m.input("x", {2}).output("y").node("Relu", {"x"}, {"y"});
  m.lastNode().set_name("my relu");
  TemporaryFolder folder;
  std::string path = folder.write("model.onnx", m.serialize());
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  auto module = importModel(path, {}, context);
  ASSERT_TRUE(mlir::succeeded(module));
  std::string text;
  llvm::raw_string_ostream stream(text);
  (*module)->print(stream, mlir::OpPrintingFlags().enableDebugInfo(true, true).useLocalScope());
  EXPECT_CONTAINS(text, "\"y\"(\"my relu\"(/");
}

//===-- Inputs -----------------------------------------------------------------------------===//

TestModel symbolic() {
  TestModel m;
  m.input("x", {1, 3, 1, 5}).input("z", {1, 2}).output("y").output("z2");
  auto dim = [&](int input, int d) {
    return m.graph()
        .mutable_input(input)
        ->mutable_type()
        ->mutable_tensor_type()
        ->mutable_shape()
        ->mutable_dim(d);
  };
  dim(0, 0)->set_dim_param("batch");
  dim(0, 2)->set_dim_param("height");
  dim(1, 0)->set_dim_param("batch");
  m.node("Relu", {"x"}, {"y"}).node("Relu", {"z"}, {"z2"});
  return m;
}

TEST(Inputs, UnboundSymbolsAreAllNamed) {
  std::string text = symbolic().import();
  EXPECT_CONTAINS(text, "dimension 'batch': --dim 'batch=1'");
  EXPECT_CONTAINS(text, "dimension 'height': --dim 'height=1'");
}

TEST(Inputs, DimsBindSymbols) {
  std::string text = symbolic().import({.dims = {{"batch", 7}, {"height", 11}}});
  EXPECT_CONTAINS(text, "tensor<7x3x11x5xf32> {nn.name = \"x\"}");
  EXPECT_CONTAINS(text, "tensor<7x2xf32> {nn.name = \"z\"}");
}

TEST(Inputs, ShapesBindSymbolsToo) {
  std::string text = symbolic().import({.shapes = {{"x", {2, 3, 13, 5}}}});
  EXPECT_CONTAINS(text, "tensor<2x3x13x5xf32> {nn.name = \"x\"}");
  EXPECT_CONTAINS(text, "tensor<2x2xf32> {nn.name = \"z\"}");
}

TEST(Inputs, Contradictions) {
  ImportOptions both{.dims = {{"batch", 7}, {"height", 11}}, .shapes = {{"x", {2, 3, 11, 5}}}};
  EXPECT_CONTAINS(symbolic().import(both), "dimension 'batch' is 7 by --dim, but 2 by --shape x");
  EXPECT_CONTAINS(symbolic().import({.shapes = {{"x", {2, 4, 11, 5}}}}),
                  "has 4 in dimension 1, the model has 3");
  EXPECT_CONTAINS(symbolic().import({.shapes = {{"x", {2, 3, 11}}}}),
                  "has 3 dimensions, the model's has 4");
  EXPECT_CONTAINS(symbolic().import({.shapes = {{"nobody", {2}}}}),
                  "a shape is given for 'nobody', but the inputs of the model are 'x', 'z'");
  EXPECT_CONTAINS(symbolic().import({.dims = {{"width", 2}}}),
                  "the named dimensions 'batch', 'height'");
  EXPECT_CONTAINS(symbolic().import({.dims = {{"batch", -2}}}),
                  "bound to -2, expected a size from 0");
  EXPECT_CONTAINS(symbolic().import({.shapes = {{"x", {-2, 3, 11, 5}}}}), "negative size");
}

TEST(Inputs, DimensionsWithoutNameNeedAShape) {
  TestModel m;
  m.input("x", {1, 3}).output("y").node("Relu", {"x"}, {"y"});
  m.graph()
      .mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(0)
      ->clear_dim_value();
  EXPECT_CONTAINS(m.import(), "--shape 'x=1,3'");
  EXPECT_CONTAINS(m.import({.shapes = {{"x", {5, 3}}}}), "tensor<5x3xf32>");
  m.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
  EXPECT_CONTAINS(m.import(), "input 'x' has no shape at all");
  EXPECT_CONTAINS(m.import({.shapes = {{"x", {5, 3, 2}}}}), "tensor<5x3x2xf32>");
}

TEST(Inputs, TypesThatAreNotSupported) {
  for (auto [code, name] : {std::pair(8, "string"), {14, "complex64"}, {19, "float8e5m2"}}) {
    TestModel m;
    m.input("x", {2}, code).output("y").node("Identity", {"x"}, {"y"});
    EXPECT_CONTAINS(m.import(), std::string("input 'x' has element type ") + name +
                                    ", which is not supported yet");
  }
  TestModel unknown;
  unknown.input("x", {2}, 99).output("y").node("Identity", {"x"}, {"y"});
  EXPECT_CONTAINS(unknown.import(), "unknown element type 99");
  TestModel sequence;
  sequence.output("y").node("Identity", {"x"}, {"y"});
  sequence.graph().add_input()->set_name("x");
  sequence.graph().mutable_input(0)->mutable_type()->mutable_sequence_type();
  EXPECT_CONTAINS(sequence.import(), "input 'x' is not a tensor");
}

TEST(Inputs, AbsurdSizes) {
  TestModel m;
  m.input("x", {int64_t{1} << 40, int64_t{1} << 40}).output("y").node("Relu", {"x"}, {"y"});
  EXPECT_CONTAINS(m.import(), "input 'x' is too large");
}

TEST(Inputs, BindingsBecomeConstants) {
  TestModel m;
  m.input("x", {2, 6}).input("shape", {2}, 7).output("y").node("Reshape", {"x", "shape"}, {"y"});
  EXPECT_CONTAINS(m.import(), "the shape (input 'shape') must be known at compile time");
  TemporaryFolder folder;
  std::string path = folder.write("model.onnx", m.serialize());
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  auto type = mlir::RankedTensorType::get({2}, mlir::IntegerType::get(&context, 64));
  mlir::ElementsAttr value = mlir::DenseElementsAttr::get(type, llvm::ArrayRef<int64_t>{3, 4});
  ImportOptions always{.bindings = {{"shape", value}}},
      ifNeeded{.bindingsIfNeeded = {{"shape", value}, {"x", value}}};
  for (const ImportOptions *options : {&always, &ifNeeded}) {
    auto module = importModel(path, *options, context);
    ASSERT_TRUE(mlir::succeeded(module));
    std::string text;
    llvm::raw_string_ostream stream(text);
    (*module)->print(stream);
    EXPECT_CONTAINS(text, "@main(%arg0: tensor<2x6xf32> {nn.name = \"x\"}) -> (tensor<3x4xf32>");
  }
}

TEST(Inputs, BindingOfAnotherType) {
  TestModel m;
  m.input("x", {2}).output("y").node("Relu", {"x"}, {"y"});
  TemporaryFolder folder;
  std::string path = folder.write("model.onnx", m.serialize());
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  auto type = mlir::RankedTensorType::get({2}, mlir::IntegerType::get(&context, 64));
  mlir::ElementsAttr value = mlir::DenseElementsAttr::get(type, llvm::ArrayRef<int64_t>{3, 4});
  std::string text;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
    text += d.str();
    return mlir::success();
  });
  EXPECT_TRUE(mlir::failed(importModel(path, {.bindings = {{"x", value}}}, context)));
  EXPECT_CONTAINS(text, "has element type int64, the model has float32");
  EXPECT_TRUE(mlir::failed(importModel(path, {.bindings = {{"nobody", value}}}, context)));
  EXPECT_CONTAINS(text, "'nobody', which is no input of the model");
  auto longer = mlir::RankedTensorType::get({3}, mlir::Float32Type::get(&context));
  mlir::ElementsAttr three = mlir::DenseElementsAttr::get(longer, 1.5f);
  EXPECT_TRUE(mlir::failed(importModel(path, {.bindings = {{"x", three}}}, context)));
  EXPECT_CONTAINS(text, "has shape [3], which is not the one the model states");
}

} // namespace
