// Options of the address sanitizer, linked into every program of a sanitized build. The packaged
// LLVM is not instrumented: it fills containers and poisons memory of its own without telling the
// sanitizer. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

/// Called by the sanitizer before main; the environment's ASAN_OPTIONS are read after it.
extern "C" const char *__asan_default_options() {
  return "detect_container_overflow=0:allow_user_poisoning=0";
}
