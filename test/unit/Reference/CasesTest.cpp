// Every operator against values computed by others: Cases/*.mlir, made by make_cases.py with numpy,
// torch and ONNX's reference. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#include "dialects/NN/NN.h"
#include "lib/Reference/Evaluate.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <set>

using namespace mlir;
using namespace nnc;
using namespace nnc::reference;

namespace {

struct Case {
  std::string file, name;
};

std::vector<Case> casesOf(const std::filesystem::path &path) {
  std::vector<Case> cases;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("func.func @"))
      cases.push_back({path.string(), line.substr(11, line.find('(') - 11)});
  return cases;
}

/// The cases of all themes, in the order of the files' names.
std::vector<Case> allCases() {
  std::set<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::directory_iterator(NNC_REFERENCE_CASES))
    if (entry.path().extension() == ".mlir")
      files.insert(entry.path());
  std::vector<Case> cases;
  for (const auto &file : files)
    for (Case &one : casesOf(file))
      cases.push_back(std::move(one));
  return cases;
}

/// The files, each parsed once.
struct Modules {
  MLIRContext context;
  std::map<std::string, OwningOpRef<ModuleOp>> modules;
  Modules() { context.loadDialect<nn::NNDialect, func::FuncDialect>(); }
  ModuleOp get(const std::string &file) {
    auto &module = modules[file];
    if (!module)
      module = parseSourceFile<ModuleOp>(file, &context);
    return module.get();
  }
};

class Reference : public testing::TestWithParam<Case> {};

/// Both round once from double precision; ONNX's resize forms coordinates in single precision.
void expectClose(const Tensor &actual, const Tensor &expected, double relative) {
  ASSERT_EQ(actual.shape(), expected.shape());
  for (int64_t i = 0; i < actual.size(); ++i) {
    if (!actual.isFloat()) {
      ASSERT_EQ(actual.integer(i), expected.integer(i)) << "element " << i;
      continue;
    }
    double a = actual.real(i), e = expected.real(i);
    if (std::isnan(e) || std::isinf(e))
      ASSERT_TRUE(std::isnan(e) ? std::isnan(a) : a == e)
          << "element " << i << ": " << a << ", expected " << e;
    else
      ASSERT_LE(std::fabs(a - e), relative * std::fabs(e) + relative * 0.1)
          << "element " << i << ": " << a << ", expected " << e;
  }
}

TEST_P(Reference, AgreesWithOthers) {
  static Modules modules;
  ModuleOp module = modules.get(GetParam().file);
  ASSERT_TRUE(module);
  auto function = module.lookupSymbol<func::FuncOp>(GetParam().name);
  ASSERT_TRUE(function);
  auto results = evaluate(function, {});
  ASSERT_TRUE(static_cast<bool>(results)) << toString(results.takeError());
  ASSERT_GE(results->size(), 2u);
  double tolerance = GetParam().name.starts_with("resize_") ? 3e-5 : 3e-7;
  for (size_t i = 0; i + 1 < results->size(); i += 2)
    expectClose((*results)[i], (*results)[i + 1], tolerance);
}

INSTANTIATE_TEST_SUITE_P(Cases, Reference, testing::ValuesIn(allCases()),
                         [](const auto &info) { return info.param.name; });

/// The name of an operator with its kind, where it has one: "nn.reduce sum".
std::string nameWithKind(Operation *op) {
  std::string name = op->getName().getStringRef().str();
  if (auto unary = dyn_cast<nn::UnaryOp>(op))
    return name + " " + stringifyEnum(unary.getKind()).str();
  if (auto binary = dyn_cast<nn::BinaryOp>(op))
    return name + " " + stringifyEnum(binary.getKind()).str();
  if (auto compare = dyn_cast<nn::CompareOp>(op))
    return name + " " + stringifyEnum(compare.getPredicate()).str();
  if (auto reduce = dyn_cast<nn::ReduceOp>(op))
    return name + " " + stringifyEnum(reduce.getKind()).str();
  return name;
}

template <typename Kind> void addKinds(std::set<std::string> &names, StringRef op, uint64_t last) {
  names.erase(op.str());
  for (uint64_t kind = 0; kind <= last; ++kind)
    names.insert((op + " " + stringifyEnum(static_cast<Kind>(kind))).str());
}

/// Every operator of the dialect and every scalar function, predicate and kind of reduction.
std::set<std::string> allOperators(MLIRContext &context) {
  std::set<std::string> names;
  for (RegisteredOperationName op : context.getRegisteredOperationsByDialect("nn"))
    names.insert(op.getStringRef().str());
  addKinds<nn::UnaryKind>(names, "nn.unary", nn::getMaxEnumValForUnaryKind());
  addKinds<nn::BinaryKind>(names, "nn.binary", nn::getMaxEnumValForBinaryKind());
  addKinds<nn::ComparePredicate>(names, "nn.compare", nn::getMaxEnumValForComparePredicate());
  addKinds<nn::ReduceKind>(names, "nn.reduce", nn::getMaxEnumValForReduceKind());
  return names;
}

TEST(ReferenceCases, CoverEveryOperatorAndKind) {
  Modules modules;
  std::set<std::string> missing = allOperators(modules.context);
  ASSERT_GE(missing.size(), 100u);
  for (const Case &one : allCases())
    modules.get(one.file).walk([&](Operation *op) { missing.erase(nameWithKind(op)); });
  for (const std::string &name : missing)
    ADD_FAILURE() << "no case of " << name << " in " << NNC_REFERENCE_CASES;
}

} // namespace
