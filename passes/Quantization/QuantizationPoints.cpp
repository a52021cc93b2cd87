// Decides which values of a network get integers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Quantization/QuantizationPoints.h"

#include "dialects/NN/NN.h"
#include "dialects/NN/NodeNames.h"
#include "passes/Graph/Products.h"
#include "passes/Quantization/InterfaceTypes.h"
#include "passes/Quantization/Movement.h"

using namespace mlir;

namespace nnc {

llvm::Expected<SkippedLayers> SkippedLayers::parse(ArrayRef<std::string> texts) {
  SkippedLayers skipped;
  for (const std::string &text : texts) {
    auto pattern = llvm::GlobPattern::create(text);
    if (!pattern)
      return llvm::createStringError(
          "'" + text + "' is no pattern of names: " + llvm::toString(pattern.takeError()));
    skipped.patterns.push_back(std::move(*pattern));
  }
  return skipped;
}

bool SkippedLayers::contains(Operation *op) const {
  SmallVector<StringRef> names;
  nn::appendNodeNames(op->getLoc(), names);
  names.push_back(nn::tensorName(op->getLoc()));
  return llvm::any_of(patterns, [&](const llvm::GlobPattern &pattern) {
    return llvm::any_of(names, [&](StringRef name) { return pattern.match(name); });
  });
}

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }
bool isReal(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32() && type.getNumElements() > 0;
}
bool isConstant(Value value) { return value.getDefiningOp<nn::ConstantOp>() != nullptr; }
bool isScalarOf(Value value, Value other) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  return constant && constant.getValue().isSplat() &&
         (typeOf(value).getNumElements() == 1 || typeOf(value) == typeOf(other));
}

/// What an operator is to quantization.
enum class Role : uint8_t {
  Other,    ///< computed in floating point
  Exact,    ///< has an integer form of its own
  Function, ///< of one number: part of a table
  Limit,    ///< belongs to the operator that it limits or is the bias of
  Movement, ///< elements of its first operand
};

/// Whether an operator is a product with constant weights that has an integer form.
bool isProduct(Operation *op) {
  std::optional<Product> product = productOf(op);
  if (!product || isa<nn::ConvTransposeOp>(op))
    return false;
  if (!product->isMatMul())
    return !product->bias || isConstant(product->bias);
  const reference::Tensor &weights = product->elements;
  return op->getOperand(1) == product->weights &&
         weights.size() == weights.dim(weights.rank() - 1) * weights.dim(weights.rank() - 2);
}

/// Whether a sum adds a bias for each column to a product that nobody else reads.
bool addsBias(nn::BinaryOp op) {
  if (op.getKind() != nn::BinaryKind::add)
    return false;
  for (auto [product, bias] :
       {std::pair(op.getLhs(), op.getRhs()), std::pair(op.getRhs(), op.getLhs())}) {
    auto matmul = product.getDefiningOp<nn::MatMulOp>();
    if (!matmul || !matmul->hasOneUse() || !isConstant(bias) || product.getType() != op.getType())
      continue;
    int64_t columns = typeOf(product).getShape().back(), count = typeOf(bias).getNumElements();
    if (count == 1 || (count == columns && typeOf(bias).getShape().back() == columns))
      return true;
  }
  return false;
}

class Finder {
public:
  Finder(func::FuncOp function, const SkippedLayers &skipped)
      : function(function), skipped(skipped) {}

  QuantizationPoints find() {
    Block &body = function.getBody().front();
    for (Operation &op : body)
      if (Role role = classify(&op); role != Role::Other)
        roles[&op] = role;
    for (Operation &op : body)
      if (roleOf(&op) == Role::Exact)
        collect(&op);
    wantInterface();
    auto keep = [&](Value value) {
      if (!wanted.contains(value))
        return;
      points.values.push_back(value);
      if (!fed.contains(value))
        points.last.insert(value);
    };
    llvm::for_each(body.getArguments(), keep);
    for (Operation &op : body)
      llvm::for_each(op.getResults(), keep);
    return std::move(points);
  }

private:
  Role roleOf(Operation *op) const { return roles.lookup_or(op, Role::Other); }

