// Trial runs of the code generator, on copies of the functions that may spill.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/Scheduling.h"

#include "targets/Common/LLVM/LoopCost.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace nnc {

/// The weights are estimates: where they differ less, LLVM's order stays.
constexpr double kClearlyLess = 0.99;

SchedulerGate::SchedulerGate(LLVMContext &context, StringSet<> unscheduled)
    : context(context), before(context.getOptPassGate()), unscheduled(std::move(unscheduled)) {
  context.setOptPassGate(*this);
}

SchedulerGate::~SchedulerGate() { context.setOptPassGate(before); }

bool SchedulerGate::shouldRunPass(StringRef pass, StringRef unit) const {
  // LLVM describes a function as "function (NAME)".
  return pass != "machine-scheduler" || !unit.consume_front("function (") ||
         !unit.consume_back(")") || !unscheduled.contains(unit);
}

/// Whether a loop of a function computes so many numbers that registers may not hold them.
static bool mayRunShort(const Function &function) {
  constexpr unsigned kFew = 4;
  DominatorTree dominators(const_cast<Function &>(function));
  LoopInfo loops(dominators);
  return llvm::any_of(loops.getLoopsInPreorder(), [](const Loop *loop) {
    return llvm::any_of(loop->blocks(), [](const BasicBlock *block) {
      return llvm::count_if(*block, [](const Instruction &instruction) {
               return instruction.getType()->isFPOrFPVectorTy();
             }) > kFew;
    });
  });
}

/// Copies of some functions, with declarations of all they refer to.
static std::unique_ptr<Module> copyOf(const Module &module,
                                      function_ref<bool(const Function &)> wanted) {
  ValueToValueMapTy map;
  return CloneModule(module, map, [&](const GlobalValue *value) {
    const auto *function = dyn_cast<Function>(value);
    return function && wanted(*function);
  });
}

Expected<StringSet<>> chooseUnscheduled(const Module &module, TargetMachine &machine) {
  StringSet<> unscheduled;
  if (!machine.getTargetTriple().isArch64Bit())
    return unscheduled;
  std::unique_ptr<Module> first = copyOf(module, mayRunShort);
  auto scheduled = countLoops(*first, machine);
  if (!scheduled)
    return scheduled.takeError();
  StringSet<> spilling;
  for (const auto &[name, cost] : *scheduled)
    if (cost.spills())
      spilling.insert(name);
  if (spilling.empty())
    return unscheduled;
  std::unique_ptr<Module> second = copyOf(
      module, [&](const Function &function) { return spilling.contains(function.getName()); });
  SchedulerGate gate(module.getContext(), spilling);
  auto inOrder = countLoops(*second, machine);
  if (!inOrder)
    return inOrder.takeError();
  for (const auto &[name, cost] : *inOrder)
    if (cost.weight < kClearlyLess * (*scheduled)[name].weight)
      unscheduled.insert(name);
  return unscheduled;
}

} // namespace nnc
