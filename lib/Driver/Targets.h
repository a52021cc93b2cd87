// The targets that this program was built with.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_TARGETS_H
#define NNC_LIB_DRIVER_TARGETS_H

#include "targets/Common/LLVM/TargetRegistry.h"

namespace nnc {

/// All families. A new folder below targets/ is found by its line in targets/CMakeLists.txt.
const TargetRegistry &targetRegistry();

} // namespace nnc

#endif
