// Tensor data in files beside the model: what is read and what is refused.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA1.h"

#include "gtest/gtest.h"
#include "test/unit/Import/TestModel.h"
#include <filesystem>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>

using namespace nnc;
namespace fs = std::filesystem;

namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

/// A folder with a model whose only weights are external, and the file they are in.
class ExternalData : public testing::Test {
protected:
  ExternalData() {
    fs::create_directory(folder.file("model"));
    fs::create_directory(folder.file("model/data"));
    for (int i = 0; i < 64; ++i)
      content += std::string("\0\0", 2) + static_cast<char>(i * 3) + '\x3f';
    folder.write("model/w.bin", content);
    folder.write("secret.bin", content);
  }

  /// Imports a model that multiplies by a 3×5 tensor of the described data (60 bytes).
  std::string import(const Entries &entries) {
    TestModel m;
    m.input("x", {3, 5}).output("y").node("Mul", {"x", "w"}, {"y"});
    onnx::TensorProto *w = m.graph().add_initializer();
    w->set_name("w");
    w->set_data_type(1);
    w->add_dims(3);
    w->add_dims(5);
    w->set_data_location(1);
    for (const auto &[key, value] : entries) {
      onnx::StringStringEntryProto *entry = w->add_external_data();
      entry->set_key(key);
      entry->set_value(value);
    }
    return importFile(folder.write("model/m.onnx", m.serialize()));
  }
  std::string at(const std::string &location) {
    return import({{"location", location}, {"offset", "4"}, {"length", "60"}});
  }

  TemporaryFolder folder;
  std::string content;
};

TEST_F(ExternalData, OffsetAndLength) {
  std::string text = at("w.bin");
  // The second element is the bits 0x3f030000, the last 0x3f2d0000.
  EXPECT_CONTAINS(text, "nn.constant dense<[[0.51171875, ");
  EXPECT_CONTAINS(text, ", 0.67578125]]>");
  EXPECT_CONTAINS(text, "tensor<3x5xf32>");
}

TEST_F(ExternalData, Subfolder) {
  folder.write("model/data/w.bin", content);
  EXPECT_CONTAINS(at("data/w.bin"), "nn.constant");
  EXPECT_CONTAINS(at("./data//w.bin"), "nn.constant");
}

TEST_F(ExternalData, WholeFile) {
  folder.write("model/exact.bin", content.substr(0, 60));
  EXPECT_CONTAINS(import({{"location", "exact.bin"}}), "nn.constant");
  EXPECT_CONTAINS(import({{"location", "w.bin"}}), "have 256 bytes, expected 60");
}

TEST_F(ExternalData, Checksum) {
  std::string digest =
      llvm::toHex(llvm::SHA1::hash(llvm::arrayRefFromStringRef(content)), /*LowerCase=*/true);
  Entries good = {{"location", "w.bin"}, {"length", "60"}, {"checksum", digest}};
  EXPECT_CONTAINS(import(good), "nn.constant");
  Entries bad = {{"location", "w.bin"}, {"length", "60"}, {"checksum", std::string(40, '0')}};
  EXPECT_CONTAINS(import(bad), "has SHA-1 " + digest + ", expected 0000");
}

//===-- Attacks ----------------------------------------------------------------------------===//

TEST_F(ExternalData, LeavesTheFolder) {
  EXPECT_CONTAINS(at("../secret.bin"), "leaves the model's folder");
  EXPECT_CONTAINS(at("data/../../secret.bin"), "leaves the model's folder");
  EXPECT_CONTAINS(at("data/.."), "leaves the model's folder");
  EXPECT_CONTAINS(at(folder.file("secret.bin")), "is an absolute path");
  EXPECT_CONTAINS(at("/etc/hostname"), "is an absolute path");
}

TEST_F(ExternalData, NullCharacter) {
  EXPECT_CONTAINS(at(std::string("w.bin\0.txt", 10)), "contains a null character");
}

TEST_F(ExternalData, SymbolicLinks) {
  fs::create_symlink(folder.file("secret.bin"), folder.file("model/link.bin"));
  EXPECT_CONTAINS(at("link.bin"), "passes through a symbolic link");
  fs::create_symlink("w.bin", folder.file("model/inner.bin"));
  EXPECT_CONTAINS(at("inner.bin"), "passes through a symbolic link");
  fs::create_directory_symlink(folder.file(""), folder.file("model/up"));
  EXPECT_CONTAINS(at("up/secret.bin"), "passes through something that is not a folder");
}

