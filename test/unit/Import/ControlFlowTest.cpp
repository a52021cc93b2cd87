// Branches that are decided during the import.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "gtest/gtest.h"
#include "test/unit/Import/TestModel.h"

using namespace nnc;

namespace {

void addNode(onnx::GraphProto &graph, const char *op, const TestModel::Names &inputs,
             const char *output) {
  onnx::NodeProto *node = graph.add_node();
  node->set_op_type(op);
  for (const std::string &input : inputs)
    node->add_input(input);
  node->add_output(output);
}

onnx::GraphProto *addBody(onnx::NodeProto &node, const char *name) {
  onnx::AttributeProto *attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(5);
  return attribute->mutable_g();
}

void addOutput(onnx::GraphProto &graph, const char *name) { graph.add_output()->set_name(name); }

/// y = condition ? relu(x) : sigmoid(x)
TestModel branches(int64_t condition) {
  TestModel m;
  m.input("x", {2, 3}).output("y").integers("condition", {}, {condition});
  m.node("If", {"condition"}, {"y"});
  for (auto [name, op] : {std::pair("then_branch", "Relu"), std::pair("else_branch", "Sigmoid")}) {
    onnx::GraphProto *body = addBody(m.lastNode(), name);
    addNode(*body, op, {"x"}, "result");
    addOutput(*body, "result");
  }
  return m;
}

onnx::GraphProto &bodyOf(TestModel &m, int branch) {
  return *m.lastNode().mutable_attribute(branch)->mutable_g();
}

TEST(ControlFlow, TheBranchThatIsTakenReplacesTheNode) {
  std::string taken = branches(1).import(), other = branches(0).import();
  EXPECT_CONTAINS(taken, "nn.unary relu");
  EXPECT_LACKS(taken, "sigmoid");
  EXPECT_CONTAINS(other, "nn.unary sigmoid");
  EXPECT_LACKS(other, "relu");
}

TEST(ControlFlow, UnsupportedOperatorsMatterInTheBranchThatIsTakenOnly) {
  TestModel m = branches(1);
  bodyOf(m, 1).mutable_node(0)->set_op_type("Foo");
  EXPECT_CONTAINS(m.import(), "nn.unary relu");
  bodyOf(m, 0).mutable_node(0)->set_op_type("Bar");
  EXPECT_CONTAINS(m.import(), "Bar, opset 17: 1 node, first 'If_0/Bar_0'");
}

TEST(ControlFlow, BodiesSeeOuterValuesAndTheirOwnConstants) {
  TestModel m = branches(1);
  onnx::GraphProto &body = bodyOf(m, 0);
  onnx::TensorProto *tensor = body.add_initializer();
  tensor->set_name("offset");
  tensor->set_data_type(1);
  tensor->add_float_data(0.5f);
  body.mutable_output(0)->set_name("sum");
  addNode(body, "Add", {"result", "offset"}, "sum");
  std::string text = m.import();
  EXPECT_CONTAINS(text, "dense<5.000000e-01>");
  EXPECT_CONTAINS(text, "nn.binary add");
}

TEST(ControlFlow, SiblingsMayUseTheSameNames) {
  TestModel m = branches(1);
  onnx::NodeProto second = m.lastNode();
  second.set_output(0, "z");
  second.mutable_attribute(0)->mutable_g()->mutable_node(0)->set_op_type("Tanh");
  *m.graph().add_node() = second;
  m.output("z");
  std::string text = m.import();
  EXPECT_CONTAINS(text, "nn.unary relu");
  EXPECT_CONTAINS(text, "nn.unary tanh");
}

TEST(ControlFlow, ConditionOfRunTime) {
  TestModel m;
  m.input("x", {2, 3}).input("condition", {}, 9).output("y");
  m.node("If", {"condition"}, {"y"});
  addBody(m.lastNode(), "then_branch");
  addBody(m.lastNode(), "else_branch");
  EXPECT_CONTAINS(m.import(), "node 'If_0' (If, opset 17): the condition (input 'condition') must "
                              "be known at compile time");
}

TEST(ControlFlow, WrongBodies) {
  TestModel shadow = branches(1);
  bodyOf(shadow, 0).mutable_node(0)->set_output(0, "y");
  bodyOf(shadow, 0).mutable_output(0)->set_name("y");
  EXPECT_CONTAINS(shadow.import(), "a body of node 'If_0' defines 'y', which is already a value of "
                                   "a graph around it");
  TestModel inputs = branches(1);
  bodyOf(inputs, 0).add_input()->set_name("a");
  EXPECT_CONTAINS(inputs.import(),
                  "in a body of node 'If_0': the body has 1 inputs, expected none");
  TestModel missing = branches(1);
  missing.lastNode().mutable_attribute()->RemoveLast();
  EXPECT_CONTAINS(missing.import(), "attribute 'else_branch' is missing, expected a graph");
  TestModel outputs = branches(1);
  outputs.lastNode().add_output("z");
  outputs.output("z");
  EXPECT_CONTAINS(outputs.import(), "'then_branch' has 1 outputs, expected 2");
  TestModel unknown = branches(1);
  bodyOf(unknown, 0).mutable_node(0)->set_input(0, "nowhere");
  EXPECT_CONTAINS(unknown.import(), "'nowhere'");
}

} // namespace
