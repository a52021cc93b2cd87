// Functions of single numbers between nn.dequantize and nn.quantize, as tables.
//
// With 8 bits there are 256 arguments: whatever a tree of elementwise operators computes from one
// quantized value and numbers is a table of what nn.quantize gives. Part of nn-compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Reference/Evaluate.h"
#include "passes/Quantization/FoldQdq.h"

#include "llvm/ADT/SetVector.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace nnc {

namespace {

constexpr int64_t kEntries = 256;

bool isElementwise(Operation *op) {
  return isa<nn::UnaryOp, nn::ClampOp, nn::BinaryOp, nn::CompareOp, nn::SelectOp>(op);
}

bool isSplat(Value value) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  return constant && constant.getValue().isSplat();
}

/// A tree of elementwise operators on one dequantized value.
struct Tree {
  Value source;                     ///< the real value
  llvm::SetVector<Operation *> ops; ///< operands before operators
};

/// Collects the tree behind a value of the result's shape; false where it reads anything else.
bool collect(Value value, ArrayRef<int64_t> shape, Tree &tree) {
  constexpr size_t kMostOperators = 32;
  if (isSplat(value))
    return true;
  Operation *op = value.getDefiningOp();
  if (!op || typeOf(value).getShape() != shape)
    return false;
  if (isa<nn::DequantizeOp>(op)) {
    if (!tree.source)
      tree.source = value;
    return tree.source == value;
  }
  if (tree.ops.contains(op))
    return true;
  if (!isElementwise(op) || tree.ops.size() >= kMostOperators)
    return false;
  for (Value operand : op->getOperands())
    if (!collect(operand, shape, tree))
      return false;
  tree.ops.insert(op);
  return true;
}

/// The tree as a function of the 256 integers, in the order of their bit patterns, to those of the
/// result. Belongs to no module.
OwningOpRef<func::FuncOp> functionOf(const Tree &tree, Value result, quant::QuantizedType from,
                                     quant::QuantizedType to) {
  OpBuilder builder(result.getContext());
  Location loc = result.getLoc();
  auto table = [&](Type element) { return RankedTensorType::get({kEntries}, element); };
  auto type = builder.getFunctionType(table(nn::storageType(from)), table(nn::storageType(to)));
  OwningOpRef<func::FuncOp> function = func::FuncOp::create(builder, loc, "table", type);
  builder.setInsertionPointToStart(function->addEntryBlock());
  IRMapping mapping;
  Value quantized = nn::StorageCastOp::create(builder, loc, table(from), function->getArgument(0));
  mapping.map(tree.source, Value(nn::DequantizeOp::create(builder, loc, table(builder.getF32Type()),
                                                          quantized)));
  for (Operation *op : tree.ops) {
    for (Value operand : op->getOperands())
      if (auto splat = operand.getDefiningOp<nn::ConstantOp>(); splat && !mapping.contains(operand))
        mapping.map(operand, nn::ConstantOp::create(
                                 builder, loc,
                                 cast<SplatElementsAttr>(splat.getValue())
                                     .resizeSplat(table(typeOf(operand).getElementType())))
                                 .getResult());
    Operation *copy = builder.clone(*op, mapping);
    copy->getResult(0).setType(table(typeOf(op->getResult(0)).getElementType()));
  }
  Value q = nn::QuantizeOp::create(builder, loc, table(to), mapping.lookup(result));
  q = nn::StorageCastOp::create(builder, loc, table(nn::storageType(to)), q);
  func::ReturnOp::create(builder, loc, q);
  return function;
}

/// quantize(f(dequantize(x))) → table[x]
struct FoldTable : FoldIntoIntegers {
  using FoldIntoIntegers::FoldIntoIntegers;

  Value fold(const Request &request) const override {
    if (!isElementwise(request.root))
      return {};
    Value result = request.root->getResult(0);
    Tree tree;
    if (!collect(result, typeOf(result).getShape(), tree) || !tree.source)
      return {};
    Stored x = *Stored::of(tree.source);
    if (!x.isUniform() || x.bits() != 8)
      return request.because("its input has several scales or more than 8 bits: no table");
    OwningOpRef<func::FuncOp> function = functionOf(tree, result, x.type, request.result);
    reference::Tensor arguments =
        reference::Tensor::zeros({kEntries}, *reference::elementTypeOf(nn::storageType(x.type)));
    for (int64_t i = 0; i < kEntries; ++i)
      arguments.setInteger(i, i);
    llvm::Expected<reference::Tensors> values = reference::evaluate(*function, arguments);
    if (!values)
      return request.because(llvm::toString(values.takeError()));
    return lookUp(request, x, values->front());
  }

private:
  /// Negative numbers count from the end of the table, so bit patterns find their places.
  static Value lookUp(const Request &request, const Stored &x, const reference::Tensor &table) {
    PatternRewriter &rewriter = request.rewriter;
    Location loc = request.root->getLoc();
    constexpr int64_t kResourceBytes = 4096;
    Value entries =
        nn::ConstantOp::create(rewriter, loc, table.toAttr(rewriter.getContext(), kResourceBytes));
    Value index = widen(rewriter, loc, x.integers(rewriter));
    auto type = RankedTensorType::get(typeOf(index).getShape(), nn::storageType(request.result));
    return nn::GatherOp::create(rewriter, request.loc, type, entries, index, 0);
  }
};

} // namespace

void populateTableFolds(RewritePatternSet &patterns, FoldIntoIntegers::Reasons &reasons) {
  patterns.add<FoldTable>(patterns.getContext(), reasons);
}

} // namespace nnc
