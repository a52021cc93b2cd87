// Imports damaged variants of sound models: `mutate-models ROUNDS SEED FILE...`. With
// `mutate-models --write=FOLDER ROUNDS SEED FILE...` the variants are written to a folder instead,
// as 0.onnx, 1.onnx, …
//
// Every round takes one of the models, changes a few of its fields or bytes at random and imports
// it. The result may be anything but a crash, a report of a sanitizer or a silent failure; a round
// that takes longer than ten seconds is reported too. Prints how many variants were imported and
// refused.
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Import.h"
#include "lib/Import/ONNX/ModelFile.h"
#include "lib/Import/ONNX/Operators.h"

#include "llvm/Support/raw_ostream.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Verifier.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>

using namespace mlir;
using namespace nnc::onnx;

namespace {

class Mutator {
public:
  explicit Mutator(uint32_t seed) : random(seed) {}

  unsigned below(size_t n) { return n == 0 ? 0 : static_cast<unsigned>(random() % n); }
  void mutateBytes(std::string &bytes);
  void mutateModel(ModelProto &model);

private:
  int64_t number();
  void mutateTensor(TensorProto &tensor);
  void mutateAttribute(AttributeProto &attribute);
  void mutateNode(GraphProto &graph, NodeProto &node);
  void mutateInput(ValueInfoProto &input);
  std::string anyValue(const GraphProto &graph);

  std::mt19937 random;
};

} // namespace

/// Numbers at which arithmetic goes wrong, and small ones.
int64_t Mutator::number() {
  static constexpr int64_t interesting[] = {0,
                                            1,
                                            -1,
                                            2,
                                            -2,
                                            3,
                                            7,
                                            64,
                                            255,
                                            1 << 16,
                                            (int64_t{1} << 31) - 1,
                                            int64_t{1} << 31,
                                            int64_t{1} << 32,
                                            int64_t{1} << 40,
                                            -(int64_t{1} << 40),
                                            int64_t{1} << 62,
                                            std::numeric_limits<int64_t>::max(),
                                            std::numeric_limits<int64_t>::min()};
  return interesting[below(std::size(interesting))];
}

void Mutator::mutateBytes(std::string &bytes) {
  for (unsigned i = 0, n = 1 + below(8); i < n && !bytes.empty(); ++i)
    bytes[below(bytes.size())] = static_cast<char>(random());
  if (below(4) == 0)
    bytes.resize(below(bytes.size() + 1));
}

void Mutator::mutateTensor(TensorProto &tensor) {
  switch (below(6)) {
  case 0:
    tensor.add_dims(number());
    break;
  case 1:
    if (tensor.dims_size())
      tensor.set_dims(static_cast<int>(below(tensor.dims_size())), number());
    break;
  case 2:
    tensor.set_data_type(static_cast<int32_t>(below(30)));
    break;
  case 3:
    tensor.mutable_raw_data()->resize(below(100));
    break;
  case 4:
    if (tensor.int64_data_size())
      tensor.set_int64_data(static_cast<int>(below(tensor.int64_data_size())), number());
    else if (tensor.raw_data().size() >= 8) {
      int64_t value = number();
      size_t at = below(tensor.raw_data().size() / 8) * 8;
      std::copy_n(reinterpret_cast<const char *>(&value), 8,
                  tensor.mutable_raw_data()->data() + at);
    }
    break;
  case 5:
    tensor.clear_dims();
    break;
  }
}

void Mutator::mutateAttribute(AttributeProto &a) {
  switch (below(7)) {
  case 0:
    a.set_i(number());
    break;
  case 1:
    if (a.ints_size())
      a.set_ints(static_cast<int>(below(a.ints_size())), number());
    break;
  case 2:
    a.add_ints(number());
    break;
  case 3:
    a.mutable_ints()->Truncate(static_cast<int>(below(a.ints_size() + 1)));
    break;
  case 4:
    a.set_f(below(2) ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(number()));
    break;
  case 5:
    a.set_type(static_cast<int32_t>(below(16)));
    break;
  case 6:
    if (a.has_t())
      mutateTensor(*a.mutable_t());
    else
      a.set_s(std::string(below(5), static_cast<char>('A' + below(60))));
    break;
  }
}

std::string Mutator::anyValue(const GraphProto &graph) {
  if (graph.node_size() && below(2)) {
    const NodeProto &node = graph.node(static_cast<int>(below(graph.node_size())));
    return node.output_size() ? node.output(0) : "";
  }
  if (graph.initializer_size() && below(2))
    return graph.initializer(static_cast<int>(below(graph.initializer_size()))).name();
  return graph.input_size() ? graph.input(static_cast<int>(below(graph.input_size()))).name() : "";
}

