// nn-compile: from an ONNX model to an object, a header and a report.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/CommandLine.h"
#include "lib/Driver/Compile.h"
#include "lib/Driver/CrashGuard.h"

#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  nnc::ParsedCommandLine line = nnc::parseCommandLine(argc, argv, llvm::outs(), llvm::errs());
  if (line.exit)
    return static_cast<int>(*line.exit);
  line.options.progress = llvm::sys::Process::StandardErrIsDisplayed();
  return static_cast<int>(nnc::guardAgainstCrashes(line.options.commandLine, [&] {
    return nnc::compile(line.options, llvm::outs(), llvm::errs());
  }));
}
