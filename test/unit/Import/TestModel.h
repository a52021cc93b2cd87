// Small models built in memory, written to a file and imported.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TEST_UNIT_IMPORT_TESTMODEL_H
#define NNC_TEST_UNIT_IMPORT_TESTMODEL_H

#include "lib/Import/ONNX/Import.h"
#include "lib/Import/ONNX/Proto.h"

#include <string>
#include <vector>

namespace nnc {

/// A folder that vanishes with the test.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;

  std::string file(llvm::StringRef name) const { return path + "/" + name.str(); }
  /// Writes a file of the folder and returns its path.
  std::string write(llvm::StringRef name, llvm::StringRef content) const;

private:
  std::string path;
};

/// The printed module of a file, or "error: " and the diagnostics.
std::string importFile(llvm::StringRef path, const ImportOptions &options = {});

class TestModel {
public:
  using Names = std::vector<std::string>;
  using Dims = std::vector<int64_t>;

  explicit TestModel(int64_t opset = 17);

  /// Adds an input; the element type is an ONNX code (1: float32, 7: int64).
  TestModel &input(llvm::StringRef name, const Dims &dims, int32_t type = 1);
  TestModel &output(llvm::StringRef name);
  TestModel &floats(llvm::StringRef name, const Dims &dims, const std::vector<float> &values);
  TestModel &integers(llvm::StringRef name, const Dims &dims, const std::vector<int64_t> &values);
  /// Adds a node; its attributes are set on the result.
  TestModel &node(llvm::StringRef op, const Names &inputs, const Names &outputs);
  /// Sets an attribute of the last node.
  TestModel &set(llvm::StringRef name, int64_t value);
  TestModel &set(llvm::StringRef name, int value) { return set(name, int64_t{value}); }
  TestModel &set(llvm::StringRef name, double value);
  TestModel &set(llvm::StringRef name, const char *value);
  TestModel &set(llvm::StringRef name, const Dims &values);
  TestModel &set(llvm::StringRef name, const std::vector<float> &values);

  onnx::GraphProto &graph() { return *model.mutable_graph(); }
  onnx::NodeProto &lastNode() { return *graph().mutable_node(graph().node_size() - 1); }

  std::string serialize() const;
  /// The printed module, or "error: " and the diagnostics.
  std::string import(const ImportOptions &options = {}) const;

  onnx::ModelProto model;

private:
  onnx::AttributeProto &attribute(llvm::StringRef name, int32_t type);
};

} // namespace nnc

/// Both are strings; shows the text when it lacks the part.
#define EXPECT_CONTAINS(text, part)                                                                \
  EXPECT_TRUE(llvm::StringRef(text).contains(part))                                                \
      << "expected: " << llvm::StringRef(part).str() << "\nin:\n"                                  \
      << llvm::StringRef(text).str()
#define EXPECT_LACKS(text, part)                                                                   \
  EXPECT_FALSE(llvm::StringRef(text).contains(part))                                               \
      << "unexpected: " << llvm::StringRef(part).str() << "\nin:\n"                                \
      << llvm::StringRef(text).str()

#endif
