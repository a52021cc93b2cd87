// One import of one model.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_IMPORTER_H
#define NNC_LIB_IMPORT_ONNX_IMPORTER_H

#include "lib/Import/ONNX/Graph.h"
#include "lib/Import/ONNX/Import.h"
#include "lib/Import/ONNX/Node.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc::onnx {

/// Reads the file, checks versions, orders the nodes, looks up their operators, binds the inputs
/// and converts node by node.
class Importer {
public:
  Importer(llvm::StringRef path, const ImportOptions &options, mlir::MLIRContext &context)
      : path(path), options(options), context(context), builder(&context), files(path),
        file(mlir::FileLineColLoc::get(&context, path, 0, 0)) {}

  mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>> run();

  /// After a failure: the inputs whose values were needed at compile time.
  std::vector<std::string> neededInputs();

  /// The files of external tensors.
  const ExternalFiles &externalFiles() const { return files; }

private:
  mlir::InFlightDiagnostic report() { return mlir::emitError(file); }
  mlir::LogicalResult readVersions();
  mlir::FailureOr<std::vector<OperatorChoice>> chooseOperators(llvm::ArrayRef<NamedNode> nodes);
  mlir::LogicalResult checkBindings();
  mlir::LogicalResult createFunction();
  mlir::Value lookUp(llvm::StringRef name);
  mlir::Value materialize(llvm::StringRef name, mlir::ElementsAttr value);
  void noteBits(mlir::Value value, int32_t code);
  void addInitializers(GraphProto &graph);
  mlir::LogicalResult convert(const NamedNode &named, const OperatorChoice &choice);
  mlir::LogicalResult convertNodes(llvm::ArrayRef<NamedNode> nodes,
                                   llvm::ArrayRef<OperatorChoice> choices);
  mlir::LogicalResult enterBody(const std::vector<std::string> &names, llvm::StringRef node);
  void leaveBody(const std::vector<std::string> &names);
  /// Converts a subgraph of a node; the values of its outputs.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> importBody(GraphProto &body,
                                                             llvm::StringRef node);
  mlir::LogicalResult appendExposed(llvm::SmallVectorImpl<mlir::Value> &results);
  mlir::LogicalResult createReturn();
  void eraseUnused();

  std::string path;
  const ImportOptions &options;
  mlir::MLIRContext &context;
  mlir::OpBuilder builder;
  ExternalFiles files;
  mlir::Location file;
  Scope scope{builder, file, files,
              [this](GraphProto &body, llvm::StringRef node) { return importBody(body, node); }};

  std::unique_ptr<ModelProto> model;
  llvm::StringMap<int64_t> opsets; ///< domain → version
  llvm::StringMap<TensorProto *> initializers;
  llvm::StringMap<SparseTensorProto *> sparseInitializers;
  llvm::StringMap<mlir::Value> values; ///< of all graphs so far
  llvm::StringSet<> visible;           ///< names that the graph in work and those around it define
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
};

} // namespace nnc::onnx

#endif
