// One node while it is imported: what the file says about it, and how to build operators.
//
// Errors latch: a getter that finds something wrong reports it once and returns a harmless
// value, and everything built afterwards is null. Builders therefore read a node straight
// through and return `node.finish(...)`, which fails if anything did.
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_NODE_H
#define NNC_LIB_IMPORT_ONNX_NODE_H

#include "dialects/NN/NN.h"
#include "lib/Import/ONNX/ElementTypes.h"
#include "lib/Import/ONNX/Operators.h"
#include "lib/Import/ONNX/Proto.h"
#include "lib/Import/ONNX/Tensor.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "mlir/IR/Builders.h"

#include <functional>

namespace nnc::onnx {

/// What all nodes of a graph share.
struct Scope {
  mlir::OpBuilder &builder;
  mlir::Location file;  ///< for diagnostics
  ExternalFiles &files; ///< of tensors in attributes
  /// Converts a subgraph of the node of this name where the builder is; the values of its outputs.
  std::function<mlir::FailureOr<llvm::SmallVector<mlir::Value>>(GraphProto &, llvm::StringRef)>
      importBody;
  /// Arguments of the function whose value a failed node had to know at compile time.
  llvm::SetVector<mlir::Value> needed = {};
  /// Values whose integers the model states to have fewer than 8 bits, and how many.
  llvm::DenseMap<mlir::Value, unsigned> narrowBits = llvm::DenseMap<mlir::Value, unsigned>();
};

class Node {
public:
  using Shape = llvm::SmallVector<int64_t>;

  Node(Scope &scope, NodeProto &proto, llvm::StringRef name, const OperatorRow &row, int64_t opset,
       int since, llvm::ArrayRef<mlir::Value> inputs);

  /// Begins an error about this node and marks it as failed.
  mlir::InFlightDiagnostic error();
  bool hasFailed() const { return failed; }

  /// The operator's version: the operator set in which its present form appeared.
  int since() const { return sinceVersion; }
  llvm::StringRef op() const { return proto.op_type(); }
  mlir::OpBuilder &builder() { return scope.builder; }
  mlir::MLIRContext *context() { return scope.builder.getContext(); }

  //===-- Operands -------------------------------------------------------------------------===//

  unsigned numInputs() const { return inputs.size(); }
  /// An operand; null when the optional input is absent.
  mlir::Value input(unsigned i) const { return i < inputs.size() ? inputs[i] : mlir::Value(); }
  bool hasInput(unsigned i) const { return static_cast<bool>(input(i)); }
  /// An operand as errors name it: input 1 ('x_scale').
  std::string describeInput(unsigned i) const;
  /// Whether the node names its i-th output.
  bool hasOutput(unsigned i) const;
  unsigned numOutputs() const { return proto.output_size(); }

  /// Type, shape and rank of a value that builders obtained from this node.
  static mlir::RankedTensorType typeOf(mlir::Value value);
  static llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) { return typeOf(value).getShape(); }
  static int64_t rankOf(mlir::Value value) { return typeOf(value).getRank(); }
  static mlir::Type elementOf(mlir::Value value) { return typeOf(value).getElementType(); }

  /// Bits of a value whose integers the model states to have fewer than 8; 0 for all others.
  unsigned narrowBitsOf(mlir::Value value) const { return scope.narrowBits.lookup(value); }
  /// States them of a result that is about to be finished.
  mlir::Value withBits(mlir::Value value, unsigned bits);

  /// The elements of an input that must be known at compile time, like axes or sizes.
  Shape constantIntegers(unsigned i, llvm::StringRef what);
  llvm::SmallVector<double> constantFloats(unsigned i, llvm::StringRef what);
  int64_t constantInteger(unsigned i, llvm::StringRef what);
  /// The constant behind a value, or null.
  static mlir::ElementsAttr constantOf(mlir::Value value);

  //===-- Attributes -----------------------------------------------------------------------===//

  bool hasAttribute(llvm::StringRef name) const;
  int64_t integer(llvm::StringRef name, int64_t fallback);
  int64_t requiredInteger(llvm::StringRef name);
  bool flag(llvm::StringRef name, bool fallback); ///< an integer that must be 0 or 1
  double real(llvm::StringRef name, double fallback);
  std::string text(llvm::StringRef name, llvm::StringRef fallback);
  Shape integers(llvm::StringRef name); ///< empty when absent
  llvm::SmallVector<double> reals(llvm::StringRef name);
  llvm::SmallVector<std::string> texts(llvm::StringRef name);
  mlir::ElementsAttr tensor(llvm::StringRef name); ///< null when absent
  /// Bits of the integers of a tensor where it states fewer than 8, else 0.
  unsigned narrowBitsOfTensor(llvm::StringRef name) const;
  mlir::ElementsAttr sparseTensor(llvm::StringRef name);
  GraphProto *graph(llvm::StringRef name); ///< must be there; null after a failure
  /// Converts a subgraph in place; the values of its outputs.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> importBody(GraphProto &body);
  /// Accepts an attribute that does not matter for inference.
  void ignore(llvm::StringRef name) { known.insert(name); }
  /// Reports attributes that no getter asked for.
  void checkAttributes();

  //===-- Checked numbers ------------------------------------------------------------------===//

