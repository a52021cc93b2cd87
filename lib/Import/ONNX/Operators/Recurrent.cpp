// Recurrent layers: the products with the inputs of all steps are one, what follows from step to
// step is nn.recurrent, once for each direction. Part of nn-compile. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Groups.h"
#include "lib/Import/ONNX/Operators/RecurrentCell.h"

using namespace mlir;

namespace nnc::onnx {

namespace {

/// One recurrent node: its sizes, its operands in one layout, its results.
class Recurrent {
public:
  Recurrent(Node &node, nn::CellKind kind) : node(node), kind(kind) {}
  LogicalResult build();

private:
  LogicalResult readSizes();
  LogicalResult checkOperand(unsigned i, ArrayRef<int64_t> expected);
  LogicalResult checkOperands();
  /// The part of a direction of an operand whose first dimension they are; null if it is absent.
  Value ofDirection(unsigned i, int64_t direction);
  Value initialState(unsigned i, int64_t direction);
  Value part(Value x, int64_t axis, int64_t start, int64_t count, bool drop = false);
  Value inputProducts(int64_t direction, Value &bias);
  void run(int64_t direction, bool backward);
  Value join(ArrayRef<Value> parts, int64_t axis) {
    return parts.size() == 1 ? parts.front()
                             : node.make<nn::ConcatOp>(ValueRange(parts), int64_t{axis});
  }

