// Which functions LLVM's machine scheduler reorders.
//
// The scheduler runs before registers are assigned. It may move loads so far ahead of their uses
// that sums no longer fit the registers; without it, instructions keep the order of the emitter,
// which may also be the worse one. So functions whose loops spill are generated both ways.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_SCHEDULING_H
#define NNC_TARGETS_COMMON_LLVM_SCHEDULING_H

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/OptBisect.h"
#include "llvm/Support/Error.h"

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
} // namespace llvm

namespace nnc {

/// While it lives, the machine scheduler passes over some functions of a context.
class SchedulerGate : public llvm::OptPassGate {
public:
  SchedulerGate(llvm::LLVMContext &context, llvm::StringSet<> unscheduled);
  ~SchedulerGate() override;
  SchedulerGate(const SchedulerGate &) = delete;
  SchedulerGate &operator=(const SchedulerGate &) = delete;

  bool isEnabled() const override { return true; }
  bool shouldRunPass(llvm::StringRef pass, llvm::StringRef unit) const override;

private:
  llvm::LLVMContext &context;
  llvm::OptPassGate &before;
  llvm::StringSet<> unscheduled;
};

/// The functions that are better without the machine scheduler: those whose loops spill with it and
/// cost less without. Only functions with such loops are generated twice. None on machines of 32
/// bits: microcontrollers run instructions in their order, which then is not only a matter of
/// registers.
llvm::Expected<llvm::StringSet<>> chooseUnscheduled(const llvm::Module &module,
                                                    llvm::TargetMachine &machine);

} // namespace nnc

#endif
