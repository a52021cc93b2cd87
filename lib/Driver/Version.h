// The version of the tools.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_VERSION_H
#define NNC_LIB_DRIVER_VERSION_H

#include "llvm/ADT/StringRef.h"

namespace nnc {

/// As in the build file, for example "0.1.0".
inline constexpr llvm::StringLiteral kVersion = NNC_VERSION;

} // namespace nnc

#endif