  /// An axis of `rank` dimensions, counted from the end when negative; with `inclusive` it may
  /// also be `rank`.
  int64_t axis(int64_t value, int64_t rank, bool inclusive = false);
  /// Several axes, ascending, without repetition.
  Shape axes(llvm::ArrayRef<int64_t> values, int64_t rank);

  //===-- Building -------------------------------------------------------------------------===//

  /// Builds an operator whose result type is inferred. Null after a failure.
  template <typename Op, typename... Args> mlir::Value make(Args &&...args) {
    if (failed)
      return {};
    mlir::OperationState state(location, Op::getOperationName());
    Op::build(scope.builder, state, placeholder(), std::forward<Args>(args)...);
    return firstResult(create(state, &infer<Op>));
  }
  /// Builds an operator of a stated result type.
  template <typename Op, typename... Args>
  mlir::Value makeTyped(mlir::RankedTensorType type, Args &&...args) {
    if (failed || !checkSize(type))
      return {};
    mlir::OperationState state(location, Op::getOperationName());
    Op::build(scope.builder, state, type, std::forward<Args>(args)...);
    return firstResult(create(state, nullptr));
  }
  /// Builds an operator with two results of inferred types.
  template <typename Op, typename... Args>
  std::pair<mlir::Value, mlir::Value> makePair(Args &&...args) {
    if (failed)
      return {};
    mlir::OperationState state(location, Op::getOperationName());
    Op::build(scope.builder, state, placeholder(), placeholder(), std::forward<Args>(args)...);
    Results results = create(state, &infer<Op>);
    return results.empty() ? std::pair<mlir::Value, mlir::Value>()
                           : std::pair(results[0], results[1]);
  }

  /// Builds an operator of which inference tells how many results it has, up to three. Empty after
  /// a failure.
  template <typename Op, typename... Args>
  llvm::SmallVector<mlir::Value, 2> makeAll(Args &&...args) {
    if (failed)
      return {};
    mlir::OperationState state(location, Op::getOperationName());
    Op::build(scope.builder, state, placeholder(), placeholder(), placeholder(),
              std::forward<Args>(args)...);
    return create(state, &infer<Op>);
  }

  /// Short forms of the operators that many builders need.
  mlir::Value constant(mlir::ElementsAttr value);
  mlir::Value constant(llvm::ArrayRef<int64_t> values, llvm::ArrayRef<int64_t> shape);
  mlir::Value scalar(double value, mlir::Type element); ///< rank 0
  mlir::Value unary(nn::UnaryKind kind, mlir::Value x);
  mlir::Value binary(nn::BinaryKind kind, mlir::Value a, mlir::Value b);
  mlir::Value add(mlir::Value a, mlir::Value b) { return binary(nn::BinaryKind::add, a, b); }
  mlir::Value sub(mlir::Value a, mlir::Value b) { return binary(nn::BinaryKind::sub, a, b); }
  mlir::Value mul(mlir::Value a, mlir::Value b) { return binary(nn::BinaryKind::mul, a, b); }
  mlir::Value div(mlir::Value a, mlir::Value b) { return binary(nn::BinaryKind::div, a, b); }
  mlir::Value compare(nn::ComparePredicate predicate, mlir::Value a, mlir::Value b);
  mlir::Value reduce(nn::ReduceKind kind, mlir::Value x, llvm::ArrayRef<int64_t> axes,
                     bool keepDims = true);
  /// These return their operand when there is nothing to do.
  mlir::Value cast(mlir::Value x, mlir::Type element, bool saturate = false);
  mlir::Value reshape(mlir::Value x, llvm::ArrayRef<int64_t> shape);
  mlir::Value broadcast(mlir::Value x, llvm::ArrayRef<int64_t> shape);
  mlir::Value transpose(mlir::Value x, llvm::ArrayRef<int64_t> perm);

  /// Ends a builder: states the node's outputs, null for those the node does not name.
  mlir::LogicalResult finish(llvm::ArrayRef<mlir::Value> values);
  llvm::ArrayRef<mlir::Value> results() const { return outputs; }

private:
  using Results = llvm::SmallVector<mlir::Value, 2>;
  using InferFn = mlir::LogicalResult (*)(mlir::MLIRContext *, mlir::OperationState &,
                                          llvm::SmallVectorImpl<mlir::Type> &);
  template <typename Op>
  static mlir::LogicalResult infer(mlir::MLIRContext *context, mlir::OperationState &state,
                                   llvm::SmallVectorImpl<mlir::Type> &types) {
    return Op::inferReturnTypes(context, state.location, state.operands,
                                state.attributes.getDictionary(context), state.getRawProperties(),
                                state.regions, types);
  }

  void nameOutputs();
  const AttributeProto *find(llvm::StringRef name, int32_t kind);
  Results create(mlir::OperationState &state, InferFn infer);
  mlir::ElementsAttr requireConstant(unsigned i, llvm::StringRef what);
  bool checkSize(mlir::RankedTensorType type);
  mlir::Type placeholder() { return scope.builder.getF32Type(); }
  static mlir::Value firstResult(const Results &results) {
    return results.empty() ? mlir::Value() : results.front();
  }

  Scope &scope;
  NodeProto &proto;
  std::string name;
  int64_t opset;
  int sinceVersion;
  llvm::SmallVector<mlir::Value> inputs, outputs;
  mlir::Location location;
  llvm::StringSet<> known; ///< attributes that a getter asked for
  bool failed = false;
};

} // namespace nnc::onnx

#endif
