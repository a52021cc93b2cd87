// Verifier and scratch of the recurrent kernel; (C1) … are the constraints of its description.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/Panels.h"

#include "llvm/ADT/STLExtras.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace nnc::kernel {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// (C1) of one operand or result.
static LogicalResult verifyShape(RecurrentOp op, StringRef name, Value value,
                                 ArrayRef<int64_t> expected) {
  if (!value || typeOf(value).getShape() == expected)
    return success();
  return op.emitOpError() << name << " is " << value.getType() << ", expected shape [" << expected
                          << "]";
}

/// (C1) of weights of `columns` columns.
static LogicalResult verifyWeights(RecurrentOp op, Value weights, TileAttr tile, int64_t columns) {
  if (!op.getPacked())
    return verifyShape(op, "a weight", weights, {op.getUnits(), columns});
  Panels panels{columns, tile.getColumns(), tile.getVector()};
  return verifyShape(op, "a packed weight", weights, {panels.elements(op.getUnits())});
}

/// (C4)
static LogicalResult verifyRegion(RecurrentOp op, Region &region, StringRef name, size_t products,
                                  size_t results) {
  Block &block = region.front();
  size_t expected = static_cast<size_t>(op.getGates()) + products + op.getStates().size();
  for (Value extra : op.getExtra())
    expected += static_cast<size_t>(typeOf(extra).getNumElements() / op.getUnits());
  auto isF32 = [](Type type) { return type.isF32(); };
  if (block.getNumArguments() != expected || !llvm::all_of(block.getArgumentTypes(), isF32))
    return op.emitOpError() << "region '" << name << "' takes " << block.getNumArguments()
                            << " values, expected " << expected << " of f32";
  auto next = dyn_cast<NextOp>(block.getTerminator());
  if (!next || next.getValues().size() != results)
    return op.emitOpError() << "region '" << name << "' must end with kernel.next of " << results
                            << " values";
  return success();
}

/// (C2) and the parts of (C1) that the others need.
static LogicalResult verifySizes(RecurrentOp op) {
  if (op.getStates().empty() || op.getLast().size() != op.getStates().size())
    return op.emitOpError("has ") << op.getStates().size() << " states and " << op.getLast().size()
                                  << " results behind the first one, expected equally many, at "
                                     "least one";
  RankedTensorType input = op.getInput().getType(), state = typeOf(op.getStates().front());
  if (input.getRank() != 3 || state.getRank() != 2 || state.getDimSize(1) < 1)
    return op.emitOpError("input has rank ") << input.getRank() << " and the first state rank "
                                             << state.getRank() << ", expected 3 and 2";
  int64_t products = op.getInnerWeights() ? 2 : 1;
  if (input.getDimSize(2) % op.getUnits() != 0 || op.getGates() < products || op.getSteps() < 1)
    return op.emitOpError("input is ") << input << ", expected steps of at least " << products
                                       << " times " << op.getUnits() << " elements";
  return success();
}

LogicalResult RecurrentOp::verify() {
  if (failed(verifySizes(*this)))
    return failure();
  bool inner = getInnerWeights() != nullptr;
  if (inner != !getInner().empty() || inner != getInnerTile().has_value()) // (C3)
    return emitOpError("inner weights, inner tile and inner region must come together");
  int64_t batch = getBatch(), units = getUnits();
  SmallVector<Value> states(getStates());
  llvm::append_range(states, getLast());
  for (Value state : states)
    if (failed(verifyShape(*this, "a state", state, {batch, units})))
      return failure();
  for (Value extra : getExtra())
    if (typeOf(extra).getRank() != 1 || typeOf(extra).getNumElements() % units != 0)
      return emitOpError("an extra operand is ")
             << extra.getType() << ", expected one dimension of parts of " << units << " elements";
  if (failed(verifyShape(*this, "the result", getResult(), {getSteps(), batch, units})) ||
      failed(verifyShape(*this, "lengths", getLengths(), {batch})) ||
      failed(verifyWeights(*this, getWeights(), getTile(), getProducts() * units)))
    return failure();
  if (inner &&
      (failed(verifyWeights(*this, getInnerWeights(), *getInnerTile(), units)) ||
       failed(verifyRegion(*this, getInner(), "inner", static_cast<size_t>(getProducts()), 1))))
    return failure();
  return verifyRegion(*this, getCell(), "cell", static_cast<size_t>(getGates()),
                      getStates().size());
}

SmallVector<MemRefType> RecurrentOp::getScratchTypes() {
  auto buffer = [&](int64_t parts) {
    return MemRefType::get({parts * getBatch() * getUnits()}, Float32Type::get(getContext()));
  };
  SmallVector<MemRefType> types(getSteps() > 1 ? getStates().size() : 0, buffer(1));
  types.push_back(buffer(getProducts()));
  if (getInnerWeights())
    types.append(2, buffer(1));
  return types;
}

} // namespace nnc::kernel
