// An error of standard output must not wait for the stream's destructor, which would abort.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/StandardOutput.h"

#include "llvm/Support/raw_ostream.h"

namespace nnc {

ExitCode finishStandardOutput(llvm::StringRef tool, ExitCode code) {
  llvm::raw_fd_ostream &out = llvm::outs();
  out.flush();
  if (!out.has_error())
    return code;
  llvm::errs() << tool << ": error: cannot write standard output: " << out.error().message()
               << '\n';
  out.clear_error();
  return code == ExitCode::Ok ? ExitCode::InputOutput : code;
}

} // namespace nnc
