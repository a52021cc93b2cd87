// nn-compile: from an ONNX model to an object, a header and a report.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/CommandLine.h"
#include "lib/Driver/Compile.h"
#include "lib/Driver/CrashGuard.h"
#include "lib/Driver/StandardOutput.h"
#include "lib/Quantizer/QuantizeModel.h"
#include "lib/Tuner/Tune.h"

#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  nnc::ParsedCommandLine line = nnc::parseCommandLine(argc, argv, llvm::outs(), llvm::errs());
  line.options.progress = llvm::sys::Process::StandardErrIsDisplayed();
  nnc::addQuantizer(line.options, llvm::errs());
  nnc::ExitCode code =
      line.exit ? *line.exit
                : nnc::guardAgainstCrashes("nn-compile", line.options.commandLine, [&] {
                    return line.options.tune
                               ? nnc::compileTuned(line.options, llvm::outs(), llvm::errs())
                               : nnc::compile(line.options, llvm::outs(), llvm::errs());
                  });
  return static_cast<int>(nnc::finishStandardOutput("nn-compile", code));
}
