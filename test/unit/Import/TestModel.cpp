// Small models built in memory.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/Import/TestModel.h"

#include "llvm/Support/raw_ostream.h"
#include "mlir/IR/Verifier.h"

#include <filesystem>
#include <fstream>
#include <stdlib.h>

using namespace mlir;

namespace nnc {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "nnc-import-XXXXXX";
  path = mkdtemp(pattern.data());
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(path); }

std::string TemporaryFolder::write(llvm::StringRef name, llvm::StringRef content) const {
  std::ofstream stream(file(name), std::ios::binary);
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  return file(name);
}

std::string importFile(llvm::StringRef path, const ImportOptions &options) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  std::string text = "error: ";
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    text += diagnostic.str() + "\n";
    return success();
  });
  auto module = importModel(path, options, context);
  if (failed(module) || failed(verify(**module)))
    return text;
  text.clear();
  llvm::raw_string_ostream stream(text);
  (*module)->print(stream, OpPrintingFlags().elideLargeResourceString(16));
  return text;
}

TestModel::TestModel(int64_t opset) {
  model.set_ir_version(8);
  auto *import = model.add_opset_import();
  import->set_domain("");
  import->set_version(opset);
}

TestModel &TestModel::input(llvm::StringRef name, const Dims &dims, int32_t type) {
  onnx::ValueInfoProto *info = graph().add_input();
  info->set_name(name.str());
  auto *tensor = info->mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(type);
  tensor->mutable_shape();
  for (int64_t size : dims)
    tensor->mutable_shape()->add_dim()->set_dim_value(size);
  return *this;
}

TestModel &TestModel::output(llvm::StringRef name) {
  graph().add_output()->set_name(name.str());
  return *this;
}

TestModel &TestModel::floats(llvm::StringRef name, const Dims &dims,
                             const std::vector<float> &values) {
  onnx::TensorProto *tensor = graph().add_initializer();
  tensor->set_name(name.str());
  tensor->set_data_type(1);
  tensor->mutable_dims()->Assign(dims.begin(), dims.end());
  tensor->mutable_float_data()->Assign(values.begin(), values.end());
  return *this;
}

TestModel &TestModel::integers(llvm::StringRef name, const Dims &dims,
                               const std::vector<int64_t> &values) {
  onnx::TensorProto *tensor = graph().add_initializer();
  tensor->set_name(name.str());
  tensor->set_data_type(7);
  tensor->mutable_dims()->Assign(dims.begin(), dims.end());
  tensor->mutable_int64_data()->Assign(values.begin(), values.end());
  return *this;
}

TestModel &TestModel::node(llvm::StringRef op, const Names &inputs, const Names &outputs) {
  onnx::NodeProto *node = graph().add_node();
  node->set_op_type(op.str());
  for (const std::string &name : inputs)
    node->add_input(name);
  for (const std::string &name : outputs)
    node->add_output(name);
  return *this;
}

onnx::AttributeProto &TestModel::attribute(llvm::StringRef name, int32_t type) {
  onnx::AttributeProto *result = lastNode().add_attribute();
  result->set_name(name.str());
  result->set_type(type);
  return *result;
}

TestModel &TestModel::set(llvm::StringRef name, int64_t value) {
  attribute(name, 2).set_i(value);
  return *this;
}
TestModel &TestModel::set(llvm::StringRef name, double value) {
  attribute(name, 1).set_f(static_cast<float>(value));
  return *this;
}
TestModel &TestModel::set(llvm::StringRef name, const char *value) {
  attribute(name, 3).set_s(value);
  return *this;
}
TestModel &TestModel::set(llvm::StringRef name, const Dims &values) {
  attribute(name, 7).mutable_ints()->Assign(values.begin(), values.end());
  return *this;
}
TestModel &TestModel::set(llvm::StringRef name, const std::vector<float> &values) {
  attribute(name, 6).mutable_floats()->Assign(values.begin(), values.end());
  return *this;
}

std::string TestModel::serialize() const { return model.SerializeAsString(); }

std::string TestModel::import(const ImportOptions &options) const {
  TemporaryFolder folder;
  return importFile(folder.write("model.onnx", serialize()), options);
}

} // namespace nnc
