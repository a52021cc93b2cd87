// The list of target families: those of the folders below targets/, in the order of
// targets/CMakeLists.txt. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#include "lib/Driver/Targets.h"

#include "lib/Driver/TargetFamilies.inc"

namespace nnc {

const TargetRegistry &targetRegistry() {
  static const TargetRegistry registry = [] {
    TargetRegistry families;
#define NNC_TARGET_FAMILY(name) families.add(create##name##Family());
#include "lib/Driver/TargetFamilies.inc"
#undef NNC_TARGET_FAMILY
    return families;
  }();
  return registry;
}

} // namespace nnc
