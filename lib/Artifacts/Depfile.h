// What a build has to watch: the files that a compilation read.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_ARTIFACTS_DEPFILE_H
#define NNC_LIB_ARTIFACTS_DEPFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace nnc {

/// A rule of make, as Make, Ninja and CMake read it: the targets depend on the prerequisites. Each
/// prerequisite is also a target without a rule, so that one that vanished is no error.
std::string writeDepfile(llvm::ArrayRef<std::string> targets,
                         llvm::ArrayRef<std::string> prerequisites);

} // namespace nnc

#endif
