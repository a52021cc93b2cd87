// Reading the attributes of a node.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"

using namespace mlir;

namespace nnc::onnx {

namespace {
/// Codes of `AttributeProto.type`.
enum AttributeKind : int32_t {
  Float = 1,
  Int = 2,
  String = 3,
  Tensor = 4,
  Graph = 5,
  Floats = 6,
  Ints = 7,
  Strings = 8,
  SparseTensor = 11,
};
} // namespace

static StringRef nameOfKind(int32_t kind) {
  static constexpr const char *names[] = {
      "undefined", "a number",        "an integer",     "a string", "a tensor",
      "a graph",   "numbers",         "integers",       "strings",  "tensors",
      "graphs",    "a sparse tensor", "sparse tensors", "a type",   "types"};
  return kind >= 0 && kind < static_cast<int32_t>(std::size(names)) ? names[kind] : "unknown";
}

/// The kind an attribute states, or for files older than that field the kind it shows.
static int32_t kindOf(const AttributeProto &a) {
  if (a.type() != 0)
    return a.type();
  if (a.has_f())
    return Float;
  if (a.has_i())
    return Int;
  if (a.has_s())
    return String;
  if (a.has_t())
    return Tensor;
  if (a.has_g())
    return Graph;
  if (a.floats_size())
    return Floats;
  if (a.ints_size())
    return Ints;
  if (a.strings_size())
    return Strings;
  return 0;
}

const AttributeProto *Node::find(StringRef wanted, int32_t kind) {
  known.insert(wanted);
  const AttributeProto *found = nullptr;
  for (const AttributeProto &attribute : proto.attribute())
    if (attribute.name() == wanted) {
      if (found && !failed)
        error() << "attribute '" << wanted << "' appears twice";
      found = &attribute;
    }
  if (!found || failed)
    return nullptr;
  int32_t actual = kindOf(*found);
  // An empty list without a stated kind may be of any kind.
  bool empty = actual == 0 && kind >= Floats;
  if (actual == kind || empty)
    return found;
  error() << "attribute '" << wanted << "' is " << nameOfKind(actual) << ", expected "
          << nameOfKind(kind);
  return nullptr;
}

bool Node::hasAttribute(StringRef wanted) const {
  return llvm::any_of(proto.attribute(),
                      [&](const AttributeProto &a) { return a.name() == wanted; });
}

int64_t Node::integer(StringRef wanted, int64_t fallback) {
  const AttributeProto *attribute = find(wanted, Int);
  return attribute ? attribute->i() : fallback;
}

int64_t Node::requiredInteger(StringRef wanted) {
  if (!hasAttribute(wanted) && !failed)
    error() << "attribute '" << wanted << "' is missing, expected an integer";
  return integer(wanted, 0);
}

bool Node::flag(StringRef wanted, bool fallback) {
  int64_t value = integer(wanted, fallback);
  if (value != 0 && value != 1 && !failed)
    error() << "attribute '" << wanted << "' is " << value << ", expected 0 or 1";
  return value == 1;
}

double Node::real(StringRef wanted, double fallback) {
  const AttributeProto *attribute = find(wanted, Float);
  return attribute ? attribute->f() : fallback;
}

std::string Node::text(StringRef wanted, StringRef fallback) {
  const AttributeProto *attribute = find(wanted, String);
  return attribute ? attribute->s() : fallback.str();
}

Node::Shape Node::integers(StringRef wanted) {
  const AttributeProto *attribute = find(wanted, Ints);
  return attribute ? Shape(attribute->ints().begin(), attribute->ints().end()) : Shape();
}

SmallVector<double> Node::reals(StringRef wanted) {
  const AttributeProto *attribute = find(wanted, Floats);
  return attribute ? SmallVector<double>(attribute->floats().begin(), attribute->floats().end())
                   : SmallVector<double>();
}

SmallVector<std::string> Node::texts(StringRef wanted) {
  const AttributeProto *attribute = find(wanted, Strings);
  return attribute
             ? SmallVector<std::string>(attribute->strings().begin(), attribute->strings().end())
             : SmallVector<std::string>();
}

/// The same attribute, to take the data out of it.
static AttributeProto &writable(NodeProto &proto, const AttributeProto *found) {
  for (AttributeProto &attribute : *proto.mutable_attribute())
    if (&attribute == found)
      return attribute;
  llvm_unreachable("the attribute was found in this node");
}

ElementsAttr Node::tensor(StringRef wanted) {
  const AttributeProto *found = find(wanted, Tensor);
  if (!found)
    return {};
  auto report = [&] { return error() << "attribute '" << wanted << "' "; };
  FailureOr<ElementsAttr> value =
      decodeTensor(*writable(proto, found).mutable_t(), &scope.files, context(), report);
  return mlir::failed(value) ? ElementsAttr() : *value;
}

unsigned Node::narrowBitsOfTensor(StringRef wanted) const {
  for (const AttributeProto &attribute : proto.attribute())
    if (attribute.name() == wanted && attribute.has_t())
      return bitsOfNarrowCode(attribute.t().data_type());
  return 0;
}

ElementsAttr Node::sparseTensor(StringRef wanted) {
  const AttributeProto *found = find(wanted, SparseTensor);
  if (!found)
    return {};
  auto report = [&] { return error() << "attribute '" << wanted << "' "; };
  FailureOr<ElementsAttr> value = decodeSparseTensor(
      *writable(proto, found).mutable_sparse_tensor(), &scope.files, context(), report);
  return mlir::failed(value) ? ElementsAttr() : *value;
}

GraphProto *Node::graph(StringRef wanted) {
  const AttributeProto *found = find(wanted, Graph);
  if (found)
    return writable(proto, found).mutable_g();
  if (!failed)
    error() << "attribute '" << wanted << "' is missing, expected a graph";
  return nullptr;
}

FailureOr<SmallVector<Value>> Node::importBody(GraphProto &body) {
  if (failed)
    return failure();
  FailureOr<SmallVector<Value>> results = scope.importBody(body, name);
  failed = mlir::failed(results); // what is wrong has been reported
  return results;
}

void Node::checkAttributes() {
  for (const AttributeProto &attribute : proto.attribute()) {
    if (failed)
      return;
    if (!attribute.ref_attr_name().empty())
      error() << "attribute '" << attribute.name()
              << "' refers to an attribute of a function, but the node is not in one";
    else if (!known.contains(attribute.name()))
      error() << "attribute '" << attribute.name() << "' is not known for this version of "
              << proto.op_type() << " (since opset " << sinceVersion << ")";
  }
}

} // namespace nnc::onnx
