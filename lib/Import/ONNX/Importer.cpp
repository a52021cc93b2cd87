// From a file to a module.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Importer.h"

#include "lib/Import/ONNX/Interface.h"
#include "lib/Import/ONNX/ModelFile.h"

#include <map>

using namespace mlir;

namespace nnc::onnx {

static constexpr int64_t oldestIrVersion = 3, newestIrVersion = 14;

/// The default domain has two spellings.
static StringRef canonicalDomain(StringRef domain) { return domain == "ai.onnx" ? "" : domain; }

LogicalResult Importer::readVersions() {
  int64_t ir = model->ir_version();
  if (ir < oldestIrVersion || ir > newestIrVersion)
    return report() << "the file has IR version " << ir << ", this compiler reads "
                    << oldestIrVersion << " to " << newestIrVersion
                    << (ir > newestIrVersion ? "; save the model with an older version of ONNX"
                                             : "; convert the model with a newer version of ONNX");
  for (const OperatorSetIdProto &import : model->opset_import()) {
    StringRef domain = canonicalDomain(import.domain());
    auto [it, isNew] = opsets.try_emplace(domain, import.version());
    if (!isNew && it->second != import.version())
      return report() << "the model imports two versions of the operator set '"
                      << (domain.empty() ? "ai.onnx" : domain) << "': " << it->second << " and "
                      << int64_t{import.version()};
  }
  if (auto it = opsets.find(""); it != opsets.end())
    if (it->second < 1 || it->second > newestAcceptedOpset)
      return report() << "the model uses operator set " << it->second
                      << ", this compiler knows 1 to " << newestKnownOpset
                      << "; export the model for one of these";
  return success();
}

FailureOr<std::vector<OperatorChoice>> Importer::chooseOperators(ArrayRef<NamedNode> nodes) {
  std::vector<OperatorChoice> choices;
  struct Missing {
    int count = 0;
    std::string firstNode;
  };
  std::map<std::string, Missing> missing;
  for (const NamedNode &node : nodes) {
    StringRef domain = canonicalDomain(node.proto->domain()), op = node.proto->op_type();
    auto opset = opsets.find(domain);
    bool isStated = opset != opsets.end();
    OperatorChoice choice = isStated ? chooseOperator(domain, op, opset->second) : OperatorChoice{};
    choices.push_back(choice);
    if (choice.row)
      continue;
    std::string key = (domain.empty() ? "" : domain.str() + ".") + op.str() +
                      (isStated ? ", opset " + std::to_string(opset->second)
                                : ", of an operator set whose version the model does not state");
    Missing &entry = missing[key];
    if (entry.count++ == 0)
      entry.firstNode = node.name;
  }
  if (missing.empty())
    return choices;
  InFlightDiagnostic error = report();
  error << "the model uses operators that are not supported:";
  for (const auto &[key, entry] : missing)
    error << "\n  " << key << ": " << entry.count << (entry.count == 1 ? " node" : " nodes")
          << ", first '" << entry.firstNode << "'";
  return error;
}

/// Whether a shape has the rank and the known sizes that the file states, if it states any.
static bool fitsShape(ArrayRef<int64_t> shape, const TypeProto::Tensor &type) {
  if (!type.has_shape())
    return true;
  bool fits = static_cast<size_t>(type.shape().dim_size()) == shape.size();
  for (size_t d = 0; fits && d < shape.size(); ++d) {
    const TensorShapeProto::Dimension &stated = type.shape().dim(static_cast<int>(d));
    fits = !stated.has_dim_value() || stated.dim_value() < 0 || stated.dim_value() == shape[d];
  }
  return fits;
}

LogicalResult Importer::checkBindings() {
  for (const auto &[name, value] : options.bindings) {
    auto input = llvm::find_if(model->graph().input(),
                               [&, &n = name](const auto &i) { return i.name() == n; });
    if (input == model->graph().input().end())
      return report() << "a constant is given for '" << name << "', which is no input of the model";
    const auto &type = input->type().tensor_type();
    Type element = elementTypeOf(type.elem_type(), &context);
    if (element && element != value.getElementType())
      return report() << "the constant given for input '" << name << "' has element type "
                      << nameOfElementType(value.getElementType()) << ", the model has "
                      << nameOfElementCode(type.elem_type());
    if (!fitsShape(value.getShapedType().getShape(), type))
      return report() << "the constant given for input '" << name << "' has shape "
                      << describeShape(value.getShapedType().getShape())
                      << ", which is not the one the model states";
  }
  return success();
}

void Importer::addInitializers(GraphProto &graph) {
  for (TensorProto &tensor : *graph.mutable_initializer())
    initializers[tensor.name()] = &tensor;
  for (SparseTensorProto &tensor : *graph.mutable_sparse_initializer())
    sparseInitializers[tensor.values().name()] = &tensor;
}

LogicalResult Importer::createFunction() {
  GraphProto &graph = *model->mutable_graph();
  llvm::StringSet<> constants;
  SmallVector<Attribute> frozen;
  addInitializers(graph);
  for (const std::string &name : namesOf(graph))
    visible.insert(name);
  for (const auto &[name, value] : options.bindings)
    constants.insert(name);
  for (const ValueInfoProto &input : graph.input())
    if (initializers.contains(input.name()) || sparseInitializers.contains(input.name())) {
      if (constants.insert(input.name()).second)
        frozen.push_back(builder.getStringAttr(input.name()));
    }
  auto inputs = bindInputs(graph, options, constants, &context, [this] { return report(); });
  if (failed(inputs))
    return failure();

  module = ModuleOp::create(builder, file);
  if (!frozen.empty())
    (*module)->setAttr("nn.frozen_inputs", builder.getArrayAttr(frozen));
  builder.setInsertionPointToEnd(module->getBody());
  SmallVector<Type> types;
  for (const ModelInput &input : *inputs)
    types.push_back(input.type);
  function = func::FuncOp::create(builder, file, "main", builder.getFunctionType(types, {}));
  function->setAttr("rt.entry", builder.getUnitAttr());
  builder.setInsertionPointToStart(function.addEntryBlock());
  for (auto [i, input] : llvm::enumerate(*inputs)) {
    function.setArgAttr(i, "nn.name", builder.getStringAttr(input.name));
    values[input.name] = function.getArgument(i);
    noteBits(function.getArgument(i), input.code);
  }
  for (const auto &[name, value] : options.bindings)
    values[name] = materialize(name, value);
  return success();
}

Value Importer::materialize(StringRef name, ElementsAttr value) {
  Location loc = NameLoc::get(builder.getStringAttr(name), file);
  return nn::ConstantOp::create(builder, loc, value.getType(), value);
}

/// Notes of a value how many bits the model states, where they are fewer than 8.
void Importer::noteBits(Value value, int32_t code) {
  if (unsigned bits = bitsOfNarrowCode(code))
    scope.narrowBits[value] = bits;
}

/// The value of a name, decoding its initializer at the first use. Null after an error.
Value Importer::lookUp(StringRef name) {
  if (auto it = values.find(name); it != values.end())
    return it->second;
  auto reportTensor = [&] { return report() << "initializer '" << name << "' "; };
  FailureOr<ElementsAttr> value;
  if (auto it = initializers.find(name); it != initializers.end())
    value = decodeTensor(*it->second, &files, &context, reportTensor);
  else if (auto it = sparseInitializers.find(name); it != sparseInitializers.end())
    value = decodeSparseTensor(*it->second, &files, &context, reportTensor);
  else
    report() << "value '" << name << "' is not available here";
  if (failed(value))
    return {};
  Value constant = values[name] = materialize(name, *value);
  if (auto it = initializers.find(name); it != initializers.end())
    noteBits(constant, it->second->data_type());
  return constant;
}

LogicalResult Importer::convert(const NamedNode &named, const OperatorChoice &choice) {
  NodeProto &proto = *named.proto;
  SmallVector<Value> inputs;
  for (const std::string &name : proto.input()) {
    inputs.push_back(name.empty() ? Value() : lookUp(name));
    if (!name.empty() && !inputs.back())
      return failure();
  }
  Node node(scope, proto, named.name, *choice.row, opsets[canonicalDomain(proto.domain())],
            choice.since, inputs);
  if (node.hasFailed() || failed(choice.row->build(node)))
    return failure();
  node.checkAttributes();
  if (node.hasFailed())
    return failure();
  for (int i = 0; i < proto.output_size(); ++i)
    if (!proto.output(i).empty())
      values[proto.output(i)] = node.results()[static_cast<size_t>(i)];
  return success();
}

LogicalResult Importer::convertNodes(ArrayRef<NamedNode> nodes, ArrayRef<OperatorChoice> choices) {
  for (auto [node, choice] : llvm::zip_equal(nodes, choices))
    if (failed(convert(node, choice)))
      return failure();
  return success();
}

LogicalResult Importer::appendExposed(SmallVectorImpl<Value> &results) {
  for (const std::string &name : options.exposed) {
    Value value = values.lookup(name);
    if (!value || isa<BlockArgument>(value) || initializers.contains(name) ||
        sparseInitializers.contains(name))
      return report() << "no operator computes a tensor '" << name
                      << "'; it is an input or a constant, or the model has no such tensor";
    results.push_back(value);
  }
  return success();
}

LogicalResult Importer::createReturn() {
  SmallVector<Value> results;
  for (const ValueInfoProto &output : model->graph().output()) {
    Value value = lookUp(output.name());
    if (!value)
      return failure();
    results.push_back(value);
    const auto &tensor = output.type().tensor_type();
    Type stated = elementTypeOf(tensor.elem_type(), &context);
    if (stated && stated != Node::elementOf(value))
      return report() << "output '" << output.name() << "' is computed as "
                      << nameOfElementType(Node::elementOf(value)) << ", but the model states "
                      << nameOfElementCode(tensor.elem_type());
    // Exporters are careless about this one, and the computation does not depend on it.
    if (output.type().has_tensor_type() && !fitsShape(Node::shapeOf(value), tensor))
      emitWarning(file) << "output '" << output.name() << "' has shape "
                        << describeShape(Node::shapeOf(value))
                        << ", which is not the one the model states";
  }
  if (failed(appendExposed(results)))
    return failure();
  func::ReturnOp::create(builder, file, results);
  function.setType(
      builder.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
  unsigned number = 0;
  for (const ValueInfoProto &output : model->graph().output())
    function.setResultAttr(number++, "nn.name", builder.getStringAttr(output.name()));
  for (const std::string &name : options.exposed)
    function.setResultAttr(number++, "nn.name", builder.getStringAttr(name));
  return success();
}

/// Shapes and axes were read at their use, so most small constants have no user left.
void Importer::eraseUnused() {
  Operation *op = &function.getBody().front().back();
  while ((op = op->getPrevNode())) {
    Operation *next = op->getNextNode();
    if (op->use_empty()) {
      op->erase();
      op = next;
    }
  }
}

std::vector<std::string> Importer::neededInputs() {
  std::vector<std::string> names;
  for (Value value : scope.needed)
    if (auto argument = dyn_cast<BlockArgument>(value))
      names.push_back(
          function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "nn.name").str());
  return names;
}

FailureOr<OwningOpRef<ModuleOp>> Importer::run() {
  auto read = readModelFile(path, file);
  if (failed(read))
    return failure();
  model = std::move(*read);
  auto ordered = succeeded(readVersions())
                     ? orderNodes(*model->mutable_graph(), {}, [this] { return report(); })
                     : FailureOr<std::vector<NamedNode>>();
  if (failed(ordered))
    return failure();
  FailureOr<std::vector<OperatorChoice>> choices = chooseOperators(*ordered);
  if (failed(choices) || failed(checkBindings()) || failed(createFunction()) ||
      failed(convertNodes(*ordered, *choices)) || failed(createReturn()))
    return failure();
  eraseUnused();
  return std::move(module);
}

} // namespace nnc::onnx
