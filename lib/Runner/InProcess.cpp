// Loading through LLVM's JIT linker: relocations are resolved as a system linker would.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/InProcess.h"

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/TargetSelect.h"

#include <cstring>

namespace nnc {

using namespace llvm;
using namespace llvm::orc;

LoadedObject::LoadedObject() = default;
LoadedObject::LoadedObject(LoadedObject &&) noexcept = default;
LoadedObject::~LoadedObject() = default;

/// The only symbols that an object may need.
static SymbolMap allowedSymbols(LLJIT &jit) {
  auto entry = [](auto *function) {
    return ExecutorSymbolDef(ExecutorAddr::fromPtr(function),
                             JITSymbolFlags::Exported | JITSymbolFlags::Callable);
  };
  SymbolMap symbols;
  symbols[jit.mangleAndIntern("memcpy")] =
      entry(static_cast<void *(*)(void *, const void *, size_t)>(std::memcpy));
  symbols[jit.mangleAndIntern("memmove")] =
      entry(static_cast<void *(*)(void *, const void *, size_t)>(std::memmove));
  symbols[jit.mangleAndIntern("memset")] =
      entry(static_cast<void *(*)(void *, int, size_t)>(std::memset));
  return symbols;
}

Expected<LoadedObject> LoadedObject::load(StringRef object, const std::string &prefix) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  LoadedObject loaded;
  auto jit = LLJITBuilder()
                 .setLinkProcessSymbolsByDefault(false)
                 .setPlatformSetUp(setUpInactivePlatform)
                 .create();
  if (!jit)
    return jit.takeError();
  loaded.jit = std::move(*jit);
  JITDylib &library = loaded.jit->getMainJITDylib();
  if (Error error = library.define(absoluteSymbols(allowedSymbols(*loaded.jit))))
    return std::move(error);
  if (Error error = loaded.jit->addObjectFile(MemoryBuffer::getMemBuffer(object, prefix, false)))
    return std::move(error);
  auto run = loaded.jit->lookup(prefix + "_run");
  if (!run)
    return run.takeError();
  loaded.runFunction = run->toPtr<Run>();
  auto find = [&](const char *suffix, auto &function) {
    if (auto found = loaded.jit->lookup(prefix + suffix))
      function = found->toPtr<std::remove_reference_t<decltype(function)>>();
    else
      consumeError(found.takeError());
  };
  find("_run_traced", loaded.tracedFunction);
  find("_run_with", loaded.withFunction);
  find("_run_traced_with", loaded.tracedWithFunction);
  return loaded;
}

} // namespace nnc