void Mutator::mutateNode(GraphProto &graph, NodeProto &node) {
  switch (below(8)) {
  case 0:
  case 1:
  case 2:
    if (node.attribute_size())
      mutateAttribute(*node.mutable_attribute(static_cast<int>(below(node.attribute_size()))));
    break;
  case 3:
    if (node.attribute_size())
      node.mutable_attribute()->DeleteSubrange(static_cast<int>(below(node.attribute_size())), 1);
    break;
  case 4:
    if (node.input_size())
      node.set_input(static_cast<int>(below(node.input_size())), below(3) ? anyValue(graph) : "");
    break;
  case 5:
    node.add_input(anyValue(graph));
    break;
  case 6: {
    llvm::ArrayRef<OperatorGroup> groups = operatorGroups();
    const OperatorGroup &group = groups[below(groups.size())];
    node.set_op_type(group.rows[below(group.rows.size())].name.str());
    break;
  }
  case 7:
    if (node.input_size())
      node.mutable_input()->RemoveLast();
    break;
  }
}

void Mutator::mutateInput(ValueInfoProto &input) {
  auto *tensor = input.mutable_type()->mutable_tensor_type();
  int rank = tensor->shape().dim_size();
  switch (below(4)) {
  case 0:
    tensor->set_elem_type(static_cast<int32_t>(below(30)));
    break;
  case 1:
    tensor->mutable_shape()->add_dim()->set_dim_value(number());
    break;
  case 2:
    if (rank)
      tensor->mutable_shape()->mutable_dim()->RemoveLast();
    break;
  case 3:
    if (rank)
      tensor->mutable_shape()->mutable_dim(static_cast<int>(below(rank)))->set_dim_value(number());
    break;
  }
}

void Mutator::mutateModel(ModelProto &model) {
  GraphProto &graph = *model.mutable_graph();
  for (unsigned i = 0, n = 1 + below(3); i < n; ++i)
    switch (below(8)) {
    case 0:
      if (graph.input_size())
        mutateInput(*graph.mutable_input(static_cast<int>(below(graph.input_size()))));
      break;
    case 1:
      if (graph.initializer_size())
        mutateTensor(*graph.mutable_initializer(static_cast<int>(below(graph.initializer_size()))));
      break;
    case 2:
      if (model.opset_import_size())
        model.mutable_opset_import(0)->set_version(below(30));
      break;
    default:
      if (graph.node_size())
        mutateNode(graph, *graph.mutable_node(static_cast<int>(below(graph.node_size()))));
    }
}

/// Imports one file; returns whether that succeeded. A failure must say something.
static bool importOne(const std::string &path) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  bool said = false;
  context.getDiagEngine().registerHandler([&](Diagnostic &) {
    said = true;
    return success();
  });
  // Values for the inputs make constants of everything, which reaches far more code.
  nnc::ImportOptions options;
  auto model = readModelFile(path, UnknownLoc::get(&context));
  if (succeeded(model))
    for (const ValueInfoProto &input : (*model)->graph().input()) {
      auto type = RankedTensorType::get({2}, IntegerType::get(&context, 64));
      options.bindingsIfNeeded.push_back(
          {input.name(), DenseElementsAttr::get(type, llvm::ArrayRef<int64_t>{1, 3})});
    }
  auto module = nnc::importModel(path, options, context);
  bool good = succeeded(module) && succeeded(verify(**module));
  if (!good && !said)
    llvm::errs() << "silent failure: " << path << "\n";
  return good;
}

/// Writes the damaged variant of one of the models that belongs to a seed.
static void writeVariant(uint32_t seed, llvm::ArrayRef<std::string> models,
                         const std::string &path) {
  Mutator mutator(seed);
  std::ifstream file(models[mutator.below(models.size())], std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  ModelProto model;
  if (mutator.below(5) != 0 && model.ParseFromString(bytes)) {
    mutator.mutateModel(model);
    bytes = model.SerializeAsString();
  } else {
    mutator.mutateBytes(bytes);
  }
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

int main(int argc, char **argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::string folder;
  if (!arguments.empty() && arguments.front().starts_with("--write=")) {
    folder = arguments.front().substr(8);
    arguments.erase(arguments.begin());
  }
  if (arguments.size() < 3) {
    llvm::errs() << "usage: mutate-models [--write=FOLDER] ROUNDS SEED FILE...\n";
    return 2;
  }
  unsigned rounds = static_cast<unsigned>(std::stoul(arguments[0])), imported = 0, slow = 0;
  auto seed = static_cast<uint32_t>(std::stoul(arguments[1]));
  llvm::ArrayRef<std::string> models = llvm::ArrayRef(arguments).drop_front(2);
  std::string scratch =
      std::filesystem::temp_directory_path() / ("mutated-" + std::to_string(getpid()) + ".onnx");
  for (unsigned round = 0; round < rounds; ++round) {
    // Each round has a seed of its own, so that it can be repeated alone.
    if (!folder.empty()) {
      writeVariant(seed + round, models, folder + "/" + std::to_string(round) + ".onnx");
      continue;
    }
    writeVariant(seed + round, models, scratch);
    auto start = std::chrono::steady_clock::now();
    imported += importOne(scratch);
    if (std::chrono::steady_clock::now() - start > std::chrono::seconds(10)) {
      llvm::errs() << "round " << round << " took longer than ten seconds\n";
      ++slow;
    }
  }
  if (!folder.empty())
    return 0;
  std::filesystem::remove(scratch);
  llvm::outs() << imported << " of " << rounds << " imported\n";
  return slow != 0;
}
