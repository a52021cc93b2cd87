// The object that chooses between levels.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/LevelNames.h"
#include "targets/Common/LLVM/Emission.h"
#include "targets/Common/LLVM/Machine.h"
#include "targets/X86/LevelChoice.h"
#include "targets/X86/X86Family.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"

extern "C" void LLVMInitializeX86AsmParser(void);

namespace nnc {

llvm::Expected<llvm::SmallVector<char, 0>> compileLevelChoice(const LevelChoice &choice) {
  auto target = createX86Family()->create({nameOfLevel(1), "", "", ""});
  if (!target)
    return target.takeError();
  LLVMInitializeX86AsmParser(); // for the two instructions that IR has no operation for
  std::unique_ptr<llvm::TargetMachine> machine = (*target)->createTargetMachine(2);
  llvm::LLVMContext context;
  llvm::SMDiagnostic wrong;
  auto module = llvm::parseAssemblyString(writeLevelChoice(choice), wrong, context);
  if (!module)
    return llvm::createStringError("the choice between levels is wrong IR: " + wrong.getMessage());
  module->setDataLayout(machine->createDataLayout());
  module->setTargetTriple(machine->getTargetTriple());
  module->setSourceFileName(choice.name);
  module->setPICLevel(llvm::PICLevel::BigPIC);
  for (llvm::Function &function : *module)
    if (!function.isDeclaration())
      function.addFnAttr("target-cpu", machine->getTargetCPU());
  return emitObject(*module, *machine);
}

} // namespace nnc
