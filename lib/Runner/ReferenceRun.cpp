// Calls the reference evaluator on host tensors.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/ReferenceRun.h"

#include "dialects/RT/RT.h"
#include "lib/Reference/Evaluate.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc {

static mlir::func::FuncOp entryOf(mlir::ModuleOp module) {
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function->hasAttr(rt::kEntryAttr))
      return function;
  return nullptr;
}

llvm::Error addReference(mlir::ModuleOp module, const ProgramInterface &interface, RunData &data) {
  mlir::func::FuncOp entry = entryOf(module);
  if (!entry)
    return llvm::createStringError(
        "the input is not at the import phase; the reference evaluator computes nn operators only");
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
