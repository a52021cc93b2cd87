// Crash handling around a whole run of a tool.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/CrashGuard.h"

#include "lib/Artifacts/OutputFiles.h"
#include "lib/Driver/Version.h"

#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <csignal>
#include <cstdlib>
#include <new>

namespace nnc {

static void onFatalError(void *, const char *reason, bool) {
  llvm::errs() << "nn-compile: error: " << reason << '\n';
  std::abort();
}

static ExitCode reportCrash(llvm::ArrayRef<std::string> commandLine) {
  llvm::sys::RunInterruptHandlers(); // removes temporary files
  std::string text = "nn-compile " + kVersion.str() + " ended abnormally\ncommand:";
  for (const std::string &argument : commandLine)
    text += " '" + argument + "'";
  const std::string path = "nn-compile.reproducer.txt";
  OutputFiles files;
  llvm::Error written = files.add(path, text + "\n");
  if (!written)
    written = files.commit();
  llvm::errs() << "nn-compile: error: this is a defect of nn-compile"
               << (written ? "" : "; please report it with the file " + path + " and the model")
               << '\n';
  llvm::consumeError(std::move(written));
  return ExitCode::Internal;
}

ExitCode guardAgainstCrashes(llvm::ArrayRef<std::string> commandLine,
                             llvm::function_ref<ExitCode()> work) {
  std::signal(SIGXFSZ, SIG_IGN); // a limit on file sizes makes writing fail instead
  llvm::install_fatal_error_handler(onFatalError);
  llvm::CrashRecoveryContext::Enable();
  llvm::CrashRecoveryContext context;
  ExitCode code = ExitCode::Internal;
  bool finished = context.RunSafely([&] {
    try {
      code = work();
    } catch (const std::bad_alloc &) {
      llvm::errs() << "nn-compile: error: not enough memory\n";
      code = ExitCode::ModelError;
    }
  });
  llvm::CrashRecoveryContext::Disable();
  llvm::remove_fatal_error_handler();
  return finished ? code : reportCrash(commandLine);
}

} // namespace nnc
