// The targets that this program was built with.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_TARGETS_H
#define NNC_LIB_DRIVER_TARGETS_H

#include "targets/Common/LLVM/TargetRegistry.h"

namespace nnc {

/// All families; a new folder below targets/ adds one line to the definition.
const TargetRegistry &targetRegistry();

} // namespace nnc

#endif
