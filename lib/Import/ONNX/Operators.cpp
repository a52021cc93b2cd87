// Choosing the form of an operator.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators.h"

#include "lib/Import/ONNX/Operators/Groups.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

namespace nnc::onnx {

llvm::ArrayRef<OperatorGroup> operatorGroups() {
  static const OperatorGroup groups[] = {
      {"Constants", constantOperators()},
      {"Functions of one argument", unaryOperators()},
      {"Functions of several arguments", binaryOperators()},
      {"Convolution", convolutionOperators()},
      {"Products", productOperators()},
      {"Quantization", quantizationOperators()},
      {"Products of integers", quantizedProductOperators()},
      {"Products with packed weights", packedWeightOperators()},
      {"Other operators on quantized numbers", quantizedOperators()},
      {"Pooling", poolingOperators()},
      {"Reduction", reductionOperators()},
      {"Normalization", normalizationOperators()},
      {"Attention", attentionOperators()},
      {"Shapes", shapeOperators()},
      {"Movement", movementOperators()},
      {"Gathering", gatheringOperators()},
      {"Resampling", resizeOperators()},
      {"Recurrent layers", recurrentOperators()},
      {"Control flow", controlFlowOperators()},
  };
  return groups;
}

OperatorChoice chooseOperator(llvm::StringRef domain, llvm::StringRef name, int64_t opset) {
  static const auto *table = [] {
    auto *map = new llvm::StringMap<llvm::SmallVector<const OperatorRow *, 2>>();
    for (const OperatorGroup &group : operatorGroups())
      for (const OperatorRow &row : group.rows)
        (*map)[row.name].push_back(&row);
    return map;
  }();
  OperatorChoice best;
  auto found = table->find(name);
  if (found == table->end())
    return best;
  for (const OperatorRow *row : found->second)
    for (int since : row->versions)
      if (row->domain == domain && since <= opset && since > best.since)
        best = {row->build ? row : nullptr, since};
  return best;
}

} // namespace nnc::onnx
