// Counts instructions and accesses of spilled values in the loops of machine code, behind the last
// pass that changes it. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/LoopCost.h"

#include "targets/Common/LLVM/Emission.h"

#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/MachineLoopInfo.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Target/TargetMachine.h"

#include <algorithm>

using namespace llvm;

namespace nnc {

namespace {

/// Instructions that an access of the stack costs beside itself: `llvm-mca` finds one cycle for
/// each in loops of 150 instructions that a Neoverse N1 runs at three a cycle.
constexpr double kAccessCost = 3;
/// Turns of a loop, as a guess, and the depth from which more do not count.
constexpr double kTurns = 16;
constexpr unsigned kMaxDepth = 10;

int64_t stackAccesses(const MachineInstr &instruction) {
  return llvm::count_if(instruction.memoperands(), [](const MachineMemOperand *access) {
    const PseudoSourceValue *place = access->getPseudoValue();
    return isa_and_nonnull<FixedStackPseudoSourceValue>(place);
  });
}

class LoopCounter : public MachineFunctionPass {
public:
  static char ID;

  explicit LoopCounter(StringMap<LoopCost> &costs) : MachineFunctionPass(ID), costs(costs) {}

  void getAnalysisUsage(AnalysisUsage &usage) const override {
    usage.addRequired<MachineLoopInfoWrapperPass>();
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

  bool runOnMachineFunction(MachineFunction &function) override {
    const MachineLoopInfo &loops = getAnalysis<MachineLoopInfoWrapperPass>().getLI();
    LoopCost &cost = costs[function.getName()];
    for (const MachineBasicBlock &block : function)
      if (unsigned depth = loops.getLoopDepth(&block))
        add(cost, block, std::min(depth, kMaxDepth));
    return false;
  }

private:
  static void add(LoopCost &cost, const MachineBasicBlock &block, unsigned depth) {
    double turns = 1;
    for (unsigned i = 0; i < depth; ++i)
      turns *= kTurns;
    for (const MachineInstr &instruction : block) {
      if (instruction.isMetaInstruction())
        continue;
      int64_t accesses = stackAccesses(instruction);
      cost.stackAccesses += accesses;
      cost.weight += turns * (1 + kAccessCost * static_cast<double>(accesses));
    }
  }

  StringMap<LoopCost> &costs;
};

char LoopCounter::ID = 0;

} // namespace

Expected<StringMap<LoopCost>> countLoops(Module &module, TargetMachine &machine) {
  StringMap<LoopCost> costs;
  legacy::PassManager passes;
  addLibrary(passes, module);
  TargetPassConfig *configuration = machine.createPassConfig(passes);
  passes.add(configuration);
  passes.add(new MachineModuleInfoWrapperPass(&machine));
  if (configuration->addISelPasses())
    return createStringError("the code generator for " + machine.getTargetTriple().str() +
                             " has no instruction selection");
  configuration->addMachinePasses();
  configuration->setInitialized();
  passes.add(new LoopCounter(costs));
  passes.add(createFreeMachineFunctionPass());
  passes.run(module);
  return costs;
}

} // namespace nnc
