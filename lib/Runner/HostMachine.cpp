// Compares what code may use with what the operating system says about the processor.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/HostMachine.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

namespace nnc {

std::string whyNotRunnableHere(const llvm::TargetMachine &machine) {
  llvm::Triple here(llvm::sys::getProcessTriple());
  const llvm::Triple &wanted = machine.getTargetTriple();
  if (here.getArch() != wanted.getArch() || here.getOS() != wanted.getOS())
    return "this is " + here.getArchName().str() + " with " + here.getOSName().str() +
           ", the code is for '" + wanted.str() + "'";
  std::vector<std::string> missing;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    if (!feature.second && machine.getMCSubtargetInfo()->checkFeatures("+" + feature.first().str()))
      missing.push_back(feature.first().str());
  llvm::sort(missing);
  return missing.empty() ? "" : "this machine lacks " + llvm::join(missing, ", ");
}

} // namespace nnc
