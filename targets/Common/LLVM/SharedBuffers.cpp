// Splits a layer function by how its calls share buffers. The memory plan has checked that an input
// either begins at the very byte of a result or shares nothing with it. Part of nn-compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/SharedBuffers.h"

#include "dialects/RT/RT.h"
#include "targets/Common/LLVM/Places.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

#include <map>

using namespace mlir;

namespace nnc {
namespace {

/// For each input that may share: the result argument on whose bytes it lies in a call, or none.
using Sharing = SmallVector<std::optional<unsigned>>;

/// Inputs of a layer that may share their bytes.
SmallVector<unsigned> sharingInputs(func::FuncOp function) {
  SmallVector<unsigned> inputs;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (function.getArgAttr(i, rt::kMayAliasAttr))
      inputs.push_back(i);
  return inputs;
}

Sharing sharingOf(func::CallOp call, func::FuncOp function, ArrayRef<unsigned> inputs) {
  Sharing sharing;
  for (unsigned input : inputs) {
    std::optional<unsigned> result;
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (function.getArgAttr(i, rt::kResultAttr) &&
          placeOf(call.getOperand(i)) == placeOf(call.getOperand(input)))
        result = i;
    sharing.push_back(result);
  }
  return sharing;
}

/// Makes a function read the results' buffers; the inputs stay as unused arguments.
void applySharing(func::FuncOp function, ArrayRef<unsigned> inputs, const Sharing &sharing) {
  for (auto [input, result] : llvm::zip_equal(inputs, sharing)) {
    if (result)
      function.getArgument(input).replaceAllUsesWith(function.getArgument(*result));
    function.removeArgAttr(input, rt::kMayAliasAttr);
  }
}

bool typesAgree(func::FuncOp function, ArrayRef<unsigned> inputs, const Sharing &sharing) {
  return llvm::all_of(llvm::zip_equal(inputs, sharing), [&](auto pair) {
    auto [input, result] = pair;
    return !result ||
           function.getArgument(input).getType() == function.getArgument(*result).getType();
  });
}

void separate(func::FuncOp function, ArrayRef<func::CallOp> calls, SymbolTable &symbols) {
  SmallVector<unsigned> inputs = sharingInputs(function);
  std::map<Sharing, SmallVector<func::CallOp>> groups;
  for (func::CallOp call : calls)
    groups[sharingOf(call, function, inputs)].push_back(call);
  if (!llvm::all_of(groups, [&](auto &group) { return typesAgree(function, inputs, group.first); }))
    return;
  // The last group keeps the function itself, so that a layer with one kind of calls is not copied.
  size_t left = groups.size();
  for (auto &[sharing, members] : groups) {
    func::FuncOp version = function;
    if (--left > 0) {
      version = function.clone();
      symbols.insert(version, Block::iterator(function));
      for (func::CallOp call : members)
        call.setCallee(version.getSymName());
    }
    applySharing(version, inputs, sharing);
  }
}

} // namespace

void separateSharedBuffers(ModuleOp module) {
  SymbolTable symbols(module);
  llvm::MapVector<func::FuncOp, SmallVector<func::CallOp>> calls;
  module.walk([&](func::CallOp call) {
    if (auto function = symbols.lookup<func::FuncOp>(call.getCallee()))
      if (!function.isDeclaration() && !sharingInputs(function).empty())
        calls[function].push_back(call);
  });
  for (auto &[function, members] : calls)
    separate(function, members, symbols);
}

} // namespace nnc
