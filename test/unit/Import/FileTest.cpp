// Files that are not models, damaged models, and limits of the format.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "gtest/gtest.h"
#include "test/unit/Import/TestModel.h"
#include <filesystem>
#include <fstream>
#include <random>
#include <sys/stat.h>

using namespace nnc;

namespace {

TestModel smallModel() {
  TestModel m;
  m.input("x", {1, 3, 7, 5}).output("y");
  std::vector<float> weights(2 * 3 * 3 * 3);
  std::minstd_rand random(5);
  for (float &w : weights)
    w = static_cast<float>(random()) / 1e9f;
  m.floats("w", {2, 3, 3, 3}, weights);
  m.node("Conv", {"x", "w"}, {"c"}).set("pads", TestModel::Dims{1, 0, 1, 0});
  m.node("Relu", {"c"}, {"y"});
  return m;
}

TEST(File, SoundModelIsImported) {
  std::string text = smallModel().import();
  EXPECT_CONTAINS(text, "nn.conv");
  EXPECT_CONTAINS(text, "{nn.name = \"x\"}");
  EXPECT_CONTAINS(text, "tensor<1x2x7x3xf32> {nn.name = \"y\"}");
}

TEST(File, MissingFile) {
  EXPECT_CONTAINS(importFile("/nonexistent/model.onnx"),
                  "the file cannot be opened: No such file or directory");
}

TEST(File, EmptyFile) {
  TemporaryFolder folder;
  EXPECT_CONTAINS(importFile(folder.write("m.onnx", "")), "is empty");
}

TEST(File, Folder) {
  TemporaryFolder folder;
  EXPECT_CONTAINS(importFile(folder.file("")), "is a folder, expected an ONNX file");
}

TEST(File, Pipe) {
  TemporaryFolder folder;
  ASSERT_EQ(mkfifo(folder.file("pipe").c_str(), 0600), 0);
  EXPECT_CONTAINS(importFile(folder.file("pipe")), "is not a regular file");
}

TEST(File, LargerThanTheFormatAllows) {
  TemporaryFolder folder;
  std::string path = folder.write("m.onnx", "x");
  std::filesystem::resize_file(path, (uint64_t{1} << 31) + 5); // no blocks are allocated
  EXPECT_CONTAINS(importFile(path), "save it with external data");
}

TEST(File, ForeignFormatsAreNamed) {
  TemporaryFolder folder;
  using namespace std::string_literals;
  EXPECT_CONTAINS(importFile(folder.write("a", "PK\x03\x04 archive")), "zip archive");
  EXPECT_CONTAINS(importFile(folder.write("b", "\x1c\0\0\0TFL3\0\0"s)), "TensorFlow Lite");
  EXPECT_CONTAINS(importFile(folder.write("c", "\x7f"
                                               "ELF\2\1\1")),
                  "object file");
  EXPECT_CONTAINS(importFile(folder.write("d", "version https://git-lfs.github.com/spec/v1\n")),
                  "Git LFS pointer");
  EXPECT_CONTAINS(importFile(folder.write("e", "import torch\n")), "is not an ONNX model");
}

TEST(File, EveryPrefixGivesAnError) {
  TemporaryFolder folder;
  std::string bytes = smallModel().serialize();
  for (size_t size = 1; size < bytes.size(); ++size) {
    std::string text = importFile(folder.write("m.onnx", bytes.substr(0, size)));
    EXPECT_TRUE(llvm::StringRef(text).starts_with("error: ")) << "at " << size;
    EXPECT_GT(text.size(), 20u) << "at " << size;
  }
}

TEST(File, MutatedFilesDoNotCrash) {
  TemporaryFolder folder;
  std::string sound = smallModel().serialize();
  std::minstd_rand random(11);
  size_t imported = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = sound;
    for (unsigned i = 0, n = 1 + random() % 4; i < n; ++i)
      bytes[random() % bytes.size()] = static_cast<char>(random() >> 8);
    std::string text = importFile(folder.write("m.onnx", bytes));
    imported += llvm::StringRef(text).contains("func.func");
    EXPECT_FALSE(text.empty());
  }
  EXPECT_GT(imported, 100u); // damaged weights are still weights
  EXPECT_LT(imported, 1900u);
}

TEST(File, MissingParts) {
  TestModel noVersion = smallModel();
  noVersion.model.clear_ir_version();
  EXPECT_CONTAINS(noVersion.import(), "it states no IR version");
  TestModel noGraph = smallModel();
  noGraph.model.clear_graph();
  EXPECT_CONTAINS(noGraph.import(), "it has no graph");
}

TEST(File, Versions) {
  TestModel old = smallModel();
  old.model.set_ir_version(2);
  EXPECT_CONTAINS(old.import(), "the file has IR version 2, this compiler reads 3 to 14");
  TestModel future = smallModel();
  future.model.set_ir_version(15);
  EXPECT_CONTAINS(future.import(), "save the model with an older version of ONNX");
  TestModel opset(29);
  opset.input("x", {2}).output("y").node("Relu", {"x"}, {"y"});
  EXPECT_CONTAINS(opset.import(), "the model uses operator set 29, this compiler knows 1 to 27");
  TestModel newest(28);
  newest.input("x", {2}).output("y").node("Relu", {"x"}, {"y"});
  EXPECT_CONTAINS(newest.import(), "nn.unary");
  TestModel none = smallModel();
  none.model.clear_opset_import();
  EXPECT_CONTAINS(none.import(),
                  "Conv, of an operator set whose version the model does not state: 1 node");
  TestModel two = smallModel();
  two.model.add_opset_import()->set_version(9);
  EXPECT_CONTAINS(two.import(), "imports two versions of the operator set 'ai.onnx': 17 and 9");
}

TEST(File, DeeplyNestedMessages) {
  TestModel m = smallModel();
  onnx::GraphProto *graph = &m.graph();
  for (int depth = 0; depth < 200; ++depth) {
    onnx::NodeProto *node = graph->add_node();
    node->set_op_type("If");
    graph = node->add_attribute()->mutable_g();
  }
  EXPECT_CONTAINS(m.import(), "damaged or truncated");
}

TEST(File, AllUnsupportedOperatorsAreNamedAtOnce) {
  TestModel m;
  m.input("x", {2, 3}).output("y");
  m.node("Foo", {"x"}, {"a"}).node("Bar", {"a"}, {"b"}).node("Foo", {"b"}, {"y"});
  m.lastNode().set_name("second foo");
  std::string text = m.import();
  EXPECT_CONTAINS(text, "Bar, opset 17: 1 node, first 'Bar_1'");
  EXPECT_CONTAINS(text, "Foo, opset 17: 2 nodes, first 'Foo_0'");
}

TEST(File, OldVersionOfAnOperatorIsUnsupported) {
  TestModel m(8);
  m.input("x", {2, 3}).output("y").node("Where", {"x", "x", "x"}, {"y"});
  EXPECT_CONTAINS(m.import(), "Where, opset 8: 1 node, first 'Where_0'");
}

TEST(File, OtherDomains) {
  TestModel m = smallModel();
  m.lastNode().set_domain("com.example");
  EXPECT_CONTAINS(m.import(),
                  "com.example.Relu, of an operator set whose version the model does not state");
  auto *import = m.model.add_opset_import();
  import->set_domain("com.example");
  import->set_version(3);
  EXPECT_CONTAINS(m.import(), "com.example.Relu, opset 3: 1 node, first 'Relu_1'");
  m.lastNode().set_domain("ai.onnx"); // the long name of the default domain
  EXPECT_CONTAINS(m.import(), "nn.unary");
}

} // namespace
