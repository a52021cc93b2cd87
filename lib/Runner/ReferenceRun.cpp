// Calls the reference evaluator on host tensors.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/ReferenceRun.h"

#include "dialects/RT/RT.h"
#include "lib/Reference/Evaluate.h"
#include "passes/Quantization/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"

namespace nnc {

static mlir::func::FuncOp entryOf(mlir::ModuleOp module) {
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function->hasAttr(rt::kEntryAttr))
      return function;
  return nullptr;
}

/// A copy in which integers are computed with where the object does. What is said of the model
/// meanwhile, its compilation says again.
static mlir::OwningOpRef<mlir::ModuleOp> withIntegers(mlir::ModuleOp module) {
  mlir::OwningOpRef<mlir::ModuleOp> copy = module.clone();
  mlir::ScopedDiagnosticHandler silence(module.getContext(),
                                        [](mlir::Diagnostic &) { return mlir::success(); });
  mlir::PassManager manager(module.getContext());
  manager.addNestedPass<mlir::func::FuncOp>(createFoldQdqPass());
  return mlir::succeeded(manager.run(*copy)) ? std::move(copy) : nullptr;
}

llvm::Error addReference(mlir::ModuleOp module, const ProgramInterface &interface, RunData &data) {
  mlir::func::FuncOp imported = entryOf(module);
  if (!imported)
    return llvm::createStringError(
        "the input is not at the import phase; the reference evaluator computes nn operators only");
  mlir::OwningOpRef<mlir::ModuleOp> integers = withIntegers(module);
  if (!integers)
    return llvm::createStringError("the quantized model has no form that can be evaluated");
  mlir::func::FuncOp entry = entryOf(*integers);
  data.expected.clear();
  for (const TensorSet &inputs : data.inputs) {
    std::vector<reference::Tensor> arguments;
    for (const HostTensor &input : inputs)
      arguments.push_back(reference::Tensor::borrow(input.shape, input.type, input.bytes));
    llvm::Expected<reference::Tensors> results = reference::evaluate(entry, arguments);
    if (!results)
      return results.takeError();
    TensorSet &expected = data.expected.emplace_back(interface.outputs);
    for (auto [tensor, result] : llvm::zip(expected, *results)) {
      reference::Tensor dense = result.dense();
      tensor.bytes.assign(dense.bytes().begin(), dense.bytes().end());
    }
  }
  return llvm::Error::success();
}

} // namespace nnc
