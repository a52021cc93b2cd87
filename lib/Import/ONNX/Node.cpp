// Building operators for one node.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"

#include "lib/Import/ONNX/Folding.h"

#include "mlir/IR/Verifier.h"

#include <cmath>

using namespace mlir;

namespace nnc::onnx {

/// The node's name around the file.
static Location locateNode(Scope &scope, StringRef name) {
  return NameLoc::get(scope.builder.getStringAttr(name), scope.file);
}

/// The first output's name around the node's.
static Location locate(Scope &scope, const NodeProto &proto, StringRef name) {
  Location node = locateNode(scope, name);
  for (const std::string &output : proto.output())
    if (!output.empty())
      return NameLoc::get(scope.builder.getStringAttr(output), node);
  return node;
}

Node::Node(Scope &scope, NodeProto &proto, StringRef name, const OperatorRow &row, int64_t opset,
           int since, ArrayRef<Value> inputs)
    : scope(scope), proto(proto), name(name), opset(opset), sinceVersion(since), inputs(inputs),
      location(locate(scope, proto, name)) {
  while (!this->inputs.empty() && !this->inputs.back())
    this->inputs.pop_back();
  int count = static_cast<int>(this->inputs.size());
  bool tooMany = proto.input_size() > row.maxInputs && count > row.maxInputs;
  if (count < row.minInputs || tooMany) {
    InFlightDiagnostic diagnostic = error();
    diagnostic << "has " << count << " inputs, expected ";
    if (row.minInputs == row.maxInputs)
      diagnostic << row.minInputs;
    else if (row.maxInputs == unlimited)
      diagnostic << "at least " << row.minInputs;
    else
      diagnostic << row.minInputs << " to " << row.maxInputs;
    return;
  }
  for (int i = 0; i < row.minInputs; ++i)
    if (!this->inputs[i]) {
      error() << "input " << i << " is missing";
      return;
    }
  for (int i = row.maxOutputs; i < proto.output_size(); ++i)
    if (!proto.output(i).empty()) {
      error() << "output " << i << " ('" << proto.output(i) << "') is not supported";
      return;
    }
}

InFlightDiagnostic Node::error() {
  failed = true;
  return emitError(scope.file) << "node '" << name << "' (" << proto.op_type() << ", opset "
                               << opset << "): ";
}

std::string Node::describeInput(unsigned i) const {
  std::string text = "input " + std::to_string(i);
  if (static_cast<int>(i) < proto.input_size())
    text += " ('" + proto.input(static_cast<int>(i)) + "')";
  return text;
}

bool Node::hasOutput(unsigned i) const {
  return i < numOutputs() && !proto.output(static_cast<int>(i)).empty();
}

RankedTensorType Node::typeOf(Value value) { return mlir::cast<RankedTensorType>(value.getType()); }

//===-- Constants --------------------------------------------------------------------------===//

ElementsAttr Node::constantOf(Value value) {
  auto op = value ? value.getDefiningOp<nn::ConstantOp>() : nn::ConstantOp();
  return op ? op.getValue() : ElementsAttr();
}

/// The arguments of the function that a value is computed from.
static void collectArguments(Value value, llvm::SetVector<Value> &arguments) {
  llvm::SetVector<Value> seen;
  seen.insert(value);
  for (size_t i = 0; i < seen.size(); ++i) {
    if (isa<BlockArgument>(seen[i]))
      arguments.insert(seen[i]);
    else
      seen.insert_range(seen[i].getDefiningOp()->getOperands());
  }
}

ElementsAttr Node::requireConstant(unsigned i, StringRef what) {
  if (failed)
    return {};
  if (ElementsAttr elements = constantOf(input(i)))
    return elements;
  if (!input(i)) {
    error() << what << " (input " << i << ") is missing";
    return {};
  }
  collectArguments(input(i), scope.needed);
  error() << what << " (input '" << proto.input(static_cast<int>(i))
          << "') must be known at compile time; make it an initializer of the model or bind it to "
             "a constant";
  return {};
}

Node::Shape Node::constantIntegers(unsigned i, StringRef what) {
  ElementsAttr elements = requireConstant(i, what);
  if (!elements)
    return {};
  if (auto values = readIntegers(elements))
    return *values;
  error() << what << " has element type " << nameOfElementType(elements.getElementType())
          << ", expected integers";
  return {};
}

SmallVector<double> Node::constantFloats(unsigned i, StringRef what) {
  ElementsAttr elements = requireConstant(i, what);
  if (!elements)
    return {};
  if (auto values = readFloats(elements))
    return *values;
  error() << what << " has element type " << nameOfElementType(elements.getElementType())
          << ", expected floating-point numbers";
  return {};
}

int64_t Node::constantInteger(unsigned i, StringRef what) {
  Shape values = constantIntegers(i, what);
  if (failed)
    return 0;
  if (values.size() == 1)
    return values.front();
  error() << what << " has " << values.size() << " elements, expected 1";
  return 0;
}

//===-- Checked numbers --------------------------------------------------------------------===//

int64_t Node::axis(int64_t value, int64_t rank, bool inclusive) {
  int64_t last = inclusive ? rank : rank - 1;
  if (value >= -rank && value <= last)
    return value < 0 ? value + rank : value;
  if (!failed)
    error() << "axis is " << value << ", expected a value from " << -rank << " to " << last
            << " for " << rank << " dimensions";
  return 0;
}

Node::Shape Node::axes(ArrayRef<int64_t> values, int64_t rank) {
  Shape result;
  for (int64_t value : values)
    result.push_back(axis(value, rank));
  llvm::sort(result);
  if (!failed && std::adjacent_find(result.begin(), result.end()) != result.end())
    error() << "an axis is named twice";
  return failed ? Shape() : result;
}

//===-- Building ---------------------------------------------------------------------------===//

bool Node::checkSize(RankedTensorType type) {
  if (nn::hasSaneSize(type))
    return true;
  error() << "result would be " << type << ", which is too large";
  return false;
}

/// The dialect speaks of its own operator first; the node's name is said already.
static StringRef withoutOpName(StringRef message) {
  size_t end = message.find("' op ");
  return message.starts_with("'nn.") && end != StringRef::npos ? message.drop_front(end + 5)
                                                               : message;
}

Node::Results Node::create(OperationState &state, InferFn inferTypes) {
  // What the dialect's inference and verifier find wrong becomes an error of this node.
  std::string reason;
  Operation *op = nullptr;
  {
    ScopedDiagnosticHandler collector(context(), [&](Diagnostic &diagnostic) {
      if (reason.empty())
        reason = withoutOpName(diagnostic.str()).str();
      return success();
    });
    SmallVector<Type> types;
    if (!inferTypes || succeeded(inferTypes(context(), state, types))) {
      if (inferTypes)
        state.types.assign(types.begin(), types.end());
      op = scope.builder.create(state);
      if (mlir::failed(verify(op, /*verifyRecursively=*/false))) {
        op->erase();
        op = nullptr;
      }
    }
  }
  if (op)
    return foldSmall(scope.builder, op);
  error() << (reason.empty() ? "is not valid" : reason);
  return {};
}

Value Node::constant(ElementsAttr value) {
  return makeTyped<nn::ConstantOp>(mlir::cast<RankedTensorType>(value.getType()), value);
}

Value Node::constant(ArrayRef<int64_t> values, ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, builder().getI64Type());
  return constant(mlir::cast<ElementsAttr>(DenseElementsAttr::get(type, values)));
}

