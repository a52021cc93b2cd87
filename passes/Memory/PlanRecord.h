// What the attribute `rt.plan` says about places, for checks against the calls.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_PLANRECORD_H
#define NNC_PASSES_MEMORY_PLANRECORD_H

#include "dialects/RT/RT.h"
#include "passes/Memory/Footprint.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

namespace nnc::memory {

/// The buffers and tensors of `rt.plan`. All may be missing: hand-written IR has no plan.
class PlanRecord {
public:
  /// A tensor that tools may look for after a call.
  struct Tensor {
    llvm::StringRef name, home;
    unsigned index = 0;
    int64_t offset = 0; ///< bytes from the start of its home
    mlir::RankedTensorType type;
    rt::BytesAttr bytes;
  };

  /// An error where entries are incomplete.
  static mlir::FailureOr<PlanRecord> read(mlir::ModuleOp module);

  /// Whether a buffer of the plan, alive at this step, puts these bytes of a value at [address,
  /// address + size) of the arena. Always true without a plan.
  bool covers(rt::BytesAttr bytes, int64_t address, int64_t size, int64_t step) const;

  /// The tensors in memory after call number `step`.
  llvm::ArrayRef<Tensor> tensorsAfter(int64_t step) const;

private:
  struct Buffer {
    int64_t start, offset, bytes, first, last;
  };

  bool hasPlan = false;
  llvm::StringMap<std::vector<Buffer>> buffers; ///< by the value they hold
  llvm::DenseMap<int64_t, std::vector<Tensor>> tensors;
};

} // namespace nnc::memory

#endif