  Role classify(Operation *op) {
    if (op->getNumResults() != 1 || !isReal(op->getResult(0)) || skipped.contains(op))
      return Role::Other;
    if (isProduct(op) || isa<nn::ConcatOp>(op))
      return Role::Exact;
    if (auto reduce = dyn_cast<nn::ReduceOp>(op);
        reduce &&
        (reduce.getKind() == nn::ReduceKind::mean || reduce.getKind() == nn::ReduceKind::sum))
      return Role::Exact;
    if (auto pool = dyn_cast<nn::PoolOp>(op); pool && pool.getKind() == nn::PoolKind::average)
      return Role::Exact;
    if (movesElements(op))
      return Role::Movement;
    if (auto binary = dyn_cast<nn::BinaryOp>(op))
      return classifyBinary(binary);
    if (!isa<nn::UnaryOp, nn::ClampOp>(op))
      return Role::Other;
    auto unary = dyn_cast<nn::UnaryOp>(op);
    bool limits = !unary || unary.getKind() == nn::UnaryKind::relu;
    return limits && belongsTo(op->getOperand(0)) ? Role::Limit : functionOf(op, op->getOperand(0));
  }

  /// Whether what reads a value alone is computed together with it.
  bool belongsTo(Value value) const {
    Role role = roleOf(value.getDefiningOp());
    return value.hasOneUse() && (role == Role::Exact || role == Role::Limit);
  }

  Role functionOf(Operation *op, Value operand) {
    if (typeOf(operand) != typeOf(op->getResult(0)) || isConstant(operand))
      return Role::Other;
    sources[op->getResult(0)] = sourceOf(operand);
    return Role::Function;
  }

  Role classifyBinary(nn::BinaryOp op) {
    Value a = op.getLhs(), b = op.getRhs();
    if (addsBias(op) && roleOf(a.getDefiningOp()) == Role::Exact)
      return Role::Limit;
    if (isScalarOf(b, a))
      return functionOf(op, a);
    if (isScalarOf(a, b))
      return functionOf(op, b);
    if (sourceOf(a) == sourceOf(b))
      return functionOf(op, a);
    switch (op.getKind()) {
    case nn::BinaryKind::add:
    case nn::BinaryKind::sub:
    case nn::BinaryKind::mul:
    case nn::BinaryKind::max:
    case nn::BinaryKind::min:
      return Role::Exact;
    default:
      return Role::Other;
    }
  }

  /// What the elements of a value come from.
  Value originOf(Value value) const {
    while (roleOf(value.getDefiningOp()) == Role::Movement)
      value = value.getDefiningOp()->getOperand(0);
    return value;
  }

  /// The value that a tree of functions reads; a value itself where it is in no tree.
  Value sourceOf(Value value) const { return sources.lookup_or(value, value); }

  void collect(Operation *op) {
    bool product = isProduct(op);
    if (product)
      points.products.insert(op);
    for (OpOperand &operand : op->getOpOperands()) {
      if (product && operand.getOperandNumber() > 0)
        break;
      if (isConstant(operand.get()))
        points.constants.push_back(&operand);
      else if (isReal(operand.get()))
        feed(operand.get());
    }
    Value result = op->getResult(0);
    while (result.hasOneUse() && roleOf(*result.user_begin()) == Role::Limit)
      result = (*result.user_begin())->getResult(0);
    wanted.insert(result);
  }

  /// Inputs and results that callers pass as integers.
  void wantInterface() {
    for (BlockArgument argument : function.getArguments())
      if (isReal(argument) &&
          asksForIntegers(function.getArgAttr(argument.getArgNumber(), kInterfaceTypeAttr)))
        wanted.insert(argument);
    for (auto [i, value] : llvm::enumerate(function.front().getTerminator()->getOperands()))
      if (isReal(value) &&
          asksForIntegers(function.getResultAttr(static_cast<unsigned>(i), kInterfaceTypeAttr)))
        wanted.insert(originOf(value));
  }

  /// A value that is read as integers; so is what it is a function of.
  void feed(Value value) {
    value = originOf(value);
    if (isConstant(value) || !fed.insert(value).second)
      return;
    wanted.insert(value);
    // A function of a value in floating point may be computed there, too.
    Value source = sourceOf(value), origin = originOf(source);
    Role role = roleOf(origin.getDefiningOp());
    if (source != value &&
        (isa<BlockArgument>(origin) || role == Role::Exact || role == Role::Limit))
      feed(source);
  }

  func::FuncOp function;
  const SkippedLayers &skipped;
  QuantizationPoints points;
  DenseMap<Operation *, Role> roles;
  DenseMap<Value, Value> sources;
  DenseSet<Value> wanted, fed;
};

} // namespace

bool movesElements(Operation *op) {
  return op->getNumOperands() > 0 && !isConstant(op->getOperand(0)) && movesFirstOperand(op);
}

QuantizationPoints findQuantizationPoints(func::FuncOp function, const SkippedLayers &skipped) {
  return Finder(function, skipped).find();
}

} // namespace nnc
