// nn.recurrent → kernel.recurrent: weights as the products of a step read them, the formulas of the
// cell as regions. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "passes/Conversion/NNToKernel/KernelBuilding.h"
#include "passes/Conversion/Scalar/Recurrent.h"

using namespace mlir;

namespace nnc {

namespace {

struct ConvertRecurrent : OpRewritePattern<nn::RecurrentOp> {
  ConvertRecurrent(MLIRContext *context, const Conversion &conversion)
      : OpRewritePattern(context), conversion(conversion) {}

  LogicalResult matchAndRewrite(nn::RecurrentOp op, PatternRewriter &rewriter) const override {
    if (!typeOf(op.getInput()).getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "element type is not f32");
    if (op.getBatch() == 0)
      return rewriter.notifyMatchFailure(op, "empty tensor");
    bool inner = op.multipliesReset();
    int64_t gates = nn::gatesOf(op.getKind()), outer = gates - inner;
    TileChoice tile = tileFor(op, outer), innerTile = tileFor(op, 1);
    SmallVector<Value> states = {initial(rewriter, op, op.getHidden())}, extra;
    if (op.getKind() == nn::CellKind::lstm)
      states.push_back(initial(rewriter, op, op.getCell()));
    for (Value operand : {op.getBias(), op.getPeepholes()})
      if (operand)
        extra.push_back(operand);
    kernel::TileAttr innerAttr =
        inner ? conversion.tile(getContext(), innerTile) : kernel::TileAttr();
    Value weights = weightsOf(rewriter, op, 0, outer, tile), innerWeights;
    if (inner)
      innerWeights = weightsOf(rewriter, op, outer, 1, innerTile);
    SmallVector<Type> types(llvm::drop_begin(op->getResultTypes()));
    auto result = kernel::RecurrentOp::create(
        rewriter, op.getLoc(), op.getStates().getType(), types, op.getInput(), weights,
        innerWeights, op.getLengths(), states, extra, readableConstant(op.getWeights()) != nullptr,
        op.getReverse(), conversion.tile(getContext(), tile), innerAttr);
    buildRegions(rewriter, op, result);
    rewriter.replaceOp(op, result->getResults());
    return success();
  }

private:
  const Conversion &conversion;

  TileChoice tileFor(nn::RecurrentOp op, int64_t gates) const {
    return chooseProductTile({1, op.getBatch(), gates * op.getUnits(), op.getUnits()},
                             conversion.machine);
  }

  /// A state before the first step.
  static Value initial(PatternRewriter &rewriter, nn::RecurrentOp op, Value given) {
    if (given)
      return given;
    auto type = RankedTensorType::get({op.getBatch(), op.getUnits()}, rewriter.getF32Type());
    return nn::ConstantOp::create(rewriter, op.getLoc(),
                                  cast<ElementsAttr>(rewriter.getZeroAttr(type)));
  }

  /// The values of constant weights; zeros where a single step multiplies them with zeros.
  static ElementsAttr knownWeights(nn::RecurrentOp op) {
    ElementsAttr known = readableConstant(op.getWeights());
    if (!known || op.getSteps() > 1 || op.getHidden() || !WeightPacker::isFinite(known))
      return known;
    return DenseElementsAttr::get(known.getShapedType(), 0.0f);
  }

  /// The weights of some gates: packed, or at run time with a row for each element of the state.
  Value weightsOf(PatternRewriter &rewriter, nn::RecurrentOp op, int64_t firstGate, int64_t gates,
                  const TileChoice &tile) const {
    int64_t units = op.getUnits(), first = firstGate * units, columns = gates * units;
    Location loc = op.getWeights().getLoc();
    if (ElementsAttr known = knownWeights(op))
      return conversion.packed(rewriter, loc, known,
                               {1,
                                1,
                                units,
                                0,
                                /*channelStride=*/1,
                                /*columnStride=*/units,
                                {columns, tile.columns, conversion.machine.vector},
                                first});
    Value rows = op.getWeights();
    if (columns != typeOf(rows).getDimSize(0))
      rows = nn::SliceOp::create(rewriter, loc,
                                 RankedTensorType::get({columns, units}, rewriter.getF32Type()),
                                 rows, ArrayRef<int64_t>{first, 0}, ArrayRef<int64_t>{1, 1});
    auto type = RankedTensorType::get({units, columns}, rewriter.getF32Type());
    return nn::TransposeOp::create(rewriter, loc, type, rows, ArrayRef<int64_t>{1, 0});
  }

  static void buildRegions(PatternRewriter &rewriter, nn::RecurrentOp op,
                           kernel::RecurrentOp result) {
    OpBuilder::InsertionGuard guard(rewriter);
    Location loc = op.getLoc();
    if (result.getInnerWeights()) {
      scalar::CellValues values = arguments(rewriter, op, result, result.getInner(),
                                            static_cast<size_t>(result.getProducts()));
      kernel::NextOp::create(rewriter, loc, scalar::buildReset(rewriter, loc, op, values));
    }
    scalar::CellValues values =
        arguments(rewriter, op, result, result.getCell(), static_cast<size_t>(result.getGates()));
    kernel::NextOp::create(rewriter, loc, scalar::buildStep(rewriter, loc, op, values));
  }

  /// Gives a region its block; its arguments by name.
  static scalar::CellValues arguments(PatternRewriter &rewriter, nn::RecurrentOp op,
                                      kernel::RecurrentOp result, Region &region, size_t products) {
    auto gates = static_cast<size_t>(result.getGates());
    size_t peepholes = op.getPeepholes() ? 3 : 0;
    SmallVector<Type> types(gates + products + result.getStates().size() + (op.getBias() ? 1 : 0) +
                                peepholes,
                            rewriter.getF32Type());
    Block *block =
        rewriter.createBlock(&region, {}, types, SmallVector<Location>(types.size(), op.getLoc()));
    auto rest = block->getArguments();
    auto take = [&](size_t count) {
      auto taken = rest.take_front(count);
      rest = rest.drop_front(count);
      return taken;
    };
    scalar::CellValues values;
    llvm::append_range(values.input, take(gates));
    llvm::append_range(values.product, take(products));
    llvm::append_range(values.states, take(result.getStates().size()));
    if (op.getBias())
      values.bias = take(1).front();
    llvm::append_range(values.peepholes, take(peepholes));
    return values;
  }
};

} // namespace

void populateRecurrentPatterns(RewritePatternSet &patterns, const Conversion &conversion) {
  patterns.add<ConvertRecurrent>(patterns.getContext(), conversion);
}

} // namespace nnc
