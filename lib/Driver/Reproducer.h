// The file that lets somebody else repeat a defect of the compiler.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_REPRODUCER_H
#define NNC_LIB_DRIVER_REPRODUCER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace nnc {

/// Writes version, folder, command line and `details` (what failed, the IR where there is some) to
/// a new file in the folder for temporary files (`TMPDIR`). Returns a sentence for the user: what
/// to do with which file, or why none could be written.
std::string writeReproducer(llvm::ArrayRef<std::string> commandLine, llvm::StringRef details);

} // namespace nnc

#endif
