// Groups operators into layers and outlines one function for each; equal ones are shared.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "dialects/NN/NodeNames.h"
#include "dialects/RT/RT.h"
#include "lib/Support/Identifier.h"
#include "passes/Conversion/NNToLoops/ElementOps.h"
#include "passes/Conversion/NNToLoops/Scratch.h"
#include "passes/Memory/Grouping.h"
#include "passes/Memory/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace nnc {

#define GEN_PASS_DEF_FORMLAYERSPASS
#include "passes/Memory/Passes.h.inc"

namespace {

/// Whether a layer keeps the operand's operator inside: a free one, but kernel operators take
/// everything that is not a splat as arguments.
bool isKeptInside(OpOperand &operand) {
  Operation *source = operand.get().getDefiningOp();
  if (!source || !memory::isFree(source))
    return false;
  auto constant = dyn_cast<nn::ConstantOp>(source);
  if (isa<kernel::KernelDialect>(operand.getOwner()->getDialect()))
    return constant && constant.getValue().isSplat();
  return constant || isElementOp(operand.getOwner()) ||
         readsEachElementOnce(operand.getOwner(), operand.getOperandNumber());
}

/// Builds the function of one layer and finds out what it takes.
class Outliner {
public:
  Outliner(const memory::Group &group) : group(group) {}

  /// A function without a parent, to be named and inserted by the caller.
  func::FuncOp build();

  SmallVector<Value> arguments; ///< values of the model's function
  SmallVector<Value> results;   ///< results of the root that are used

private:
  void collectArguments();
  void repeatFree(Operation *op, OpBuilder &builder);
  void askForScratch(Operation *op, OpBuilder &builder);

  const memory::Group &group;
  IRMapping mapping;
};

void Outliner::collectArguments() {
  SmallPtrSet<Value, 8> known;
  for (Operation *op : group.ops) {
    for (OpOperand &operand : op->getOpOperands())
      if (!isKeptInside(operand) && known.insert(operand.get()).second)
        arguments.push_back(operand.get());
    for (Value result : op->getResults())
      known.insert(result);
  }
  SmallVector<Operation *> stored = group.pieces;
  if (stored.empty())
    stored.push_back(group.root());
  for (Operation *op : stored)
    for (Value result : op->getResults())
      if (!result.use_empty())
        results.push_back(result);
}

/// Clones a free operator, and the free ones that it is computed from, once.
void Outliner::repeatFree(Operation *op, OpBuilder &builder) {
  if (mapping.contains(op->getResult(0)))
    return;
  for (Value operand : op->getOperands())
    repeatFree(operand.getDefiningOp(), builder);
  builder.clone(*op, mapping);
}

func::FuncOp Outliner::build() {
  collectArguments();
  MLIRContext *context = group.root()->getContext();
  auto type =
      FunctionType::get(context, TypeRange(ValueRange(arguments)), TypeRange(ValueRange(results)));
  OpBuilder builder(context);
  auto function = func::FuncOp::create(builder, group.root()->getLoc(), "layer", type);
  function.setPrivate();
  Block *body = function.addEntryBlock();
  mapping.map(arguments, body->getArguments());
  builder.setInsertionPointToStart(body);
  Operation *root = nullptr;
  for (Operation *op : group.ops) {
    for (OpOperand &operand : op->getOpOperands())
      if (isKeptInside(operand))
        repeatFree(operand.get().getDefiningOp(), builder);
    root = builder.clone(*op, mapping);
  }
  for (Operation *piece : group.pieces)
    builder.clone(*piece, mapping)->removeAttr(rt::kPieceAttr);
  SmallVector<Value> returned =
      llvm::map_to_vector(results, [&](Value value) { return mapping.lookup(value); });
  func::ReturnOp::create(builder, group.root()->getLoc(), returned);
  askForScratch(root, builder);
  return function;
}

void Outliner::askForScratch(Operation *op, OpBuilder &builder) {
  builder.setInsertionPoint(op);
  for (MemRefType type : nn::scratchTypes(op))
    rt::ScratchOp::create(builder, op->getLoc(), type);
}

/// The functions made so far, found by what they compute.
class LayerTable {
public:
  explicit LayerTable(ModuleOp module) : symbols(module) {}

  /// The function that does what `candidate` does: an earlier one, or `candidate` itself under a
  /// name of its own. `candidate` has no parent and is consumed.
  func::FuncOp findOrInsert(func::FuncOp candidate, StringRef name) {
    SmallVector<func::FuncOp> &likely = byHash[hash(candidate)];
    for (func::FuncOp known : likely) {
      if (!isEqual(known, candidate))
        continue;
      candidate.erase();
      return known;
    }
    candidate.setSymName(toSymbolPart(name.str()));
    symbols.insert(candidate);
    likely.push_back(candidate);
    return candidate;
  }

private:
  static llvm::hash_code hash(func::FuncOp function) {
    llvm::hash_code code = hash_value(Type(function.getFunctionType()));
    function.getBody().walk([&](Operation *op) {
      code = llvm::hash_combine(
          code, OperationEquivalence::computeHash(op, OperationEquivalence::ignoreHashValue,
                                                  OperationEquivalence::ignoreHashValue,
                                                  OperationEquivalence::IgnoreLocations));
    });
    return code;
  }

