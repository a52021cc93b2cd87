// Every operator against values computed by others: cases.mlir, made by make_cases.py with numpy,
// torch and ONNX's reference. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#include "dialects/NN/NN.h"
#include "lib/Reference/Evaluate.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include <cmath>
#include <fstream>
#include <gtest/gtest.h>

using namespace mlir;
using namespace nnc;
using namespace nnc::reference;

namespace {

std::vector<std::string> caseNames() {
  std::vector<std::string> names;
  std::ifstream file(NNC_REFERENCE_CASES);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("func.func @"))
      names.push_back(line.substr(11, line.find('(') - 11));
  return names;
}

/// The file, parsed once.
struct Cases {
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  Cases() {
    context.loadDialect<nn::NNDialect, func::FuncDialect>();
    module = parseSourceFile<ModuleOp>(NNC_REFERENCE_CASES, &context);
  }
};

class Reference : public testing::TestWithParam<std::string> {};

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
  static Cases cases;
  ASSERT_TRUE(cases.module);
  auto function = cases.module->lookupSymbol<func::FuncOp>(GetParam());
  ASSERT_TRUE(function);
  auto results = evaluate(function, {});
  ASSERT_TRUE(static_cast<bool>(results)) << toString(results.takeError());
  ASSERT_GE(results->size(), 2u);
  double tolerance = GetParam().starts_with("resize_") ? 3e-5 : 3e-7;
  for (size_t i = 0; i + 1 < results->size(); i += 2)
    expectClose((*results)[i], (*results)[i + 1], tolerance);
}

INSTANTIATE_TEST_SUITE_P(Cases, Reference, testing::ValuesIn(caseNames()),
                         [](const auto &info) { return info.param; });

/// A file that could not be read must not look like success.
TEST(ReferenceCases, AreThere) { EXPECT_GE(caseNames().size(), 150u); }

} // namespace
