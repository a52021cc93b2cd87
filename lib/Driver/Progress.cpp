// Progress on a terminal.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/Progress.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace nnc {

void ProgressLine::show(llvm::StringRef step) {
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!enabled || seconds < 0.5)
    return;
  llvm::errs() << "\r\x1b[K" << llvm::format("%4.0f s  ", seconds) << step;
  llvm::errs().flush();
  shown = true;
}

void ProgressLine::clear() {
  if (shown)
    llvm::errs() << "\r\x1b[K";
  shown = false;
}

} // namespace nnc