  static bool isEqual(func::FuncOp a, func::FuncOp b) {
    return a.getFunctionType() == b.getFunctionType() &&
           OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(),
                                                      OperationEquivalence::IgnoreLocations);
  }

  SymbolTable symbols;
  llvm::DenseMap<llvm::hash_code, SmallVector<func::FuncOp>> byHash;
};

/// Where the layer comes from: all its operators, in order.
Location locationOf(const memory::Group &group) {
  SmallVector<Location> locations =
      llvm::map_to_vector(group.ops, [](Operation *op) { return op->getLoc(); });
  for (Operation *piece : group.pieces)
    locations.insert(locations.begin(), piece->getLoc());
  return FusedLoc::get(group.root()->getContext(), locations);
}

/// Adds a layer's name to the list of those that share the function.
void addSharer(func::FuncOp function, StringAttr name) {
  SmallVector<Attribute> names;
  if (auto known = function->getAttrOfType<ArrayAttr>(rt::kNodesAttr))
    llvm::append_range(names, known);
  names.push_back(name);
  function->setAttr(rt::kNodesAttr, ArrayAttr::get(function.getContext(), names));
}

/// Replaces the group by a call. Operators without a name are called by their kind.
void outline(const memory::Group &group, const memory::Grouping &grouping, LayerTable &table) {
  Outliner outliner(group);
  func::FuncOp candidate = outliner.build();
  Operation *root = group.root();
  StringRef name = nn::nodeName(root->getLoc());
  auto layer =
      StringAttr::get(root->getContext(), name.empty() ? root->getName().stripDialect() : name);
  func::FuncOp function = table.findOrInsert(candidate, layer);
  if (!function->hasAttr(rt::kLayerAttr))
    function->setAttr(rt::kLayerAttr, layer);
  addSharer(function, layer);

  OpBuilder builder(root);
  Location location = locationOf(group);
  auto call = func::CallOp::create(builder, location, function, outliner.arguments);
  call->setAttr(rt::kLayerAttr, layer);
  SmallVector<StringRef> nodes;
  nn::appendNodeNames(location, nodes);
  if (nodes.empty())
    nodes.push_back(layer.getValue());
  call->setAttr(rt::kNodesAttr, builder.getStrArrayAttr(nodes));
  for (auto [old, value] : llvm::zip_equal(outliner.results, call.getResults()))
    // Operators that are repeated still read what they are computed from.
    old.replaceUsesWithIf(
        value, [&](OpOperand &use) { return !grouping.repeated.contains(use.getOwner()); });
  SmallVector<Operation *> replaced(group.ops.begin(), group.ops.end());
  llvm::append_range(replaced, group.pieces);
  for (Operation *op : llvm::reverse(replaced))
    if (op->use_empty())
      op->erase();
}

class FormLayersPass : public impl::FormLayersPassBase<FormLayersPass> {
public:
  using FormLayersPassBase::FormLayersPassBase;

  void runOnOperation() override {
    LayerTable table(getOperation());
    // Layer functions are appended while this runs.
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (function->hasAttr(rt::kEntryAttr) && failed(formLayers(function, table)))
        return signalPassFailure();
  }

private:
  LogicalResult formLayers(func::FuncOp model, LayerTable &table);
};

/// Operators that nothing reads, the last first.
void eraseUnused(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

LogicalResult checkForm(func::FuncOp model) {
  if (!model.getBody().hasOneBlock())
    return model.emitError("the model's function has ")
           << model.getBody().getBlocks().size() << " blocks, expected one";
  for (Operation &op : model.getBody().front())
    if (!isa<nn::NNDialect, kernel::KernelDialect>(op.getDialect()) && !isa<func::ReturnOp>(op))
      return op.emitError("cannot be part of a layer; expected operators of nn and kernel only");
  return success();
}

LogicalResult FormLayersPass::formLayers(func::FuncOp model, LayerTable &table) {
  if (maxOps == 0)
    return model.emitError("option max-ops is 0, expected at least 1");
  if (failed(checkForm(model)))
    return failure();
  Block &block = model.getBody().front();
  eraseUnused(block);
  memory::Grouping grouping = memory::groupIntoLayers(block, maxOps);
  for (const memory::Group &group : grouping.groups)
    outline(group, grouping, table);
  eraseUnused(block);
  return success();
}

} // namespace
} // namespace nnc