  Node &node;
  nn::CellKind kind;
  Value x; ///< steps × batch × inputs
  bool batchFirst = false;
  int64_t directions = 1, steps = 0, batch = 0, inputs = 0, hidden = 0;
  SmallVector<CellFunctions> functions;
  CellOptions options;
  /// By direction: all states (steps × batch × hidden), the last ones (batch × hidden).
  SmallVector<Value> sequences, lastStates, lastCells;
};

LogicalResult Recurrent::checkOperand(unsigned i, ArrayRef<int64_t> expected) {
  Value value = node.input(i);
  if (!value || Node::shapeOf(value) == expected)
    return success();
  return node.error() << "input " << i << " has shape " << describeShape(Node::shapeOf(value))
                      << ", expected " << describeShape(expected);
}

LogicalResult Recurrent::readSizes() {
  batchFirst = node.since() >= 14 && node.flag("layout", false);
  std::string direction = node.text("direction", "forward");
  if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
    return node.error() << "attribute 'direction' is '" << direction
                        << "', expected 'forward', 'reverse' or 'bidirectional'";
  directions = direction == "bidirectional" ? 2 : 1;
  for (unsigned i = 0; i < 3; ++i)
    if (Node::rankOf(node.input(i)) != 3)
      return node.error() << "input " << i << " has " << Node::rankOf(node.input(i))
                          << " dimensions, expected 3";
  x = batchFirst ? node.transpose(node.input(0), {1, 0, 2}) : node.input(0);
  if (!x)
    return failure();
  steps = Node::shapeOf(x)[0], batch = Node::shapeOf(x)[1], inputs = Node::shapeOf(x)[2];
  hidden = Node::shapeOf(node.input(2))[2];
  int64_t stated = node.integer("hidden_size", hidden);
  if (stated != hidden)
    return node.error() << "attribute 'hidden_size' is " << stated << ", but the weights have "
                        << hidden;
  if (steps < 1)
    return node.error() << "the sequence has " << steps << " steps, expected at least 1";
  return success();
}

LogicalResult Recurrent::checkOperands() {
  int64_t rows = nn::gatesOf(kind) * hidden;
  SmallVector<int64_t> state = {directions, batch, hidden};
  if (batchFirst)
    std::swap(state[0], state[1]);
  if (failed(checkOperand(1, {directions, rows, inputs})) ||
      failed(checkOperand(2, {directions, rows, hidden})) ||
      failed(checkOperand(3, {directions, 2 * rows})) || failed(checkOperand(4, {batch})) ||
      failed(checkOperand(5, state)) || failed(checkOperand(6, state)))
    return failure();
  return checkOperand(7, {directions, 3 * hidden});
}

/// `count` elements from `start` on along a dimension, which vanishes with `drop`.
Value Recurrent::part(Value value, int64_t axis, int64_t start, int64_t count, bool drop) {
  if (!value)
    return {};
  Node::Shape shape(Node::shapeOf(value)), starts(shape.size(), 0), ones(shape.size(), 1);
  bool whole = start == 0 && count == shape[axis];
  shape[axis] = count;
  starts[axis] = start;
  auto type = RankedTensorType::get(shape, Node::elementOf(value));
  Value cut = whole ? value : node.makeTyped<nn::SliceOp>(type, value, starts, ones);
  if (!drop || !cut)
    return cut;
  shape.erase(shape.begin() + axis);
  return node.reshape(cut, shape);
}

Value Recurrent::ofDirection(unsigned i, int64_t direction) {
  return part(node.input(i), 0, direction, 1, /*drop=*/true);
}

Value Recurrent::initialState(unsigned i, int64_t direction) {
  return part(node.input(i), batchFirst ? 1 : 0, direction, 1, /*drop=*/true);
}

/// What the inputs of all steps add to the gates, with the biases: steps × batch × rows. `bias`
/// becomes the one that a GRU's hidden gate adds before its reset, if there is one.
Value Recurrent::inputProducts(int64_t direction, Value &bias) {
  int64_t rows = nn::gatesOf(kind) * hidden;
  Value sums = node.make<nn::MatMulOp>(node.reshape(x, {steps * batch, inputs}),
                                       ofDirection(1, direction), false, true);
  if (Value biases = ofDirection(3, direction)) {
    Value input = part(biases, 0, 0, rows), recurrent = part(biases, 0, rows, rows);
    if (options.resetAfter) {
      bias = part(recurrent, 0, 2 * hidden, hidden);
      Value zeros = node.broadcast(node.scalar(0, Node::elementOf(x)), {hidden});
      SmallVector<Value> parts = {part(recurrent, 0, 0, 2 * hidden), zeros};
      recurrent = node.make<nn::ConcatOp>(ValueRange(parts), int64_t{0});
    }
    sums = node.add(sums, node.add(input, recurrent));
  }
  return node.reshape(sums, {steps, batch, rows});
}

void Recurrent::run(int64_t direction, bool backward) {
  Value bias, sums = inputProducts(direction, bias);
  if (node.hasFailed())
    return;
  const CellFunctions &cell = functions[static_cast<size_t>(direction)];
  OpBuilder &b = node.builder();
  SmallVector<Attribute> names;
  for (nn::CellFunction function : cell.functions)
    names.push_back(nn::CellFunctionAttr::get(b.getContext(), function));
  FloatAttr clip = options.clip ? b.getF64FloatAttr(*options.clip) : FloatAttr();
  SmallVector<Value, 2> all = node.makeAll<nn::RecurrentOp>(
      kind, sums, ofDirection(2, direction), bias, node.input(4), initialState(5, direction),
      kind == nn::CellKind::lstm ? initialState(6, direction) : Value(),
      kind == nn::CellKind::lstm ? ofDirection(7, direction) : Value(), b.getArrayAttr(names),
      cell.alpha, cell.beta, clip, backward, options.resetAfter, options.inputForget);
  if (all.empty())
    return;
  sequences.push_back(all[0]);
  lastStates.push_back(all[1]);
  if (kind == nn::CellKind::lstm)
    lastCells.push_back(all[2]);
}

LogicalResult Recurrent::build() {
  if (failed(readSizes()) || failed(checkOperands()))
    return failure();
  if (failed(readCell(node, kind, directions, functions, options)))
    return failure();
  bool reverse = node.text("direction", "forward") == "reverse";
  for (int64_t direction = 0; direction < directions; ++direction)
    run(direction, reverse || direction == 1);
  if (node.hasFailed())
    return failure();
  // Sequences of one direction behind those of the other: each part is computed in its place.
  SmallVector<int64_t> last = {directions, batch, hidden};
  SmallVector<Value> results = {
      node.reshape(join(sequences, 1), {steps, directions, batch, hidden}),
      node.reshape(join(lastStates, 0), last)};
  if (kind == nn::CellKind::lstm)
    results.push_back(node.reshape(join(lastCells, 0), last));
  if (batchFirst) {
    results[0] = node.transpose(results[0], {2, 0, 1, 3});
    for (Value &state : llvm::drop_begin(results))
      state = node.transpose(state, {1, 0, 2});
  }
  return node.finish(results);
}

template <nn::CellKind kind> LogicalResult buildRecurrent(Node &node) {
  return Recurrent(node, kind).build();
}

} // namespace

llvm::ArrayRef<OperatorRow> recurrentOperators() {
  static const OperatorRow rows[] = {
      {"GRU", {7, 14, 22}, 3, 6, buildRecurrent<nn::CellKind::gru>, 2},
      {"LSTM", {7, 14, 22}, 3, 8, buildRecurrent<nn::CellKind::lstm>, 3},
      {"RNN", {7, 14, 22}, 3, 6, buildRecurrent<nn::CellKind::rnn>, 2},
  };
  return rows;
}

} // namespace nnc::onnx
