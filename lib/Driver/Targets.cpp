// The one list of target families.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/Targets.h"

#include "targets/ARM/ARMFamily.h"
#include "targets/X86/X86Family.h"

namespace nnc {

const TargetRegistry &targetRegistry() {
  static const TargetRegistry registry = [] {
    TargetRegistry families;
    families.add(createX86Family());
    families.add(createAArch64Family());
    families.add(createCortexMFamily());
    return families;
  }();
  return registry;
}

} // namespace nnc
