// A compiled model that can be run here: in this process or on an emulated machine.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_PROGRAM_H
#define NNC_LIB_RUNNER_PROGRAM_H

#include "lib/Runner/HostTensor.h"
#include "lib/Runner/InProcess.h"

#include "runtime/include/nnrt/pool.h"
#include <optional>

namespace nnc {

/// What a caller of the object must know.
struct ProgramInterface {
  std::string prefix;
  std::vector<HostTensor> inputs, outputs; ///< names, types and shapes; no bytes
  uint64_t arenaBytes = 0, arenaAlignment = 1;
  std::vector<uint64_t> regionStarts; ///< of several memories in the arena; else empty
  int64_t threads = 1;                ///< that the object was compiled for, and that run it
  /// Places of all inputs and outputs in the arena, in bytes; empty where the caller has them.
  std::vector<uint64_t> inputOffsets, outputOffsets;
};

/// One set of inputs or outputs, in the model's order.
using TensorSet = std::vector<HostTensor>;

/// The tensors of `given` in the order of the interface's inputs, by name (or by place where all
/// names are unknown, came about by chance, and the count is right). Errors name missing, unused
/// and mismatching tensors.
llvm::Expected<TensorSet> matchInputs(const ProgramInterface &interface, const TensorSet &given);

/// As above for outputs; what is no output is ignored.
llvm::Expected<TensorSet> matchOutputs(const ProgramInterface &interface, const TensorSet &given);

/// As above for each row of tensors whose leading dimension counts runs (`limit` rows at most): row
/// r of an array [R, …] has the shape of the input it is for.
llvm::Expected<std::vector<TensorSet>> splitBatch(const std::vector<HostTensor> &wanted,
                                                  const TensorSet &given, int64_t limit);

/// An arena and output buffers around a loaded object. The arena lies between fences, which each
/// run checks.
class Program {
public:
  static llvm::Expected<Program> load(llvm::StringRef object, ProgramInterface interface);

  const ProgramInterface &interface() const { return description; }
  /// Runs once. Errors: a status other than 0, bytes written beside the arena.
  llvm::Expected<TensorSet> run(const TensorSet &inputs);
  /// Calls `trace(layer)` after each layer; the object must have been compiled with tracing.
  llvm::Expected<TensorSet> runTraced(const TensorSet &inputs,
                                      llvm::function_ref<void(uint32_t)> trace);
  /// The arena, as the last run left it.
  const char *arena() const { return arenaStart; }

private:
  Program(LoadedObject object, ProgramInterface interface);
  void placeInputs(const TensorSet &inputs);
  /// What the object takes for its memory: the arena, or addresses of its regions.
  void *memory() { return regions.empty() ? static_cast<void *>(arenaStart) : regions.data(); }
  llvm::Error checkFences() const;
  llvm::Expected<TensorSet>
  runWith(const TensorSet &inputs,
          llvm::function_ref<int(const void *const *, void *const *)> call);

  struct DestroyPool {
    void operator()(nnrt_pool *pool) const { nnrt_pool_destroy(pool); }
  };

  LoadedObject object;
  ProgramInterface description;
  std::unique_ptr<nnrt_pool, DestroyPool> pool; ///< null for one thread
  std::vector<char> arenaBuffer;
  char *arenaStart = nullptr;
  std::vector<void *> regions; ///< addresses of several memories, all in the one buffer
};

} // namespace nnc

#endif
