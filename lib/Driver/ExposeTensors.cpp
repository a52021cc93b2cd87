// Finds tensors by the names in their locations and appends them to the model's results.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/ExposeTensors.h"

#include "dialects/RT/RT.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace nnc {

/// The value that the last operator of this name computes; null where there is none.
static Value findTensor(func::FuncOp function, StringRef name) {
  Value found;
  for (Operation &op : function.getBody().front().without_terminator())
    if (auto location = dyn_cast<NameLoc>(op.getLoc());
        location && location.getName() == name && op.getNumResults() > 0)
      found = op.getResult(0);
  return found;
}

LogicalResult exposeTensors(ModuleOp module, const std::vector<std::string> &names) {
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function->hasAttr(rt::kEntryAttr))
      continue;
    Operation *end = function.getBody().front().getTerminator();
    for (const std::string &name : names) {
      Value value = findTensor(function, name);
      if (!value)
        return function.emitError("no operator computes a tensor '")
               << name << "'; it is an input or a constant, or the model has no such tensor";
      if (!isa<RankedTensorType>(value.getType()))
        return function.emitError("'") << name << "' is no tensor";
      unsigned number = function.getNumResults();
      Builder builder(module.getContext());
      auto attributes =
          builder.getDictionaryAttr(builder.getNamedAttr("nn.name", builder.getStringAttr(name)));
      if (failed(function.insertResult(number, value.getType(), attributes)))
        return failure();
      end->insertOperands(number, value);
    }
  }
  return success();
}

} // namespace nnc