TEST_F(ExternalData, HardLink) {
  fs::create_hard_link(folder.file("secret.bin"), folder.file("model/hard.bin"));
  EXPECT_CONTAINS(at("hard.bin"), "has 2 hard links, expected one");
}

TEST_F(ExternalData, ThingsThatAreNotFiles) {
  ASSERT_EQ(mkfifo(folder.file("model/pipe").c_str(), 0600), 0);
  EXPECT_CONTAINS(at("pipe"), "is not a regular file");
  EXPECT_CONTAINS(at("data"), "is not a regular file");
  EXPECT_CONTAINS(at("data/"), "names a folder");
  EXPECT_CONTAINS(at("."), "names a folder");
  EXPECT_CONTAINS(at("w.bin/x"), "not a folder");
  EXPECT_CONTAINS(at("missing.bin"), "cannot be opened: No such file");
  EXPECT_CONTAINS(at(std::string(5000, 'a')), "cannot be opened: File name too long");
}

TEST_F(ExternalData, Device) {
  if (mknod(folder.file("model/null").c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0)
    GTEST_SKIP() << "device files need privileges";
  EXPECT_CONTAINS(at("null"), "is not a regular file");
}

TEST_F(ExternalData, Ranges) {
  auto range = [&](const char *offset, const char *length) {
    return import({{"location", "w.bin"}, {"offset", offset}, {"length", length}});
  };
  EXPECT_CONTAINS(range("196", "60"), "nn.constant");
  EXPECT_CONTAINS(range("197", "60"), "end at byte 257 of 'w.bin', which has 256");
  EXPECT_CONTAINS(range("257", "60"), "begin at byte 257 of 'w.bin', which has 256");
  EXPECT_CONTAINS(range("0", "59"), "have 59 bytes, expected 60");
  EXPECT_CONTAINS(range("0", "64"), "have 64 bytes, expected 60");
  for (const char *bad : {"-4", "", "4 ", "0x4", "4e1", "9223372036854775808",
                          "18446744073709551612", "99999999999999999999999"}) {
    EXPECT_CONTAINS(range(bad, "60"), std::string("have offset '") + bad + "', expected a number");
    EXPECT_CONTAINS(range("0", bad), std::string("have length '") + bad + "', expected a number");
  }
  EXPECT_CONTAINS(range("9223372036854775807", "60"), "begin at byte 9223372036854775807");
  EXPECT_CONTAINS(range("4", "9223372036854775807"), "which has 256");
}

TEST_F(ExternalData, Keys) {
  EXPECT_CONTAINS(import({}), "external data name no location");
  EXPECT_CONTAINS(import({{"location", "w.bin"}, {"location", "w.bin"}}), "state 'location' twice");
  EXPECT_CONTAINS(import({{"location", "w.bin"}, {"url", "x"}}), "unknown key 'url'");
}

TEST_F(ExternalData, InAttributes) {
  TestModel m;
  m.input("x", {3, 5}).output("y");
  m.node("Constant", {}, {"w"});
  onnx::AttributeProto *value = m.lastNode().add_attribute();
  value->set_name("value");
  value->set_type(4);
  onnx::TensorProto *w = value->mutable_t();
  w->set_data_type(1);
  w->add_dims(3);
  w->add_dims(5);
  w->set_data_location(1);
  onnx::StringStringEntryProto *entry = w->add_external_data();
  entry->set_key("location");
  entry->set_value("../secret.bin");
  m.node("Mul", {"x", "w"}, {"y"});
  EXPECT_CONTAINS(importFile(folder.write("model/m.onnx", m.serialize())),
                  "attribute 'value' external data location '../secret.bin' leaves");
}

TEST_F(ExternalData, InSparseInitializers) {
  TestModel m;
  m.input("x", {3, 5}).output("y").node("Mul", {"x", "w"}, {"y"});
  onnx::SparseTensorProto *w = m.graph().add_sparse_initializer();
  w->add_dims(3);
  w->add_dims(5);
  w->mutable_values()->set_name("w");
  w->mutable_values()->set_data_type(1);
  w->mutable_values()->add_dims(1);
  w->mutable_values()->set_data_location(1);
  onnx::StringStringEntryProto *entry = w->mutable_values()->add_external_data();
  entry->set_key("location");
  entry->set_value("/etc/hostname");
  EXPECT_CONTAINS(importFile(folder.write("model/m.onnx", m.serialize())), "is an absolute path");
}

} // namespace
