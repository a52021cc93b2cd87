// Control flow that is decided while the model is imported.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

using namespace mlir;

namespace nnc::onnx {

/// The branch that is taken stands in place of the node. What the other one says, supported or not,
/// changes nothing.
static LogicalResult buildIf(Node &node) {
  GraphProto *then = node.graph("then_branch"), *otherwise = node.graph("else_branch");
  int64_t condition = node.constantInteger(0, "the condition");
  if (node.hasFailed())
    return failure();
  FailureOr<SmallVector<Value>> results = node.importBody(condition ? *then : *otherwise);
  if (failed(results))
    return failure();
  if (results->size() < node.numOutputs())
    return node.error() << (condition ? "'then_branch'" : "'else_branch'") << " has "
                        << results->size() << " outputs, expected " << node.numOutputs();
  return node.finish(*results);
}

llvm::ArrayRef<OperatorRow> controlFlowOperators() {
  static const OperatorRow rows[] = {
      {"If", {1, 11, 13, 16, 19, 21, 23, 24, 25}, 1, 1, buildIf, unlimited},
  };
  return rows;
}

} // namespace nnc::onnx
