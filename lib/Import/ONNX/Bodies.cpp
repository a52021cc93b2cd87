// Subgraphs of nodes: a body is converted in place of its node, in the scope of the graphs around
// it. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Importer.h"

using namespace mlir;

namespace nnc::onnx {

/// Makes the names of a body visible. Bodies that are finished may have used them, too; graphs
/// around it may not.
LogicalResult Importer::enterBody(const std::vector<std::string> &names, StringRef node) {
  for (const std::string &name : names)
    if (visible.contains(name))
      return report() << "a body of node '" << node << "' defines '" << name
                      << "', which is already a value of a graph around it";
  for (const std::string &name : names) {
    visible.insert(name);
    values.erase(name);
  }
  return success();
}

void Importer::leaveBody(const std::vector<std::string> &names) {
  for (const std::string &name : names) {
    visible.erase(name);
    initializers.erase(name);
    sparseInitializers.erase(name);
  }
}

FailureOr<SmallVector<Value>> Importer::importBody(GraphProto &body, StringRef node) {
  auto reportBody = [&] { return report() << "in a body of node '" << node << "': "; };
  if (body.input_size() > 0)
    return reportBody() << "the body has " << body.input_size() << " inputs, expected none";
  FailureOr<std::vector<NamedNode>> ordered = orderNodes(body, visible, reportBody);
  std::vector<std::string> names = namesOf(body);
  if (failed(ordered) || failed(enterBody(names, node)))
    return failure();
  addInitializers(body);
  for (NamedNode &inner : *ordered)
    if (inner.proto->name().empty())
      inner.name = (node + "/" + inner.name).str();
  FailureOr<std::vector<OperatorChoice>> choices = chooseOperators(*ordered);
  if (failed(choices) || failed(convertNodes(*ordered, *choices)))
    return failure();
  SmallVector<Value> results;
  for (const ValueInfoProto &output : body.output()) {
    results.push_back(lookUp(output.name()));
    if (!results.back())
      return failure();
  }
  leaveBody(names);
  return results;
}

} // namespace nnc::onnx
