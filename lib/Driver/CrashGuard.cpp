// Crash handling around a whole run of a tool.
//
// LLVM installs handlers that remove temporary files on a signal when the first such file is made;
// they are installed here before those of the crash recovery, which would be replaced otherwise.
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/CrashGuard.h"

#include "lib/Driver/Reproducer.h"

#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <csignal>
#include <cstdlib>
#include <new>
#include <unistd.h>

namespace nnc {
namespace {

/// What the handlers, which get no argument, must know.
struct Guard {
  std::string tool;
  bool outOfMemory = false;
} guard;

void onFatalError(void *, const char *reason, bool) {
  llvm::errs() << guard.tool << ": error: " << reason << '\n';
  std::abort();
}

/// Ends the work at once: nothing can be allocated.
[[noreturn]] void leaveWithoutMemory() {
  guard.outOfMemory = true;
  if (llvm::CrashRecoveryContext *context = llvm::CrashRecoveryContext::GetCurrent())
    context->HandleExit(static_cast<int>(ExitCode::ModelError));
  _exit(static_cast<int>(ExitCode::ModelError));
}

void onBadAlloc(void *, const char *, bool) { leaveWithoutMemory(); }

/// Lets the handlers of crashes run on the alternate stack: theirs may be used up.
void recoverFromStackOverflow() {
  struct sigaction action;
  if (sigaction(SIGSEGV, nullptr, &action) != 0)
    return;
  action.sa_flags |= SA_ONSTACK;
  sigaction(SIGSEGV, &action, nullptr);
}

void ignoreSignal(void *) {}

void installHandlers() {
  llvm::sys::AddSignalHandler(ignoreSignal, nullptr); // installs LLVM's own
  std::signal(SIGXFSZ, SIG_IGN);
  llvm::install_fatal_error_handler(onFatalError);
  llvm::install_bad_alloc_error_handler(onBadAlloc);
  std::set_new_handler(leaveWithoutMemory);
  llvm::CrashRecoveryContext::Enable();
  recoverFromStackOverflow();
}

void removeHandlers() {
  llvm::CrashRecoveryContext::Disable();
  std::set_new_handler(nullptr);
  llvm::remove_bad_alloc_error_handler();
  llvm::remove_fatal_error_handler();
}

ExitCode reportEnd(llvm::ArrayRef<std::string> commandLine) {
  llvm::sys::RunInterruptHandlers(); // removes temporary files
  if (guard.outOfMemory) {
    llvm::errs() << guard.tool << ": error: not enough memory for this model\n";
    return ExitCode::ModelError;
  }
  llvm::errs() << guard.tool << ": error: this is a defect of nn-compile; "
               << writeReproducer(commandLine, "ended abnormally") << '\n';
  return ExitCode::Internal;
}

} // namespace

ExitCode guardAgainstCrashes(llvm::StringRef tool, llvm::ArrayRef<std::string> commandLine,
                             llvm::function_ref<ExitCode()> work) {
  guard = {tool.str()};
  installHandlers();
  llvm::CrashRecoveryContext context;
  ExitCode code = ExitCode::Internal;
  bool finished = context.RunSafely([&] { code = work(); });
  removeHandlers();
  return finished ? code : reportEnd(commandLine);
}

} // namespace nnc
