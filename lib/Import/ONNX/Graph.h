// The structure of a graph: who produces what, in which order.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_GRAPH_H
#define NNC_LIB_IMPORT_ONNX_GRAPH_H

#include "lib/Import/ONNX/ExternalData.h"
#include "lib/Import/ONNX/Proto.h"

#include "llvm/ADT/StringSet.h"

namespace nnc::onnx {

/// One node with what diagnostics call it: its name, or operator and position without one.
struct NamedNode {
  NodeProto *proto;
  std::string name;
};

/// Verifies the names of a graph and returns the nodes that contribute to its outputs, each
/// after the producers of its inputs. Nodes that are already in such an order keep it.
/// `outer` holds the values of enclosing graphs.
mlir::FailureOr<std::vector<NamedNode>> orderNodes(GraphProto &graph,
                                                   const llvm::StringSet<> &outer, Report report);

/// What a graph itself defines: inputs, initializers, results of nodes.
std::vector<std::string> namesOf(const GraphProto &graph);

} // namespace nnc::onnx

#endif