Value Node::scalar(double value, Type element) {
  auto type = RankedTensorType::get({}, element);
  if (auto real = dyn_cast<FloatType>(element)) {
    APFloat number(value);
    bool inexact;
    number.convert(real.getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
    return constant(mlir::cast<ElementsAttr>(DenseElementsAttr::get(type, number)));
  }
  APInt bits(element.getIntOrFloatBitWidth(), static_cast<uint64_t>(static_cast<int64_t>(value)),
             /*isSigned=*/true, /*implicitTrunc=*/true);
  return constant(mlir::cast<ElementsAttr>(DenseElementsAttr::get(type, bits)));
}

Value Node::unary(nn::UnaryKind kind, Value x) {
  return make<nn::UnaryOp>(kind, x, FloatAttr(), FloatAttr(), FloatAttr());
}

Value Node::binary(nn::BinaryKind kind, Value a, Value b) { return make<nn::BinaryOp>(kind, a, b); }

Value Node::compare(nn::ComparePredicate predicate, Value a, Value b) {
  return make<nn::CompareOp>(predicate, a, b);
}

Value Node::reduce(nn::ReduceKind kind, Value x, ArrayRef<int64_t> axes, bool keepDims) {
  return make<nn::ReduceOp>(kind, x, axes, keepDims);
}

Value Node::cast(Value x, Type element, bool saturate) {
  if (failed || elementOf(x) == element)
    return x;
  return makeTyped<nn::CastOp>(RankedTensorType::get(shapeOf(x), element), x, saturate);
}

Value Node::withBits(Value value, unsigned bits) {
  if (value && bits)
    scope.narrowBits[value] = bits;
  return value;
}

Value Node::reshape(Value x, ArrayRef<int64_t> shape) {
  if (failed || shapeOf(x) == shape)
    return x;
  return makeTyped<nn::ReshapeOp>(RankedTensorType::get(shape, elementOf(x)), x);
}

Value Node::broadcast(Value x, ArrayRef<int64_t> shape) {
  if (failed || shapeOf(x) == shape)
    return x;
  return makeTyped<nn::BroadcastOp>(RankedTensorType::get(shape, elementOf(x)), x);
}

Value Node::transpose(Value x, ArrayRef<int64_t> perm) {
  if (failed || llvm::equal(perm, llvm::seq<int64_t>(0, static_cast<int64_t>(perm.size()))))
    return x;
  return make<nn::TransposeOp>(x, perm);
}

/// Operators were made under the first output's name. Now that it is known which of them computes
/// which output, each gets the name of its own, and those in between the node's alone.
void Node::nameOutputs() {
  Location node = locateNode(scope, name);
  for (Operation &op : llvm::reverse(*builder().getInsertionBlock())) {
    if (op.getLoc() != location)
      return;
    auto isOfOp = [&](Value value) { return value && value.getDefiningOp() == &op; };
    const auto *found = llvm::find_if(outputs, isOfOp);
    auto i = static_cast<unsigned>(found - outputs.begin());
    if (i >= numOutputs() || !hasOutput(i))
      op.setLoc(node);
    else if (op.getNumResults() == 1)
      op.setLoc(NameLoc::get(builder().getStringAttr(proto.output(static_cast<int>(i))), node));
  }
}

LogicalResult Node::finish(ArrayRef<Value> values) {
  outputs.assign(values.begin(), values.end());
  for (unsigned i = 0; !failed && i < numOutputs(); ++i)
    if (hasOutput(i) && (i >= values.size() || !values[i]))
      error() << "output " << i << " ('" << proto.output(static_cast<int>(i))
              << "') is not supported";
  if (!failed)
    nameOutputs();
  return failure(failed);
}

} // namespace nnc::onnx
