// Loads a compiled object into this process and calls it.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_INPROCESS_H
#define NNC_LIB_RUNNER_INPROCESS_H

#include "llvm/Support/Error.h"

#include "runtime/include/nnrt/nnrt.h"
#include <memory>
#include <string>
#include <vector>

namespace llvm::orc {
class LLJIT;
}

namespace nnc {

/// The very object a user links, placed into this process's memory. Only `memcpy`, `memmove` and
/// `memset` are offered to it.
class LoadedObject {
public:
  static llvm::Expected<LoadedObject> load(llvm::StringRef object, const std::string &prefix);
  LoadedObject(LoadedObject &&) noexcept;
  ~LoadedObject();

  /// `int <prefix>_run(const inputs *, const outputs *, void *arena)`.
  using Run = int (*)(const void *const *inputs, void *const *outputs, void *arena);
  /// `int <prefix>_run_with(…, const nnrt_executor *)`.
  using RunWith = int (*)(const void *const *inputs, void *const *outputs, void *arena,
                          const nnrt_executor *executor);
  /// Called after layer `index` of a traced run.
  using Trace = void (*)(void *user, uint32_t layer);
  using RunTraced = int (*)(const void *const *inputs, void *const *outputs, void *arena,
                            Trace trace, void *user);
  using RunTracedWith = int (*)(const void *const *inputs, void *const *outputs, void *arena,
                                const nnrt_executor *executor, Trace trace, void *user);

  Run run() const { return runFunction; }
  /// Null unless the object was compiled with tracing.
  RunTraced runTraced() const { return tracedFunction; }
  /// Null unless the object was compiled for several threads, the second also without tracing.
  RunWith runWith() const { return withFunction; }
  RunTracedWith runTracedWith() const { return tracedWithFunction; }

private:
  LoadedObject();
  std::unique_ptr<llvm::orc::LLJIT> jit;
  Run runFunction = nullptr;
  RunTraced tracedFunction = nullptr;
  RunWith withFunction = nullptr;
  RunTracedWith tracedWithFunction = nullptr;
};

} // namespace nnc

#endif
