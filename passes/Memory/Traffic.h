// How many bytes a run moves through each buffer.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_TRAFFIC_H
#define NNC_PASSES_MEMORY_TRAFFIC_H

#include "passes/Memory/BufferModel.h"

namespace nnc::memory {

/// Per body (`Storage::body`) in the arena: bytes that layers read and write there in one run. A
/// layer writes each element of a result once and reads each element of an input once, but a
/// window over it reads an element once for each window that it is in. Scratch memory is written
/// and read once.
llvm::DenseMap<unsigned, uint64_t> countTraffic(const BufferModel &model,
                                                mlir::SymbolTable &symbols);

} // namespace nnc::memory

#endif
