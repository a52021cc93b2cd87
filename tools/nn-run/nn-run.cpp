// nn-run: compiles a model, runs the very object, compares and times it.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/CrashGuard.h"
#include "lib/Driver/StandardOutput.h"
#include "lib/Quantizer/QuantizeModel.h"
#include "lib/Runner/RunCommandLine.h"

#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  nnc::ParsedRunCommandLine line = nnc::parseRunCommandLine(argc, argv, llvm::outs(), llvm::errs());
  nnc::addQuantizer(line.options.compile, llvm::errs());
  nnc::ExitCode code =
      line.exit ? *line.exit
                : nnc::guardAgainstCrashes("nn-run", line.options.compile.commandLine, [&] {
                    return nnc::runModel(line.options, llvm::outs(), llvm::errs());
                  });
  return static_cast<int>(nnc::finishStandardOutput("nn-run", code));
}
