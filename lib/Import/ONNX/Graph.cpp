// Verification and ordering of a graph.
//
// Names are the only edges of an ONNX graph: every value has one producer (an input, an
// initializer or a node) and nodes should already be sorted. Files break each of these rules,
// so they are checked here once, and nodes that no output needs are left out.
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Graph.h"

#include "llvm/ADT/StringMap.h"

#include <queue>

using namespace mlir;

namespace nnc::onnx {

namespace {
/// Collects producers, then walks from the outputs.
class Ordering {
public:
  Ordering(GraphProto &graph, const llvm::StringSet<> &outer, Report report)
      : graph(graph), outer(outer), report(report) {}
  FailureOr<std::vector<NamedNode>> run();

private:
  LogicalResult collectSources();
  LogicalResult collectNodes();
  LogicalResult connect();
  LogicalResult markLive();
  FailureOr<std::vector<NamedNode>> sort();

  GraphProto &graph;
  const llvm::StringSet<> &outer;
  Report report;
  llvm::StringSet<> sources;          ///< inputs and initializers
  llvm::StringMap<int> producers;     ///< value → index of its node
  std::vector<std::string> names;     ///< of nodes, for diagnostics
  std::vector<std::vector<int>> uses; ///< node → nodes whose values it uses
  std::vector<bool> live;
};
} // namespace

/// Calls `visit` with every value name a node refers to, those in its subgraphs included.
static void forEachUse(const NodeProto &node, llvm::function_ref<void(StringRef)> visit) {
  for (const std::string &input : node.input())
    if (!input.empty())
      visit(input);
  auto visitGraph = [&](const GraphProto &body) {
    llvm::StringSet<> own;
    for (const ValueInfoProto &input : body.input())
      own.insert(input.name());
    for (const TensorProto &tensor : body.initializer())
      own.insert(tensor.name());
    for (const NodeProto &inner : body.node())
      for (const std::string &output : inner.output())
        own.insert(output);
    auto visitOuter = [&](StringRef name) {
      if (!own.contains(name))
        visit(name);
    };
    for (const NodeProto &inner : body.node())
      forEachUse(inner, visitOuter);
    for (const ValueInfoProto &output : body.output())
      visitOuter(output.name());
  };
  for (const AttributeProto &attribute : node.attribute()) {
    if (attribute.has_g())
      visitGraph(attribute.g());
    for (const GraphProto &body : attribute.graphs())
      visitGraph(body);
  }
}

LogicalResult Ordering::collectSources() {
  llvm::StringSet<> inputs, constants;
  for (const ValueInfoProto &input : graph.input()) {
    if (input.name().empty())
      return report() << "a graph input has no name";
    if (!inputs.insert(input.name()).second)
      return report() << "the graph has two inputs named '" << input.name() << "'";
    sources.insert(input.name());
  }
  auto addConstant = [&](StringRef name) -> LogicalResult {
    if (name.empty())
      return report() << "an initializer has no name";
    if (!constants.insert(name).second)
      return report() << "the graph has two initializers named '" << name << "'";
    sources.insert(name);
    return success();
  };
  for (const TensorProto &tensor : graph.initializer())
    if (failed(addConstant(tensor.name())))
      return failure();
  for (const SparseTensorProto &tensor : graph.sparse_initializer())
    if (failed(addConstant(tensor.values().name())))
      return failure();
  return success();
}

LogicalResult Ordering::collectNodes() {
  for (int i = 0; i < graph.node_size(); ++i) {
    const NodeProto &node = graph.node(i);
    names.push_back(node.name().empty() ? node.op_type() + "_" + std::to_string(i) : node.name());
    for (const std::string &output : node.output()) {
      if (output.empty())
        continue;
      if (sources.contains(output))
        return report() << "node '" << names.back() << "' (" << node.op_type() << ") produces '"
                        << output << "', which is already an input or initializer of the graph";
      auto [it, isNew] = producers.try_emplace(output, i);
      if (!isNew)
        return report() << "value '" << output << "' is produced twice, by node '"
                        << names[it->second] << "' and by node '" << names.back() << "'";
    }
  }
  return success();
}

LogicalResult Ordering::connect() {
  uses.resize(names.size());
  for (int i = 0; i < graph.node_size(); ++i) {
    std::string missing;
    forEachUse(graph.node(i), [&](StringRef name) {
      if (auto it = producers.find(name); it != producers.end())
        uses[i].push_back(it->second);
      else if (!sources.contains(name) && !outer.contains(name))
        missing = name.str();
    });
    if (!missing.empty())
      return report() << "node '" << names[i] << "' (" << graph.node(i).op_type() << ") uses '"
                      << missing << "', which nothing in the graph produces";
  }
  return success();
}

LogicalResult Ordering::markLive() {
  live.resize(names.size());
  std::vector<int> work;
  if (graph.output_size() == 0)
    return report() << "the graph has no output";
  for (const ValueInfoProto &output : graph.output()) {
    if (auto it = producers.find(output.name()); it != producers.end())
      work.push_back(it->second);
    else if (!sources.contains(output.name()) && !outer.contains(output.name()))
      return report() << "nothing in the graph produces its output '" << output.name() << "'";
  }
  while (!work.empty()) {
    int i = work.back();
    work.pop_back();
    if (live[i])
      continue;
    live[i] = true;
    work.insert(work.end(), uses[i].begin(), uses[i].end());
  }
  return success();
}

FailureOr<std::vector<NamedNode>> Ordering::sort() {
  // Of the nodes that are ready, the first of the file comes next.
  std::vector<int> missing(names.size());
  std::vector<std::vector<int>> users(names.size());
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  size_t total = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!live[i])
      continue;
    ++total;
    missing[i] = static_cast<int>(uses[i].size());
    for (int producer : uses[i])
      users[producer].push_back(static_cast<int>(i));
    if (uses[i].empty())
      ready.push(static_cast<int>(i));
  }
  std::vector<NamedNode> sorted;
  while (!ready.empty()) {
    int i = ready.top();
    ready.pop();
    sorted.push_back({graph.mutable_node(i), names[i]});
    for (int user : users[i])
      if (--missing[user] == 0)
        ready.push(user);
  }
  if (sorted.size() == total)
    return sorted;
  for (size_t i = 0; i < names.size(); ++i)
    if (live[i] && missing[i] > 0)
      return report() << "the graph has a cycle: node '" << names[i] << "' ("
                      << graph.node(static_cast<int>(i)).op_type()
                      << ") needs its own result, directly or through others";
  return failure();
}

FailureOr<std::vector<NamedNode>> Ordering::run() {
  if (failed(collectSources()) || failed(collectNodes()) || failed(connect()) || failed(markLive()))
    return failure();
  return sort();
}

FailureOr<std::vector<NamedNode>> orderNodes(GraphProto &graph, const llvm::StringSet<> &outer,
                                             Report report) {
  return Ordering(graph, outer, report).run();
}

std::vector<std::string> namesOf(const GraphProto &graph) {
  std::vector<std::string> names;
  auto add = [&](const std::string &name) {
    if (!name.empty())
      names.push_back(name);
  };
  for (const ValueInfoProto &input : graph.input())
    add(input.name());
  for (const TensorProto &tensor : graph.initializer())
    add(tensor.name());
  for (const SparseTensorProto &tensor : graph.sparse_initializer())
    add(tensor.values().name());
  for (const NodeProto &node : graph.node())
    for (const std::string &output : node.output())
      add(output);
  return names;
}

} // namespace nnc::onnx
