// Recurrent layers: the products with the inputs of all steps are one, each step adds the product
// with the state and applies the functions of its gates. Steps are equal layers, which share their
// code. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Groups.h"
#include "lib/Import/ONNX/Operators/RecurrentCell.h"

using namespace mlir;

namespace nnc::onnx {

namespace {

/// Calls in the model grow with the steps; weights and code do not.
constexpr int64_t kMaxSteps = 1024;

/// One recurrent node: its sizes, its operands in one layout, its results.
class Recurrent {
public:
  Recurrent(Node &node, CellKind kind) : node(node), kind(kind) {}
  LogicalResult build();

private:
  LogicalResult readSizes();
  LogicalResult checkOperand(unsigned i, ArrayRef<int64_t> expected);
  LogicalResult checkOperands();
  /// The part of a direction of an operand whose first dimension they are; null if it is absent.
  Value ofDirection(unsigned i, int64_t direction);
  Value initialState(unsigned i, int64_t direction);
  Value stepMask(int64_t step);
  void run(int64_t direction, bool backward);
  Value join(ArrayRef<Value> parts, int64_t axis) {
    return parts.size() == 1 ? parts.front()
                             : node.make<nn::ConcatOp>(ValueRange(parts), int64_t{axis});
  }

  Node &node;
  CellKind kind;
  Value x; ///< steps × batch × inputs
  bool batchFirst = false, hasLengths = false;
  int64_t directions = 1, steps = 0, batch = 0, inputs = 0, hidden = 0;
  SmallVector<CellFunctions> functions;
  CellOptions options;
  /// By direction: all states (steps × 1 × batch × hidden), the last ones (1 × batch × hidden).
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
  if (steps > kMaxSteps || steps < 1)
    return node.error() << "the sequence has " << steps << " steps, expected 1 to " << kMaxSteps;
  return success();
}

LogicalResult Recurrent::checkOperands() {
  int64_t rows = gatesOf(kind) * hidden;
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

Value Recurrent::ofDirection(unsigned i, int64_t direction) {
  Value value = node.input(i);
  return value ? sliceAlong(node, value, 0, direction, 1, /*drop=*/true) : Value();
}

Value Recurrent::initialState(unsigned i, int64_t direction) {
  if (Value value = node.input(i))
    return sliceAlong(node, value, batchFirst ? 1 : 0, direction, 1, /*drop=*/true);
  return node.broadcast(node.scalar(0, Node::elementOf(x)), {batch, hidden});
}

/// Which sequences of the batch reach a step: batch × 1.
Value Recurrent::stepMask(int64_t step) {
  Value number = node.cast(node.constant({step}, {}), Node::elementOf(node.input(4)));
  Value reached = node.compare(nn::ComparePredicate::less, number, node.input(4));
  return node.reshape(reached, {batch, 1});
}

void Recurrent::run(int64_t direction, bool backward) {
  Cell cell(node, kind, functions[static_cast<size_t>(direction)], options,
            {ofDirection(1, direction), ofDirection(2, direction), ofDirection(3, direction),
             ofDirection(7, direction)});
  Value products = cell.inputProducts(x);
  State state{initialState(5, direction),
              kind == CellKind::LSTM ? initialState(6, direction) : Value()};
  SmallVector<Value> all(static_cast<size_t>(steps));
  Value zero = node.scalar(0, Node::elementOf(x));
  for (int64_t i = 0; i < steps; ++i) {
    int64_t step = backward ? steps - 1 - i : i;
    State next = cell.step(sliceAlong(node, products, 0, step, 1, /*drop=*/true), state);
    Value result = next.hidden;
    if (hasLengths) { // behind its end a sequence keeps its state and gives zeros
      Value mask = stepMask(step);
      result = node.make<nn::SelectOp>(mask, next.hidden, zero);
      next.hidden = node.make<nn::SelectOp>(mask, next.hidden, state.hidden);
      if (next.cell)
        next.cell = node.make<nn::SelectOp>(mask, next.cell, state.cell);
    }
    state = next;
    all[static_cast<size_t>(step)] = node.reshape(result, {1, 1, batch, hidden});
  }
  sequences.push_back(join(all, 0));
  lastStates.push_back(node.reshape(state.hidden, {1, batch, hidden}));
  if (state.cell)
    lastCells.push_back(node.reshape(state.cell, {1, batch, hidden}));
}

LogicalResult Recurrent::build() {
  if (failed(readSizes()) || failed(checkOperands()))
    return failure();
  if (failed(readCell(node, kind, directions, functions, options)))
    return failure();
  if (node.hasInput(4)) {
    ElementsAttr known = Node::constantOf(node.input(4));
    Node::Shape lengths = known ? node.constantIntegers(4, "lengths") : Node::Shape();
    hasLengths = !known || llvm::any_of(lengths, [&](int64_t length) { return length < steps; });
  }
  bool reverse = node.text("direction", "forward") == "reverse";
  for (int64_t direction = 0; direction < directions; ++direction)
    run(direction, reverse || direction == 1);
  if (node.hasFailed())
    return failure();
  SmallVector<Value> results = {join(sequences, 1), join(lastStates, 0)};
  if (kind == CellKind::LSTM)
    results.push_back(join(lastCells, 0));
  if (batchFirst) {
    results[0] = node.transpose(results[0], {2, 0, 1, 3});
    for (Value &last : llvm::drop_begin(results))
      last = node.transpose(last, {1, 0, 2});
  }
  return node.finish(results);
}

template <CellKind kind> LogicalResult buildRecurrent(Node &node) {
  return Recurrent(node, kind).build();
}

} // namespace

llvm::ArrayRef<OperatorRow> recurrentOperators() {
  static const OperatorRow rows[] = {
      {"GRU", {7, 14, 22}, 3, 6, buildRecurrent<CellKind::GRU>, 2},
      {"LSTM", {7, 14, 22}, 3, 8, buildRecurrent<CellKind::LSTM>, 3},
      {"RNN", {7, 14, 22}, 3, 6, buildRecurrent<CellKind::RNN>, 2},
  };
  return rows;
}

} // namespace nnc::onnx
